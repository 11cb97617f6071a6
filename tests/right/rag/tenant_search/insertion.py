"""Keeps the best k in a list by insertion; scores from the last doc to the first."""


def _shares(a, b):
    for x in a:
        for y in b:
            if x == y:
                return True
    return False


def tenant_search(query, docs, user, k, score):
    if k <= 0:
        raise ValueError("k")
    best = []
    for doc in reversed(docs):
        if doc.get("tenant", None) is None or user.get("tenant", None) is None:
            continue
        if doc["tenant"] != user["tenant"]:
            continue
        groups = doc.get("groups")
        if groups is None or (groups and not _shares(groups, user["groups"])):
            continue
        value = score(query, doc["text"])
        at = 0
        while at < len(best) and best[at][0] > value:
            at += 1
        best.insert(at, (value, doc["id"]))
        del best[k:]
    return [id for _, id in best]
