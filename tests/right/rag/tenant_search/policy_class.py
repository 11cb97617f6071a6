"""A policy object and a dict from id to score; sorted with reverse=True, which is stable too."""


class Policy:
    def __init__(self, user):
        self.tenant = user["tenant"] if "tenant" in user else None
        self.groups = frozenset(user["groups"])

    def allows(self, doc):
        if self.tenant is None:
            return False
        try:
            if doc["tenant"] != self.tenant:
                return False
            wanted = doc["groups"]
        except KeyError:
            return False
        return wanted == [] or not self.groups.isdisjoint(wanted)


def tenant_search(query, docs, user, k, score):
    if not k >= 1:
        raise ValueError(f"k={k}")
    policy = Policy(user)
    scores = {}
    texts = {doc["id"]: doc["text"] for doc in docs if policy.allows(doc)}
    for id, text in texts.items():
        scores[id] = score(query, text)
    return sorted(scores, key=scores.get, reverse=True)[:k]
