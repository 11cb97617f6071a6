"""All losses first, one backward pass at the end."""

import torch
from torch.nn import functional as F


def train_step(model, optimizer, batches, max_norm=None, ignore_index=-100):
    model.train()
    losses = []
    for inputs, targets in batches:
        logits = model(inputs)
        every = F.cross_entropy(
            logits.reshape(-1, logits.size(-1)),
            targets.reshape(-1),
            ignore_index=ignore_index,
            reduction="none",
        )
        losses.append(every[targets.reshape(-1) != ignore_index])
    losses = torch.cat(losses)
    if losses.numel() == 0:
        return 0.0
    optimizer.zero_grad(set_to_none=False)
    loss = losses.mean()
    loss.backward()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(
            [p for g in optimizer.param_groups for p in g["params"]], max_norm
        )
    optimizer.step()
    return float(loss)
