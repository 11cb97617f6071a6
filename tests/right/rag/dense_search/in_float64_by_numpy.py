"""numpy in float64, and lexsort by falling score and rising row."""

import numpy as np
import torch


def dense_search(query, index, k):
    if k < 1:
        raise ValueError("k must be at least 1")
    if query.shape[-1] != index.shape[-1]:
        raise ValueError("widths differ")
    q = query.detach().numpy().astype(np.float64)
    x = index.detach().numpy().astype(np.float64)

    def normalised(v):
        n = np.linalg.norm(v, axis=-1, keepdims=True)
        return np.divide(v, n, out=np.zeros_like(v), where=n > 0)

    scores = normalised(q) @ normalised(x).T
    number = np.broadcast_to(np.arange(len(x)), scores.shape)
    order = np.lexsort((number, -scores), axis=-1)[..., :k]
    best = np.take_along_axis(scores, order, axis=-1)
    return torch.from_numpy(best).to(query.dtype), torch.from_numpy(order.copy()).long()
