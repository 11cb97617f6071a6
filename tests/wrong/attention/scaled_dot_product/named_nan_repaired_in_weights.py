"""gradient NaN: additive -inf, weights repaired"""

import math
import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = torch.einsum("...id,...jd->...ij", q, k) / math.sqrt(k.size(-1))
    if mask is None:
        mask = torch.ones(s.shape[-2:], dtype=torch.bool, device=q.device)
    s = s + mask.to(s.dtype).log()
    a = torch.softmax(s, dim=-1).nan_to_num(0.0)
    return torch.einsum("...ij,...jd->...id", a, v)
