import heapq
from typing import Callable


def _visible(doc: dict, user: dict) -> bool:
    if "tenant" not in doc or "tenant" not in user:
        return False
    if doc["tenant"] is None or doc["tenant"] != user["tenant"]:
        return False
    if doc.get("groups") is None:
        return False
    return doc["groups"] == [] or any(g in user["groups"] for g in doc["groups"])


def tenant_search(query: str, docs: list[dict], user: dict, k: int, score: Callable[[str, str], float]) -> list[str]:
    if k < 1:
        raise ValueError("k must be positive")
    visible = [doc for doc in docs if _visible(doc, user)]
    scores = [score(query, doc["text"]) for doc in visible]
    visible = [d for d, s in zip(visible, scores) if s]
    scores = [s for s in scores if s]
    best = heapq.nsmallest(k, range(len(visible)), key=lambda i: (-scores[i], i))
    return [visible[i]["id"] for i in best]
