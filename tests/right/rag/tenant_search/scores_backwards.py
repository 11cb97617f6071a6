def tenant_search(query, docs, user, k, score):
    """Scores from the last doc to the first; argmax repeated."""
    if k <= 0:
        raise ValueError("k must be at least one")
    places = [
        i for i, d in enumerate(docs)
        if d.get("tenant") is not None and d.get("tenant") == user.get("tenant")
        and "groups" in d and d["groups"] is not None
        and (len(d["groups"]) == 0 or set(d["groups"]) & set(user.get("groups", [])))
    ]
    marks = {}
    for i in reversed(places):
        marks[i] = score(query, docs[i]["text"])
    out = []
    while marks and len(out) < k:
        best = max(marks, key=lambda i: (marks[i], -i))
        del marks[best]
        out.append(docs[best]["id"])
    return out
