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

from grader.words import Draw, Exercise, Function, holds, must_raise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=15,
    source="Saltzer and Schroeder 1975, The Protection of Information in Computer Systems "
    "(fail-safe defaults); OWASP Top 10 for LLM Applications 2025, LLM08",
    hints=(
        "Two parts: who may see what, which knows nothing of scores, and the search, which knows "
        "nothing of hidden docs.",
        "Filter first. Whatever comes before the filter has touched hidden docs, and filtering "
        "the best k leaves too few.",
        "Write `visible(doc, user)` with `get`, and let it say no whenever something is missing: "
        "None equals None. Then score what is left, sort it with a stable sort, and cut at k.",
    ),
    ask=(
        (
            "One index for each tenant, or a shared one with filters?",
            "Own indexes isolate by construction and can be deleted or moved alone, but thousands "
            "of small ones cost memory. Shared ones are cheap and one forgotten filter from a leak.",
        ),
        (
            "How does filtered approximate search lose recall?",
            "Filtering afterwards discards most of the k found. Filtering within a graph index cuts "
            "its paths, so neighbours are not reached. Filter first where few docs are left.",
        ),
        (
            "May answers be cached across tenants?",
            "Only under a key with the tenant and all groups of the user, or better with what was "
            "visible. A cache by question alone hands one tenant's answer to another.",
        ),
    ),
)


def visible(doc: dict, user: dict) -> bool:
    """Whether the user may know of the doc. In doubt, not."""
    tenant, groups = doc.get("tenant"), doc.get("groups")
    if tenant is None or groups is None:
        return False
    if tenant != user.get("tenant"):
        return False
    return not groups or any(group in user["groups"] for group in groups)


@exercise.solution
def tenant_search(query: str, docs: list, user: dict, k: int, score) -> list:
    """Ids of the k best docs that the user may see, best first; score(query, text) -> float.

    ValueError if k < 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    # Hidden docs end here: not even the time they would take to score is to tell of them.
    allowed = [doc for doc in docs if visible(doc, user)]
    scores = [score(query, doc["text"]) for doc in allowed]
    order = sorted(range(len(allowed)), key=lambda i: -scores[i])  # stable: equals keep their order
    return [allowed[i]["id"] for i in order[:k]]


#: Stands for a key that is not there.
ABSENT = object()


def doc(id, tenant, groups, score) -> dict:
    whole = {"id": id, "tenant": tenant, "groups": groups, "text": f"{score:g}"}
    return {key: value for key, value in whole.items() if value is not ABSENT}


def docs_of(*rows) -> list[dict]:
    """Docs a, b, c, ... from tenants, groups and scores."""
    return [doc(id, *row) for id, row in zip("abcdefghijklmnop", rows, strict=False)]


def user_of(tenant, *groups) -> dict:
    return ({} if tenant is ABSENT else {"tenant": tenant}) | {"groups": [*groups]}


TENANTS = ("red", "blue", "redder", "Red", None, ABSENT)
SCORES = (1, 2, 0.5, 0, -1, 3, -2.5)


@exercise.inputs
def a_few_docs(draw: Draw) -> dict:
    def some_groups():
        return draw.choice([], ["hr"], ["it"], ["hr", "it"], ["it", "hr"], ["HR"], ["h"], ABSENT)

    rows = [
        (draw.choice("red", "red", "red", *TENANTS), some_groups(), draw.choice(*SCORES))
        for _ in range(draw.size(0, 7))
    ]
    groups = draw.choice([], ["hr"], ["it"], ["it", "hr"], ["hr", "law"], ["hrm"], ["HR", "hr"])
    user = user_of(draw.choice("red", "red", "red", *TENANTS), *groups)
    ids = draw.choice("abcdefg", "gfedcba", "dbfagce")
    docs = [doc(id, *row) for id, row in zip(ids, rows, strict=False)]
    return {"query": "q", "docs": docs, "user": user, "k": draw.choice(2, 1, 3, 9)}


def case(k, user, *rows) -> dict:
    return {"query": "q", "docs": docs_of(*rows), "user": user, "k": k}


@exercise.edges
def docs_that_separate() -> list[dict]:
    red, hr = user_of("red"), user_of("red", "hr")
    both = user_of("red", "it", "hr")
    nobody, none = user_of(ABSENT, "hr"), user_of(None, "hr")
    example = [
        ("red", ["hr", "it"], 0.2), ("red", ["it"], 0.9), ("red", [], 0.7), ("blue", [], 0.8),
        ("red", ["hr"], 0.2),
    ]  # fmt: skip
    return [
        case(2, hr, *example), case(9, hr, *example), case(1, hr, *example), case(9, red, *example),
        case(3, red), case(1, red, ("blue", [], 1)), case(1, red, ("red", [], 1)),
        # Equal scores keep the order of docs, whatever their ids.
        case(2, red, *[("red", [], 1)] * 3), case(3, red, *[("red", [], s) for s in (1, 2, 1, 2)]),
        {**case(2, red), "docs": [doc(i, "red", [], 1) for i in "cab"]},
        {**case(9, red), "docs": [doc(i, "red", [], int(s)) for i, s in ("d1", "b0", "c1", "a0")]},
        {**case(3, red), "docs": [doc(i, "red", [], 0) for i in ("10", "9", "x", "1")]},
        # Scores: 0, negative, far apart, close together.
        case(2, red, ("red", [], -1), ("red", [], 0), ("red", [], -3)),
        case(9, red, *[("red", [], s) for s in (0, -2, 5, -0.5)]),
        case(1, red, ("red", [], -7)), case(2, red, ("red", [], 0), ("red", [], 0)),
        case(2, red, *[("red", [], s) for s in (1, 1.25, 1.5)]),
        case(1, red, ("red", [], 0.501), ("red", [], 0.502)), case(2, red, *[("red", [], s) for s in (3e-9, 2e-9, 4e-9)]),
        case(2, red, *[("red", [], s) for s in (-2.7, -2.2, 0.1, -0.9)]), case(1, red, ("red", [], -9), ("red", [], -8)),
        case(2, red, *[("red", [], s) for s in (2, 10, 9)]), case(3, red, *[("red", [], s) for s in (1e9, 1, 1e-9)]),
        # Hidden docs must not take the places of visible ones.
        case(1, red, ("blue", [], 3), ("red", [], 1)),
        case(2, red, ("red", ["it"], 5), ("blue", [], 4), ("red", [], 2), ("red", [], 1)),
        case(2, hr, ("blue", ["hr"], 5), ("red", ["it"], 4), ("red", ["hr"], 2), ("red", [], 1)),
        # Open docs are open to their own tenant only.
        case(5, hr, ("blue", [], 1), ("red", [], 2)), case(5, red, ("blue", [], 1), ("green", [], 2)),
        # One shared group is enough, on either side.
        case(5, hr, ("red", ["hr", "it"], 1), ("red", ["it", "law"], 2), ("red", ["it", "hr"], 3)),
        case(5, both, ("red", ["hr"], 1), ("red", ["it"], 2), ("red", ["law"], 3)),
        case(5, both, ("red", ["it", "law"], 1), ("red", ["law", "hr"], 2), ("red", ["hr", "it"], 3)),
        case(5, hr, ("red", ["it", "hr"], 1)), case(5, hr, ("red", ["law", "it", "hr"], 1), ("red", [], 2)),
        case(5, hr, ("red", ["it", "hr", "law"], 3), ("red", ["hr"], 2), ("red", ["law", "it"], 1)),
        case(5, user_of("red", "hr", "hr"), ("red", ["hr"], 1), ("red", ["it", "it"], 2)),
        case(5, red, ("red", ["hr"], 1), ("red", [], 2), ("red", ["it"], 3)),
        case(5, hr, ("blue", ["hr"], 1), ("blue", ["hr", "it"], 2)),
        # Names as they are.
        *(case(5, user_of(t, "hr"), *[(n, [], 1) for n in ("red", "re", "redder", "Red", "infra red", " red")])
          for t in ("red", "Red", "redder", "re", "RED")),
        *(case(5, user_of("red", g), *[("red", [n], 1) for n in ("hr", "h", "hrm", "HR", "hr ")])
          for g in ("hr", "HR", "hrm", "h")),
        case(5, user_of("red", "h", "r"), ("red", ["hr"], 1)), case(5, user_of("red", "hr"), ("red", ["h", "r"], 1)),
        # No name is special, and a blank is part of it.
        *(case(5, user_of("red", g), ("red", ["hr"], 1), ("red", [g], 2), ("blue", [g], 3))
          for g in ("admin", "*", "all")),
        *(case(5, user_of("red", "hr"), ("red", ["it", g], 1), ("red", ["hr", g], 2)) for g in ("public", "*")),
        *(case(5, user_of(t, "hr"), ("red", ["hr"], 1), (t, ["hr"], 2)) for t in ("*", "admin")),
        *(case(5, red, (t, [], 1), ("red", [], 2)) for t in ("*", "public", "red ", " red", "re d")),
        case(5, user_of("red ", "hr"), ("red", ["hr"], 1), ("red ", [], 2)),
        # What is missing hides.
        case(5, nobody, (ABSENT, [], 1)), case(5, nobody, (None, [], 1), ("red", [], 2)),
        case(5, none, (ABSENT, ["hr"], 1), (None, ["hr"], 2)), case(5, none, (None, [], 1)),
        case(5, nobody, ("red", [], 1), ("blue", ["hr"], 2)), case(5, none, ("red", ["hr"], 1)),
        case(5, nobody, (ABSENT, ["hr"], 1), ("red", ["hr"], 2)), case(5, none, ("None", [], 1), (None, [], 2)),
        case(5, hr, (ABSENT, [], 1), (None, ["hr"], 2), ("red", [], 3)), case(5, red, (None, [], 1)),
        case(5, hr, ("red", ABSENT, 1), ("red", [], 2)), case(5, red, ("red", ABSENT, 1)),
        case(1, hr, ("red", ABSENT, 9), ("red", ["hr"], 1)), case(5, nobody, (ABSENT, ABSENT, 1)),
        case(5, red, (ABSENT, [], 1), (ABSENT, ["hr"], 2)), case(5, user_of("None"), (None, [], 1)),
        # Many docs, of which k are far from all.
        case(3, hr, *[("red", ["hr"] if i % 2 else ["it"], i % 5) for i in range(14)]),
        case(4, red, *[("red", [], i * 7 % 11) for i in range(16)]),
    ]  # fmt: skip


def float_of(query, text) -> float:
    return float(text)


def length_of(query, text) -> float:
    return float(len(text))


def searched(solution, query, docs, user, k) -> tuple[list, list]:
    """The result, and what score was called with, sorted: the order of the calls is free."""
    score = Function(float_of)
    found = solution(query, docs, user, k, score)
    return found, sorted(score.calls, key=repr)


@exercise.scenario
def ids_and_calls(solution, query, docs, user, k) -> dict:
    found, calls = searched(solution, query, docs, user, k)
    return {"result": found, "texts scored": [text for _, text in calls], "calls": calls}


@exercise.law(examples=12)
def hidden_docs_change_nothing(solution, query, docs, user, k):
    """Neither the result nor what is computed may tell whether hidden docs exist."""
    hidden = [doc("x1", "other", [], 99), doc("x2", user.get("tenant"), ["secret"], 50)]
    hidden += [doc("x3", ABSENT, [], 70), doc("x4", None, user["groups"], 2)]
    hidden += [doc("x5", "other", user["groups"], 1), doc("x6", user.get("tenant"), ABSENT, 9)]
    alone = searched(solution, query, docs, user, k)
    among = searched(solution, query, [*hidden[:3], *docs, *hidden[3:]], user, k)
    says = ("The result", "The calls of score")
    for what, got, want in zip(says, among, alone, strict=True):
        same(got, want, f"{what} after adding hidden docs x1 to x6")


@exercise.law(examples=12)
def more_groups_never_hide_a_doc(solution, query, docs, user):
    """A group gives rights and takes none; a user without groups sees the open docs only."""
    few, many = ({**user, "groups": groups} for groups in ([], [*user["groups"], "it", "law"]))
    own, fewer, more = (solution(query, docs, u, 99, float_of) for u in (user, few, many))
    lost = [id for id in own if id not in more]
    holds(not lost, f"Docs {lost} are gone after adding groups to the user.", got=lost)
    lost = [id for id in fewer if id not in own]
    holds(not lost, f"Docs {lost} are found by the user without groups only.", got=lost)


@exercise.law(
    edges=lambda: [
        {"query": query, "texts": texts}
        for query, texts in (
            ("tea", ["green tea", "black tea", "mug"]),
            ("A b", ["b a", "A b", "a  b"]),
            ("", ["x", "", "xYz"]),
            ("Tea?", ["tea", "TEA", "Tea?", "tea"]),
            (" tea ", [" tea", "tea\n", "tea"]),
            ("two  teas\n", ["\ttwo", " ", "two  teas"]),
            (" Ü ", ["ü ", " Ü"]),
        )
    ]
)
def score_gets_the_query_and_the_text_as_they_are(solution, query, texts):
    """A score may care for order, case and blanks; and two docs with one text are two calls."""
    docs = [
        {"id": str(i), "tenant": "red", "groups": [], "text": text} for i, text in enumerate(texts)
    ]
    score = Function(length_of)
    solution(query, docs, {"tenant": "red", "groups": []}, 1, score)
    want = sorted((query, text) for text in texts)
    same(sorted(score.calls, key=repr), sorted(want, key=repr), "The calls of score")


def bad_ks() -> list[dict]:
    many = [("red", [], 1), ("red", [], 2)]
    hidden = [("blue", [], 1)]
    return [
        {"docs": docs_of(*rows), "user": user_of("red"), "k": k}
        for rows in (many, hidden, [])
        for k in (0, -1, -5)
    ] + [{"docs": docs_of(*many), "user": user_of(ABSENT), "k": k} for k in (0, -1, -2)]


@exercise.law(edges=bad_ks)
def k_below_one_raises_before_anything_is_scored(solution, docs, user, k):
    """A wrong k is an error whoever asks, or the error itself would tell what is visible."""
    score = Function(float_of)
    must_raise(ValueError, solution, "q", docs, user, k, score)
    calls = len(score.calls)
    holds(not calls, f"It raised ValueError, but after {calls} calls of score.", got=calls)


TENANT = 'if tenant != user.get("tenant"):'
UNKNOWN = 'if user.get("tenant") is None'
GROUPS = 'any(group in user["groups"] for group in groups)'
CHECK = '    if k < 1:\n        raise ValueError(f"k must be at least 1: {k}")\n'
ALLOWED = "allowed = [doc for doc in docs if visible(doc, user)]"
SCORED = 'scores = [score(query, doc["text"]) for doc in allowed]'
IDS = 'return [allowed[i]["id"] for i in order[:k]]'

exercise.mistake(
    "post_filter",
    "You take the best k of all docs and filter them afterwards: too few are left, and hidden texts "
    "were scored. Filter first.",
    swap={
        ALLOWED: "allowed = docs",
        IDS: 'return [allowed[i]["id"] for i in order[:k] if visible(allowed[i], user)]',
    },
)
exercise.mistake(
    "scores_invisible",
    "You score hidden docs too. The result is right, but time and logs tell that they exist: filter "
    "before you score.",
    swap={
        ALLOWED: "allowed = docs",
        IDS: 'return [allowed[i]["id"] for i in order if visible(allowed[i], user)][:k]',
    },
)
exercise.mistake(
    "scores_the_whole_tenant",
    "You score all docs of the tenant and look at the groups afterwards. Filter by both before you "
    "score.",
    swap={
        ALLOWED: 'allowed = [doc for doc in docs if visible(doc | {"groups": []}, user)]',
        IDS: 'return [allowed[i]["id"] for i in order if visible(allowed[i], user)][:k]',
    },
)
exercise.mistake(
    "tenant_ignored",
    "You look at the groups only. Group names repeat from tenant to tenant: the tenants have to be "
    "equal too.",
    swap={TENANT: "if False:"},
)
exercise.mistake(
    "tenant_ignored_for_open_docs",
    "You show docs without groups to every tenant. Empty groups open a doc to its own tenant only.",
    swap={TENANT: 'if groups and tenant != user.get("tenant"):'},
)
exercise.mistake(
    "open_to_every_known_tenant",
    "You show docs without groups to every user who has a tenant. Empty groups open a doc to its own "
    "tenant only.",
    swap={TENANT: 'if user.get("tenant") is None or groups and tenant != user["tenant"]:'},
)
exercise.mistake(
    "tenant_or_group",
    "You show a doc that has the right tenant or a shared group. Both have to hold.",
    swap={
        TENANT: 'if tenant != user.get("tenant") and not any(g in user["groups"] for g in groups):',
        f"not groups or {GROUPS}": "True",
    },
)
exercise.mistake(
    "groups_ignored",
    "You look at the tenant only. A doc with groups is for users who share one of them.",
    swap={f"not groups or {GROUPS}": "True"},
)
exercise.mistake(
    "all_groups_required",
    "You ask that the user has all groups of a doc. One shared group is enough.",
    swap={GROUPS: 'all(group in user["groups"] for group in groups)'},
)
exercise.mistake(
    "all_groups_of_the_user_required",
    "You ask that a doc has all groups of the user. One shared group is enough.",
    swap={GROUPS: 'all(group in groups for group in user["groups"])'},
)
exercise.mistake(
    "same_groups_required",
    "You ask for the same groups on both sides. One shared group is enough.",
    swap={GROUPS: 'set(groups) == set(user["groups"])'},
)
exercise.mistake(
    "first_group_only",
    "You look at the first group of a doc only. Any shared group counts.",
    swap={GROUPS: 'groups[0] in user["groups"]'},
)
exercise.mistake(
    "user_without_groups_sees_nothing",
    "You hide everything from a user without groups. Docs without groups are open to the whole tenant.",
    swap={"groups is None:": 'groups is None or not user["groups"]:'},
)
exercise.mistake(
    "open_docs_hidden",
    "You hide docs without groups. Empty groups mean open to the whole tenant.",
    swap={f"not groups or {GROUPS}": GROUPS},
)
exercise.mistake(
    "no_groups_sees_all",
    "You show everything of the tenant to a user without groups. Such a user sees open docs only.",
    swap={f"not groups or {GROUPS}": f'not groups or not user["groups"] or {GROUPS}'},
)
exercise.mistake(
    "fail_open",
    "You take a missing tenant on both sides for equal: None equals None. What is missing hides.",
    swap={"if tenant is None or groups is None:": "if groups is None:"},
)
exercise.mistake(
    "none_equals_none",
    "You look whether the key is there, but take the tenant None on both sides for equal. None is "
    "missing too, and what is missing hides.",
    swap={
        "if tenant is None or groups is None:": (
            'if "tenant" not in doc or "tenant" not in user or groups is None:'
        )
    },
)
exercise.mistake(
    "docs_without_tenant_are_shared",
    "You show docs without a tenant to everybody. What is missing hides.",
    swap={
        "if tenant is None or groups is None:": "if groups is None:",
        TENANT: 'if tenant is not None and tenant != user.get("tenant"):',
    },
)
exercise.mistake(
    "tenant_of_the_user_by_default",
    "You take a doc without a tenant for one of the user's tenant. What is missing hides.",
    swap={'doc.get("tenant")': 'doc.get("tenant", user.get("tenant"))'},
)
exercise.mistake(
    "user_without_tenant_sees_all",
    "You let a user without a tenant see every tenant. What is missing hides.",
    swap={TENANT: 'if user.get("tenant") is not None and tenant != user.get("tenant"):'},
)
exercise.mistake(
    "missing_groups_are_open",
    "You take missing groups for empty ones. Only a doc that says so is open: what is missing hides.",
    swap={
        'doc.get("groups")': 'doc.get("groups", [])',
    },
)
exercise.mistake(
    "missing_tenant_raises",
    "A doc without a tenant raises KeyError. It is hidden, and the search goes on.",
    swap={'doc.get("tenant")': 'doc["tenant"]'},
)
exercise.mistake(
    "missing_user_tenant_raises",
    "A user without a tenant raises KeyError. Such a user sees nothing: return [].",
    swap={TENANT: 'if tenant != user["tenant"]:'},
)
exercise.mistake(
    "missing_groups_raise",
    "A doc without groups raises KeyError. It is hidden, and the search goes on.",
    swap={'doc.get("groups")': 'doc["groups"]'},
)
exercise.mistake(
    "missing_groups_raise_in_the_tenant",
    "A doc of the user's tenant without groups raises KeyError. It is hidden, and the search goes on.",
    swap={
        "if tenant is None or groups is None:": "if tenant is None:",
        "return not groups": 'groups = doc["groups"]\n    return not groups',
    },
)
exercise.mistake(
    "substring_tenant",
    'You look for the user\'s tenant within the doc\'s, so that "red" sees docs of "redder". '
    "Compare with ==.",
    swap={TENANT: f'{UNKNOWN} or user["tenant"] not in tenant:'},
)
exercise.mistake(
    "tenant_prefix",
    'You compare the beginning of the tenants, so that "redder" sees docs of "red". Compare with ==.',
    swap={TENANT: f'{UNKNOWN} or not user["tenant"].startswith(tenant):'},
)
exercise.mistake(
    "tenant_begins_with_the_users",
    'You compare the beginning of the tenants, so that "red" sees docs of "redder". Compare with ==.',
    swap={TENANT: f'{UNKNOWN} or not tenant.startswith(user["tenant"]):'},
)
exercise.mistake(
    "tenant_case_ignored",
    "You ignore upper and lower case in tenants. Names are compared as they are.",
    swap={TENANT: f'{UNKNOWN} or tenant.lower() != user["tenant"].lower():'},
)
exercise.mistake(
    "tenant_stripped",
    "You strip tenants before you compare them. Names are compared as they are.",
    swap={TENANT: f'{UNKNOWN} or tenant.strip() != user["tenant"].strip():'},
)
exercise.mistake(
    "group_case_ignored",
    "You ignore upper and lower case in groups. Names are compared as they are.",
    swap={GROUPS: 'any(g.lower() == own.lower() for g in groups for own in user["groups"])'},
)
exercise.mistake(
    "substring_group",
    'You look for one group within another, so that "h" opens what is for "hr". Compare with ==.',
    swap={GROUPS: 'any(own in group for group in groups for own in user["groups"])'},
)
exercise.mistake(
    "groups_as_one_text",
    'You look for a doc\'s group in the joined groups of the user, so that "hrm" opens what is for '
    '"hr". Compare whole names.',
    swap={GROUPS: 'any(group in " ".join(user["groups"]) for group in groups)'},
)
exercise.mistake(
    "worst_first",
    "You return the lowest scores. The highest come first.",
    swap={"key=lambda i: -scores[i]": "key=lambda i: scores[i]"},
)
exercise.mistake(
    "ties_reversed",
    "Of equal scores the later doc comes first; keep the order of docs.",
    swap={"key=lambda i: -scores[i]": "key=lambda i: (-scores[i], -i)"},
)
exercise.mistake(
    "ties_by_id",
    "You sort equal scores by id. Keep the order of docs.",
    swap={"key=lambda i: -scores[i]": 'key=lambda i: (-scores[i], allowed[i]["id"])'},
)
exercise.mistake(
    "tuples_sorted_backwards",
    "You sort pairs of score and id backwards, so equal scores go by their ids. Keep the order of docs.",
    swap={"key=lambda i: -scores[i]": 'key=lambda i: (scores[i], allowed[i]["id"]), reverse=True'},
)
exercise.mistake(
    "first_k_visible",
    "You stop at the first k visible docs. The best may come later: score all of them.",
    swap={ALLOWED: f"{ALLOWED}[:k]"},
)
exercise.mistake(
    "order_of_docs",
    "You return the best k in the order of docs. The best score comes first.",
    swap={"for i in order[:k]": "for i in sorted(order[:k])"},
)
exercise.mistake(
    "only_positive_scores",
    "You leave out docs with a score of 0 or less. Scores only order: return k docs if k are visible.",
    swap={"for i in order[:k]": "for i in order[:k] if scores[i] > 0"},
)
exercise.mistake(
    "negative_scores_dropped",
    "You leave out docs with a negative score. Scores only order: return k docs if k are visible.",
    swap={"for i in order[:k]": "for i in order[:k] if scores[i] >= 0"},
)
exercise.mistake(
    "zero_scores_dropped",
    "You leave out docs whose score is 0, perhaps because 0 is false. Scores only order: return k docs "
    "if k are visible.",
    swap={"for i in order[:k]": "for i in [i for i in order if scores[i]][:k]"},
)
exercise.mistake(
    "k_ignored",
    "You return all visible docs. At most k are asked for.",
    swap={"order[:k]": "order"},
)
exercise.mistake(
    "scores_while_sorting",
    "You call score again while you sort. Once for each visible doc is enough: keep the numbers.",
    swap={"key=lambda i: -scores[i]": 'key=lambda i: -score(query, allowed[i]["text"])'},
)
exercise.mistake(
    "one_call_for_equal_texts",
    "You score equal texts once. The contract is one call for each visible doc.",
    swap={
        SCORED: (
            'known = {doc["text"]: score(query, doc["text"])'
            ' for doc in {doc["text"]: doc for doc in allowed}.values()}\n'
            '    scores = [known[doc["text"]] for doc in allowed]'
        )
    },
)
exercise.mistake(
    "arguments_of_score_swapped",
    "You call score(text, query). The query comes first.",
    swap={'score(query, doc["text"])': 'score(doc["text"], query)'},
)
exercise.mistake(
    "query_lowered",
    "You change the query or the text before scoring. Give them to score as they are.",
    swap={'score(query, doc["text"])': 'score(query.lower(), doc["text"].lower())'},
)
exercise.mistake(
    "returns_docs",
    "You return the docs. Return their ids.",
    swap={'[allowed[i]["id"] for': "[allowed[i] for"},
)
exercise.mistake(
    "returns_scores_too",
    "You return ids with scores. Return the ids alone.",
    swap={'[allowed[i]["id"] for': '[(allowed[i]["id"], scores[i]) for'},
)
exercise.mistake(
    "no_check",
    "k < 1 goes through. Raise ValueError before anything is scored.",
    swap={"if k < 1:": "if False:"},
)
exercise.mistake(
    "checks_too_late",
    "You look at k only when something is visible, and after scoring. Check it first of all.",
    swap={
        CHECK: "",
        "    order =": '    if scores and k < 1:\n        raise ValueError("k")\n    order =',
    },
)
exercise.mistake(
    "checks_after_scoring",
    "You look at k after scoring. Check it first of all.",
    swap={CHECK: "", "    order =": f"{CHECK}    order ="},
)
exercise.mistake(
    "zero_gives_an_empty_list",
    "k = 0 gives [] and only negative ones raise. Every k < 1 raises ValueError.",
    swap={"if k < 1:": "if k == 0:\n        return []\n    if k < 1:"},
)
exercise.mistake(
    "no_docs_no_check",
    "You return [] for no docs before you look at k. k < 1 raises ValueError there too.",
    swap={"if k < 1:": "if not docs:\n        return []\n    if k < 1:"},
)
exercise.mistake(
    "no_tenant_no_check",
    "You return [] for a user without a tenant before you look at k. k < 1 raises ValueError there too.",
    swap={"if k < 1:": 'if user.get("tenant") is None:\n        return []\n    if k < 1:'},
)

exercise.walkthrough(r"""
## Where it comes from

One large index is cheaper than a thousand small ones, so all customers share it. Then somebody of
company A asks a question whose best answer stands in a contract of company B. The search finds it;
finding the best is its job. OWASP's list of risks for applications of language models has this
under LLM08, on weaknesses of vectors and embeddings.

The remedy is older. Saltzer and Schroeder, 1975, list principles of design (section I-A-3); the second,
fail-safe defaults, asks that access rests on permission and that its lack is the normal state. Their
reason is worth keeping: a mistake in a rule that *permits* refuses somebody, who will complain, and it is
mended. A mistake in a rule that *excludes* lets somebody in, who will not.

Nor is it enough that hidden texts are missing from the result. If they are scored, the time it takes, the
bill and the log tell how many there are; if they are cut out afterwards, the gap does. What must stay
hidden is not touched.

## By hand

The user is of tenant acme, in the groups sales and board; k is 2. Two questions decide what is visible:

| | tenant | groups | score | same tenant | open, or a shared group | |
|---|---|---|---|---|---|---|
| a | acme | none | 0.3 | yes | open | third best, too late for k = 2 |
| b | acme | law, board | 0.5 | yes | board | second |
| c | acme | law | 0.9 | yes | no | hidden |
| d | apex | sales | 0.8 | no | sales | hidden: another company's sales |
| e | acme | sales | 0.6 | yes | sales | first |
| f | (no such key) | none | 0.7 | no | open | hidden: nobody's |

```python
from grader.notebook import reference

search = reference("rag/tenant_search")
rows = [
    ("a", "acme", [], 0.3),
    ("b", "acme", ["law", "board"], 0.5),
    ("c", "acme", ["law"], 0.9),
    ("d", "apex", ["sales"], 0.8),
    ("e", "acme", ["sales"], 0.6),
]
docs = [{"id": i, "tenant": t, "groups": g, "text": str(s)} for i, t, g, s in rows]
docs.append({"id": "f", "groups": [], "text": "0.7"})
scored = []


def score(query, text):
    scored.append(text)
    return float(text)


user = {"tenant": "acme", "groups": ["sales", "board"]}
{"found": search("refund", docs, user, 2, score), "texts that were scored": scored}
```

Three texts were scored, those of a, b and e. Of c, d and f not even the length was looked at.

## A picture

Who sees what? Six users, the same six documents, and a k that is large enough for all of them.

```python
from grader.notebook import show

users = {
    "acme": {"tenant": "acme", "groups": []},
    "acme, sales": {"tenant": "acme", "groups": ["sales"]},
    "acme, law": {"tenant": "acme", "groups": ["law"]},
    "acme, sales + law": {"tenant": "acme", "groups": ["sales", "law"]},
    "apex, sales": {"tenant": "apex", "groups": ["sales"]},
    "no tenant, sales": {"groups": ["sales"]},
}
seen = [search("refund", docs, user, 9, score) for user in users.values()]
table = [[doc["id"] in ids for doc in docs] for ids in seen]
show(table, "Visible documents", rows=list(users), columns=[doc["id"] for doc in docs])
```

More groups only ever add. d, open to the sales of apex, is nothing to the sales of acme: names of groups
mean something within a tenant only. And f, which belongs to nobody, is seen by nobody, not even by a user
who belongs to nobody too.

## Traps

**Filtering afterwards.** It is easy to ask a vector store for the k nearest and to filter what comes
back. In a test with fewer documents than k the result is right. The judge looks at what was scored, too,
and finds a text that should not have been touched.

{{trap: post_filter}}

**None equals None.** A service account has no tenant, a document was imported without one, and `get`
gives None for both. Equal, says the comparison. This is the rule that excludes instead of permitting.

{{trap: fail_open}}

**Open to whom?** "No groups: everybody may read it" is how people say it, and they mean everybody in the
company. Where that test comes before the comparison of tenants, or in its place, all open documents are
open to the world.

{{trap: tenant_ignored_for_open_docs}}

## What filtering late costs

Besides leaking, it starves. Of 2,000 documents with random scores a user may see every second, fifth, ...
one, and k is 10. How many come back if the best of all are taken first, and filtered afterwards?

```python
import random

from grader.notebook import curve

dice = random.Random(0)
scores = [dice.random() for _ in range(2000)]
best = sorted(range(2000), key=scores.__getitem__, reverse=True)
user, steps = {"tenant": "acme", "groups": []}, [2, 5, 10, 20, 50, 100]
found = {"filtered first": [], "best 50, then filtered": [], "best 10, then filtered": []}
for step in steps:
    tenants = ["apex" if i % step else "acme" for i in range(2000)]
    pairs = enumerate(zip(tenants, scores, strict=True))
    docs = [{"id": str(i), "tenant": t, "groups": [], "text": str(s)} for i, (t, s) in pairs]
    found["filtered first"].append(len(search("", docs, user, 10, lambda _, text: float(text))))
    for n in (50, 10):
        own = [i for i in best[:n] if tenants[i] == "acme"]
        found[f"best {n}, then filtered"].append(min(10, len(own)))
shares = [100 / step for step in steps]
curve(found, x=shares, title="Documents found, k = 10", across="% of all visible", up="found")
```

Where one document in ten is visible, none of the best ten was, and of the best 50 four were. Taking more
beforehand only moves the point at which this happens: to find ten of one per cent one has to take about a
thousand.
""")
