"""Counts shared groups and asks for more than half of the doc's."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        shared = len(set(d["groups"]) & set(user["groups"]))
        if d["groups"] and shared * 2 < len(d["groups"]):
            continue
        hits.append((score(query, d["text"]), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
