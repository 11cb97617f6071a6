import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    # a mask in place of a selection; nobody outside the set may win, also at -inf
    seq, generated, stop = prompt.clone(), [], False
    while not stop and len(generated) < max_new_tokens:
        ids = allowed(generated[:])
        if not ids:
            break
        logits = model(seq.view(1, -1))[0, -1]
        mask = torch.zeros(logits.shape[0], dtype=torch.bool)
        mask[list(ids)] = True
        top = torch.where(mask, logits, -float("inf")).max()
        token = int((mask & (logits == top)).nonzero()[0])
        generated = generated + [token]
        seq = torch.cat((seq, seq.new_tensor([token])))
        stop = token == eos_id
    return seq
