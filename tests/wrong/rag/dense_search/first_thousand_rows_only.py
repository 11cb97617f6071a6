import torch
import torch.nn.functional as F
from torch import Tensor


def dense_search(query: Tensor, index: Tensor, k: int) -> tuple[Tensor, Tensor]:
    if k <= 0:
        raise ValueError(f"k={k}")
    d = index.size(1)
    if query.size(-1) != d:
        raise ValueError(f"dimension {query.size(-1)} against {d}")
    q = F.normalize(query, dim=-1)
    x = F.normalize(index, dim=-1)
    sims = q @ x[:1000].T
    order = torch.argsort(sims, dim=-1, descending=True, stable=True)[..., :k]
    return sims.gather(-1, order), order
