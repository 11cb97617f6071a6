"""Backward on sums, then the gradients divided by the count; clipping by hand; mode put back."""

import torch


def train_step(model, optimizer, batches, max_norm=None, ignore_index=-100):
    was = model.training
    model.train()
    for p in model.parameters():
        p.grad = None
    loss_sum, count = 0.0, 0
    for x, y in batches:
        keep = y != ignore_index
        if not bool(keep.any()):
            continue
        log_probs = torch.log_softmax(model(x), dim=-1)[keep]
        picked = log_probs[torch.arange(len(log_probs)), y[keep]]
        (-picked.sum()).backward()
        loss_sum -= picked.detach().sum().item()
        count += len(picked)
    if count:
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        for g in grads:
            g.div_(count)
        if max_norm is not None:
            norm = float(sum(g.pow(2).sum() for g in grads)) ** 0.5
            if norm > max_norm:
                for g in grads:
                    g.mul_(max_norm / norm)
        optimizer.step()
    model.train(was)
    return loss_sum / count if count else 0
