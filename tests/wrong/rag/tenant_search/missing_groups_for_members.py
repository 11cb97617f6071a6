"""Docs without groups key are shown to users who have any group."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant"):
            continue
        if "groups" not in d and not user["groups"]:
            continue
        if d.get("groups") and not set(d["groups"]) & set(user["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
