"""Compares str(tenant): None equals the tenant "None"."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if "tenant" not in d or "groups" not in d or str(d["tenant"]) != str(user.get("tenant", "-")):
            continue
        if d["tenant"] is None:
            if user.get("tenant") is None:
                continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
