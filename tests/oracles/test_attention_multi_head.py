"""attention/multi_head against torch's own multi-head attention, and against plain loops."""

import math

import pytest
import torch
from torch import nn

from tests.support import cases, page, reference

ID = "attention/multi_head"


def modules_and_inputs():
    """The reference with the weights of a case, and the case's x, in float64."""
    import importlib

    state_dict = importlib.import_module(page(ID).card.module).state_dict
    for case in cases(ID):
        x = case["x"]
        if x.dtype != torch.float64:
            continue
        module = reference(ID)(x.shape[-1], case["n_heads"]).double()
        module.load_state_dict(state_dict(x, case["weights"]))
        yield module, case["n_heads"], x, case["causal"]


def test_agrees_with_torch():
    for module, n_heads, x, causal in modules_and_inputs():
        theirs = nn.MultiheadAttention(x.shape[-1], n_heads, bias=False, batch_first=True).double()
        fused = [module.q_proj.weight, module.k_proj.weight, module.v_proj.weight]
        theirs.in_proj_weight.data = torch.cat(fused).detach()
        theirs.out_proj.weight.data = module.out_proj.weight.detach()
        hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1) if causal else None
        want = theirs(x, x, x, attn_mask=hidden, need_weights=False)[0]
        torch.testing.assert_close(module(x, causal), want)


def test_agrees_with_loops():
    for module, n_heads, x, causal in modules_and_inputs():
        if x.numel() > 60:
            continue
        got = module(x, causal)
        d = x.shape[-1] // n_heads
        for b, tokens in enumerate(x.tolist()):
            q, k, v, out = (
                p.weight.tolist()
                for p in (module.q_proj, module.k_proj, module.v_proj, module.out_proj)
            )
            for i in range(len(tokens)):
                joined = []
                for c in range(x.shape[-1]):
                    own = range(c // d * d, c // d * d + d)
                    seen = tokens[: i + 1] if causal else tokens
                    scores = [
                        sum(dot(q[a], tokens[i]) * dot(k[a], other) for a in own) / math.sqrt(d)
                        for other in seen
                    ]
                    weights = [math.exp(s - max(scores)) for s in scores]
                    collected = sum(w * dot(v[c], o) for w, o in zip(weights, seen, strict=True))
                    joined.append(collected / sum(weights))
                want = torch.tensor([dot(row, joined) for row in out], dtype=torch.float64)
                torch.testing.assert_close(got[b, i], want, rtol=1e-9, atol=1e-9)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_example_of_the_statement():
    module = reference(ID)(2, 2).double()
    module.load_state_dict({name: torch.eye(2) for name in module.state_dict()})
    x = torch.eye(2, dtype=torch.float64)[None]
    e = math.e / (math.e + 1)
    plain = torch.tensor([[[e, 0.5], [0.5, e]]], dtype=torch.float64)
    causal = torch.tensor([[[1.0, 0.0], [0.5, e]]], dtype=torch.float64)
    torch.testing.assert_close(module(x), plain)
    torch.testing.assert_close(module(x, causal=True), causal)


@pytest.mark.parametrize(("d_model", "n_heads"), [(3, 2), (4, 8)])
def test_heads_must_divide(d_model, n_heads):
    with pytest.raises(ValueError):
        reference(ID)(d_model, n_heads)
