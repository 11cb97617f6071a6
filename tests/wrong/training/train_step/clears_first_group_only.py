"""Only the first parameter group is cleared."""

import torch
import torch.nn.functional as F


def train_step(model, optimizer, batches, max_norm=None, ignore_index=-100):
    n_live = 0
    for _, y in batches:
        n_live += int((y != ignore_index).sum())
    if n_live == 0:
        return 0.0
    model.train()
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None
    running = 0.0
    for x, y in batches:
        z = model(x)
        ce = F.cross_entropy(
            z.reshape(-1, z.size(-1)), y.reshape(-1), ignore_index=ignore_index, reduction="sum"
        )
        (ce / n_live).backward()
        running += ce.item()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return running / n_live
