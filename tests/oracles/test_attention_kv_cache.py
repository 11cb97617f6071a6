"""attention/kv_cache against torch's own multi-head attention over the whole sequence."""

import pytest
import torch
from torch import nn

from tests.support import cases, reference


def whole_with_torch(module, x, n_heads):
    """torch's layer with the weights of `module`, under a causal mask."""
    d_model, t = x.shape[-1], x.shape[1]
    layer = nn.MultiheadAttention(d_model, n_heads, bias=False, batch_first=True).double()
    projections = (module.q_proj, module.k_proj, module.v_proj)
    layer.in_proj_weight.data = torch.cat([p.weight.data for p in projections])
    layer.out_proj.weight.data = module.out_proj.weight.data
    hidden = torch.ones(t, t, dtype=torch.bool).triu(1)
    return layer(x, x, x, attn_mask=hidden, need_weights=False)[0]


def test_chunks_agree_with_torch_on_the_whole():
    make = reference("attention/kv_cache")
    for case in cases("attention/kv_cache"):
        x, n_heads = case["x"], case["n_heads"]
        module = make(x.shape[-1], n_heads).double()
        outputs, cache = [], None
        for chunk in x.split(case["sizes"], dim=1):
            out, cache = module(chunk, cache)
            outputs.append(out)
        torch.testing.assert_close(torch.cat(outputs, dim=1), whole_with_torch(module, x, n_heads))


def test_branches_agree_with_torch():
    module = reference("attention/kv_cache")(6, 3).double()
    prompt, left, right = (torch.randn(2, n, 6).double() for n in (3, 2, 1))
    _, start = module(prompt)
    _, after_left = module(left, start)
    got, _ = module(right, start)
    later, _ = module(right, after_left)
    want = whole_with_torch(module, torch.cat([prompt, right], dim=1), 3)
    torch.testing.assert_close(got, want[:, 3:])
    want = whole_with_torch(module, torch.cat([prompt, left, right], dim=1), 3)
    torch.testing.assert_close(later, want[:, 5:])


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError):
        reference("attention/kv_cache")(6, 4)
