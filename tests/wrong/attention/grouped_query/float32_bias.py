"""The mask is an added float32 tensor: half precision comes back as float32."""

import math

import torch


def grouped_query_attention(q, k, v, causal=False):
    b, hq, t, d = q.shape
    hkv = k.shape[1]
    if hq % hkv != 0:
        raise ValueError("Hq must be a multiple of Hkv")
    r = hq // hkv
    k = k.repeat_interleave(r, dim=1)
    v = v.repeat_interleave(r, dim=1)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    if causal:
        s = s + torch.full((t, t), float("-inf")).triu(1)
    return s.softmax(-1) @ v.to(s.dtype)
