"""heapq.nlargest over a generator, with sets."""

import heapq


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k must be positive")
    tenant, mine = user.get("tenant"), set(user.get("groups") or ())

    def readable():
        for place, doc in enumerate(docs):
            if tenant is None or doc.get("tenant") is None or "groups" not in doc:
                continue
            if doc["tenant"] == tenant and (len(doc["groups"]) == 0 or mine & set(doc["groups"])):
                yield score(query, doc["text"]), -place, doc["id"]

    return [id for _, _, id in heapq.nlargest(k, readable())]
