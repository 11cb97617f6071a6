"""numpy, with a list of the columns of similarities to the picks."""

import numpy as np


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or lam < 0 or lam > 1 or len(query) != candidates.shape[1]:
        raise ValueError("bad arguments")
    q, c = query.numpy(), candidates.numpy()

    def cos(v):
        lengths = np.linalg.norm(c, axis=1) * np.linalg.norm(v)
        return np.divide(c @ v, lengths, out=np.zeros_like(lengths), where=lengths > 0)

    relevance = cos(q)
    chosen, columns = [], []
    for _ in range(min(k, len(c))):
        value = relevance.copy()
        if columns:
            value = lam * relevance - (1 - lam) * np.stack(columns).max(axis=0)
        value[chosen] = -np.inf
        row = int(np.argmax(value))
        chosen.append(row)
        columns.append(cos(c[row]))
    return chosen
