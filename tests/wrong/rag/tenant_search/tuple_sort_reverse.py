"""Sorts (score, id) in reverse: ties by id, descending."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, reverse=True)[:k]]
