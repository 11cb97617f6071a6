# rag/tenant_search · level 2 · 15 minutes · all assistance off
# Grade it: drill grade rag/tenant_search   or   pytest exercises/rag/tenant_search.py
"""Search that keeps tenants apart.

One index serves many customers. A user must find nothing of another tenant, nor what is open to
other groups only; and nothing about such documents may leak, not even through what is computed.

Write `tenant_search(query, docs, user, k, score)`. It returns a list of at most k ids.

- `docs`: a list of dicts `{"id": str, "tenant": str, "groups": list of str, "text": str}`. Ids are
  unique. `user`: a dict `{"tenant": str, "groups": list of str}`.
- A doc is visible to the user if both hold:
  1. its tenant equals the user's;
  2. its groups are empty (open to the whole tenant), or it has at least one group in common with
     the user. One shared group is enough.
- Names of tenants and groups are compared as they are: "a" is not "A", and not a part of "ab". No
  name is special, not even "admin" or "*". Names are never empty.
- What is missing hides: a doc without the key "tenant", or with the tenant None, is visible to
  nobody, and a user without one sees nothing. A doc without the key "groups" is visible to nobody
  either. The user always has the key "groups".
- `score(query, text)` returns a float, higher for a better match; it may be 0 or negative. Call it
  once for each visible doc, whatever k is, and never for another.
- The result holds the ids of the k visible docs with the highest scores, best first; equal scores
  in the order of `docs`. With fewer than k visible docs it holds them all.
- k < 1 raises ValueError before anything is scored, also where nothing is visible.

Example: the user has tenant "red" and groups ["hr"], k is 2, and scores are in the last column:

    a  red   ["hr", "it"]  0.2   visible: hr is shared
    b  red   ["it"]        0.9   hidden: no group is shared
    c  red   []            0.7   visible: open to all of red
    d  blue  []            0.8   hidden: another tenant
    e  red   ["hr"]        0.2   visible

score runs for a, c and e, and the result is ["c", "a"]: a comes before e in docs.

Failing cases give each doc's score as its text: `score` returns `float(text)`.
"""


def tenant_search(query: str, docs: list, user: dict, k: int, score) -> list:
    """Ids of the k best docs that the user may see, best first; score(query, text) -> float.

    ValueError if k < 1.
    """
    raise NotImplementedError
