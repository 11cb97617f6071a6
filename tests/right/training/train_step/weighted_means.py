"""Means of the micro-batches, each weighted by its share of the tokens."""

import torch
import torch.nn as nn


def count_live(targets, ignore_index):
    return int(torch.count_nonzero(targets != ignore_index))


def train_step(model, optimizer, batches, max_norm=None, ignore_index=-100):
    counts = [count_live(y, ignore_index) for _, y in batches]
    total = sum(counts)
    if not total:
        return 0.0
    criterion = nn.CrossEntropyLoss(ignore_index=ignore_index)
    for module in model.modules():
        module.training = True
    optimizer.zero_grad()
    result = 0.0
    for n, (x, y) in zip(counts, batches):
        if n == 0:
            continue
        loss = criterion(model(x).permute(0, 2, 1), y) * (n / total)
        loss.backward()
        result = result + loss.detach()
    if max_norm:
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=max_norm)
    optimizer.step()
    return result.item()
