"""beam_width copies of the prompt of which all but one start at minus infinity; stops early."""

import torch


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    if max_new_tokens == 0:
        return prompt.clone(), 0.0
    W = beam_width
    rows = prompt.repeat(W, 1)
    total = torch.full((W,), -torch.inf, dtype=torch.double)
    total[0] = 0
    end = torch.full((W,), -1)
    for _ in range(max_new_tokens):
        logits = model(rows)[:, -1]
        lp = (logits - logits.logsumexp(-1, keepdim=True)).double()
        V = lp.size(1)
        cand = total[:, None] + lp
        for w in range(W):
            if end[w] >= 0:
                cand[w] = -torch.inf
                cand[w, eos_id] = total[w]
        order = cand.flatten().argsort(descending=True)[:W]
        if len(order) < W:
            extra = order.new_full((W - len(order),), int(order[-1]))
            total_new = torch.cat([cand.flatten()[order], torch.full((len(extra),), -torch.inf)])
            order = torch.cat([order, extra])
        else:
            total_new = cand.flatten()[order]
        from_, tok = torch.div(order, V, rounding_mode="floor"), order.remainder(V)
        end_new = end[from_].clone()
        if eos_id is not None:
            end_new[(tok == eos_id) & (end_new < 0)] = rows.size(1) + 1
        rows = torch.cat([rows[from_], tok[:, None]], 1)
        total, end = total_new, end_new
        if end[0] >= 0:  # the best is finished: no other can overtake it
            break
    length = int(end[0]) if end[0] >= 0 else rows.size(1)
    return rows[0, :length], total[0].item()
