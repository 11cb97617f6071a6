import numpy as np
import torch


def dense_search(query, index, k):
    if k < 1:
        raise ValueError("k")
    if query.shape[-1] != index.shape[1]:
        raise ValueError("d")
    q, x = query.detach().cpu().numpy(), index.detach().cpu().numpy()
    one = q.ndim == 1
    q = np.atleast_2d(q)
    nq = np.sqrt((q * q).sum(axis=1, keepdims=True))
    nx = np.sqrt((x * x).sum(axis=1, keepdims=True))
    q = np.divide(q, nq, out=np.zeros_like(q), where=nq > 0)
    x = np.divide(x, nx, out=np.zeros_like(x), where=nx > 0)
    s = q @ x.T
    numbers = np.broadcast_to(np.arange(x.shape[0]), s.shape)
    order = np.lexsort((numbers, -s), axis=-1)[:, :k]
    best = np.take_along_axis(s, order, axis=1)
    scores = torch.from_numpy(best).to(query)
    rows = torch.from_numpy(order).long().to(query.device)
    return (scores[0], rows[0]) if one else (scores, rows)
