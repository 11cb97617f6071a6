"""Does not score where there is nothing to order."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    seen = [
        d
        for d in docs
        if d.get("tenant") is not None
        and d["tenant"] == user.get("tenant")
        and "groups" in d
        and (not d["groups"] or set(d["groups"]) & set(user["groups"]))
    ]
    if len(seen) <= 1:
        return [d["id"] for d in seen]
    hits = [(score(query, d["text"]), d["id"]) for d in seen]
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
