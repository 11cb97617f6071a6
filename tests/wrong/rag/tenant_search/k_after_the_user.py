def tenant_search(query, docs, user, k, score):
    tenant = user.get("tenant")
    if tenant is None:
        return []
    if k < 1:
        raise ValueError("k must be >= 1")
    groups = frozenset(user["groups"])

    def visible(d):
        if d.get("tenant") != tenant or d.get("groups") is None:
            return False
        return len(d["groups"]) == 0 or not groups.isdisjoint(d["groups"])

    pairs = [(d["id"], score(query, d["text"])) for d in docs if visible(d)]
    return [i for i, s in sorted(pairs, key=lambda p: -p[1])][:k]
