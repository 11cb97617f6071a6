def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    tenant = user.get("tenant")
    if tenant is None:
        return []
    mine = set(user.get("groups") or [])
    scored = []
    for doc in docs:
        if doc.get("tenant") != tenant:
            continue
        groups = doc.get("groups")
        if groups is None:
            continue
        if groups and not mine.intersection(groups):
            continue
        scored.append((score(query=query, text=doc["text"]), doc["id"]))
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [doc_id for _, doc_id in scored[:k]]
