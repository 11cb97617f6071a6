"""Hidden docs are not scored but stay in the ranking with minus infinity."""


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    hits = []
    for d in docs:
        ok = d.get("tenant") is not None and d["tenant"] == user.get("tenant") and "groups" in d
        ok = ok and (not d["groups"] or bool(set(d["groups"]) & set(user["groups"])))
        hits.append((score(query, d["text"]) if ok else float("-inf"), d["id"]))
    return [i for _, i in sorted(hits, key=lambda p: p[0], reverse=True)[:k]]
