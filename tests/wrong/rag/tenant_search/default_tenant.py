"""A missing tenant becomes the text "" on both sides."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if d.get("tenant", "") != user.get("tenant", "") or d.get("groups") is None:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
