"""Checks that the key is there, but lets None equal None."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if "tenant" not in d or "tenant" not in user or "groups" not in d:
            continue
        if d["tenant"] != user["tenant"]:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
