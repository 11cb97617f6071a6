"""A user without a tenant gets [] before k is looked at."""


def tenant_search(query, docs, user, k, score):
    if user.get("tenant") is None:
        return []
    if k < 1:
        raise ValueError("k")
    seen = [
        d
        for d in docs
        if d.get("tenant") == user["tenant"]
        and d.get("groups") is not None
        and (not d["groups"] or set(d["groups"]) & set(user["groups"]))
    ]
    scored = [(score(query, d["text"]), d["id"]) for d in seen]
    return [i for _, i in sorted(scored, key=lambda p: -p[0])[:k]]
