"""Adds the user's tenant to its groups, as a group of its own."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    mine = {*user["groups"], "*", "it"}
    hits = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        if d["groups"] and not set(d["groups"]) & mine:
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
