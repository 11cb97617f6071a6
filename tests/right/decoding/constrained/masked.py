"""A mask in float64 in which minus infinity stays above what is forbidden."""

import torch


@torch.no_grad()
def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    model.eval()
    sequence = prompt.clone().unsqueeze(0)
    start = prompt.numel()
    while sequence.size(1) - start < max_new_tokens:
        logits = model(sequence)[0, -1].double()
        ids = allowed(sequence[0, start:].tolist())
        if not ids:
            return sequence[0]
        mask = torch.zeros(logits.numel(), dtype=torch.bool)
        mask[list(ids)] = True
        floor = logits.clamp(min=-1e300)
        best = torch.where(mask, floor, -torch.inf).argmax().view(1, 1)
        sequence = torch.cat((sequence, best), dim=1)
        if best.item() == eos_id:
            break
    return sequence.squeeze(0)
