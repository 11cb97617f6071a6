"""Weights as exp(score - logsumexp), in float64 whatever the input, cast back at the end."""

import math

import torch


def _logits(q, k):
    d = q.shape[-1]
    return (q[..., :, None, :] * k[..., None, :, :]).sum(-1) / math.sqrt(d)


def scaled_dot_product_attention(q, k, v, mask=None):
    logits = _logits(q.double(), k.double())
    if mask is not None:
        hidden = torch.logical_not(mask)
        logits = logits.masked_fill(hidden, -1e9 * 1e3)
    log_weights = logits - torch.logsumexp(logits, -1, keepdim=True)
    weights = log_weights.exp()
    if mask is not None:
        weights = weights * mask
    return (weights @ v.double()).type_as(v)
