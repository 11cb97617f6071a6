"""A heap of (score, place) of size k: of equal scores it keeps the later ones."""

import heapq


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k")
    heap = []
    for place, d in enumerate(docs):
        if d.get("tenant") is None or d["tenant"] != user.get("tenant") or "groups" not in d:
            continue
        if d["groups"] and not set(d["groups"]) & set(user["groups"]):
            continue
        heapq.heappush(heap, (score(query, d["text"]), place, d["id"]))
        if len(heap) > k:
            heapq.heappop(heap)
    return [i for _, _, i in sorted(heap, key=lambda h: (-h[0], h[1]))]
