import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    """Recursive: one column, then the rest of the rows that live on."""
    if max_new_tokens == 0:
        return prompt.clone()
    top = model(prompt)[:, -1].topk(1).indices
    grown = torch.cat((prompt, top), 1)
    alive = torch.ones(len(prompt), dtype=torch.bool) if eos_id is None else top[:, 0] != eos_id
    if not alive.any():
        return grown
    rest = greedy_decode(model, grown[alive], max_new_tokens - 1, eos_id)
    out = torch.full((len(prompt), rest.shape[1]), -1 if eos_id is None else eos_id, dtype=torch.long)
    out[:, : grown.shape[1]] = grown
    out[alive] = rest
    return out
