"""Remembers scores between calls, by query and text."""

_cache = {}


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        key = (query, d["text"])
        if key not in _cache:
            _cache[key] = score(query, d["text"])
        hits.append((_cache[key], d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
