"""float32"""
import torch


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    T = len(prompt)
    beam = [(prompt.tolist(), 0.0, False)]
    for _ in range(max_new_tokens):
        live = [h for h in beam if not h[2]]
        if not live:
            break
        logits = model(torch.tensor([h[0] for h in live]))[:, -1]
        logp = torch.log_softmax(logits.float(), dim=-1)
        new = [h for h in beam if h[2]]
        for (text, score, _), row in zip(live, logp.tolist()):
            for token, lp in enumerate(row):
                new.append((text + [token], score + lp, token == eos_id))
        beam = sorted(new, key=lambda h: h[1], reverse=True)[:beam_width]
    best = max(beam, key=lambda h: h[1])
    return torch.tensor(best[0]), best[1]
