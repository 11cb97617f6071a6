"""Entry by entry in plain Python, filled into a tensor at the end."""

import math

import torch


def cross_entropy_backward(logits, targets):
    rows = []
    for row, t in zip(logits.tolist(), targets.tolist()):
        m = max(row)
        e = [math.exp(x - m) for x in row]
        z = sum(e)
        rows.append([(x / z - (1 if j == t else 0)) / len(targets) for j, x in enumerate(e)])
    return torch.tensor(rows, dtype=logits.dtype)
