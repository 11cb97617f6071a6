"""A buffer full of eos_id, the model on unfinished rows only, under inference_mode."""

import torch


@torch.inference_mode()
def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    model.eval()
    batch, length = prompt.shape
    fill = -1 if eos_id is None else eos_id
    buffer = torch.full((batch, length + max_new_tokens), fill, dtype=prompt.dtype)
    buffer[:, :length] = prompt
    alive = torch.arange(batch)
    end = length
    while end < length + max_new_tokens and len(alive):
        scores = model(buffer[alive, :end])[:, -1, :].float()
        best = torch.topk(scores, 1, dim=-1).indices.squeeze(-1)
        buffer[alive, end] = best
        end += 1
        if eos_id is not None:
            alive = alive[best != eos_id]
    return buffer[:, :end]
