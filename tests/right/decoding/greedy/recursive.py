"""By recursion; of equal logits it takes the last."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None, _done=None):
    if _done is None:
        _done = [False] * len(prompt)
    if max_new_tokens == 0 or all(_done):
        return prompt
    logits = model(prompt)[:, -1]
    vocab = logits.shape[1]
    choice = vocab - 1 - logits.flip(1).argmax(1)
    for i, done in enumerate(_done):
        if done:
            choice[i] = eos_id
    _done = [d or int(c) == eos_id for d, c in zip(_done, choice, strict=True)]
    return greedy_decode(
        model, torch.cat((prompt, choice.unsqueeze(1)), 1), max_new_tokens - 1, eos_id, _done
    )
