"""The Gumbel trick: the argmax of perturbed logits is a draw from their softmax."""

import torch


class Sampler:
    def __init__(self, temperature, top_k, top_p, generator):
        if temperature < 0:
            raise ValueError("temperature")
        if top_k is not None and top_k <= 0:
            raise ValueError("top_k")
        if top_p is not None and not (0.0 < top_p <= 1.0):
            raise ValueError("top_p")
        self.t, self.k, self.p, self.g = temperature, top_k, top_p, generator

    def __call__(self, logits):
        if self.t == 0:
            return logits.topk(1).indices.squeeze(1)
        z = torch.log_softmax(logits.double() / self.t, dim=-1)
        if self.k is not None:
            rank = torch.sort(z, dim=-1, descending=True).values
            z[z < rank[:, min(self.k, z.shape[1]) - 1, None]] = -torch.inf
        if self.p is not None and self.p < 1:
            up, order = torch.sort(z.softmax(-1), dim=-1)
            gone = up.cumsum(-1) <= 1 - self.p
            gone[:, -1] = False
            z[torch.zeros_like(gone).scatter_(1, order, gone)] = -torch.inf
        u = torch.rand(z.shape, dtype=z.dtype, generator=self.g)
        return (z - torch.log(-torch.log(u))).argmax(-1)


@torch.inference_mode()
def generate(
    model,
    prompt,
    max_new_tokens,
    temperature=1.0,
    top_k=None,
    top_p=None,
    eos_id=None,
    generator=None,
):
    sample = Sampler(temperature, top_k, top_p, generator)
    model.eval()
    end = prompt.size(1)
    out = torch.nn.functional.pad(prompt, (0, max_new_tokens), value=eos_id or 0)
    open_rows = torch.arange(len(prompt))
    while end < out.size(1) and len(open_rows) > 0:
        picked = sample(model(out[open_rows, :end])[:, -1])
        out[open_rows, end] = picked
        if eos_id is not None:
            open_rows = open_rows[picked != eos_id]
        end += 1
    return out[:, :end]
