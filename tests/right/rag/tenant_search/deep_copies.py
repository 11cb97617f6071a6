"""Works on deep copies and rejects the unusable first; numpy argsort."""

import copy

import numpy as np


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k < 1")
    docs, user = copy.deepcopy(docs), copy.deepcopy(user)
    own = user.pop("tenant", None)
    if own is None:
        return []
    docs = [d for d in docs if {"tenant", "groups"} <= d.keys()]
    docs = [d for d in docs if d["tenant"] == own]
    docs = [d for d in docs if not d["groups"] or any(g in d["groups"] for g in user["groups"])]
    values = np.array([score(query, d["text"]) for d in docs], dtype=float)
    return [docs[i]["id"] for i in np.argsort(-values, kind="stable")[:k]]
