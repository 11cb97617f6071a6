"""Stops scoring once k docs scored 3 or more."""


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
        if sum(s >= 3 for s, _ in hits) >= k:
            break
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
