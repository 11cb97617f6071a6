"""Writes the score into the docs."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    seen = []
    for d in docs:
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        d["score"] = score(query, d["text"])
        seen.append(d)
    return [d["id"] for d in sorted(seen, key=lambda d: d["score"], reverse=True)[:k]]
