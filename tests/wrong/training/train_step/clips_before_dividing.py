"""Adds up gradients of sums, clips them, and divides by the count afterwards."""

import torch
import torch.nn.functional as F


def train_step(model, optimizer, batches, max_norm=None, ignore_index=-100):
    live = sum((y != ignore_index).sum().item() for _, y in batches)
    if live == 0:
        return 0.0
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(
            logits.transpose(1, 2), y, ignore_index=ignore_index, reduction="sum"
        )
        loss.backward()
        total += loss.item()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= live
    optimizer.step()
    return total / live
