"""attention/causal against torch's own attention with an explicit mask."""

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def test_reference_agrees_with_torch():
    solve = reference("attention/causal")
    for case in cases("attention/causal"):
        q, k, v = case["q"], case["k"], case["v"]
        if q.dtype != torch.float64:
            continue
        visible = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
        visible = visible.tril(k.shape[-2] - q.shape[-2])
        want = F.scaled_dot_product_attention(q, k, v, attn_mask=visible)
        torch.testing.assert_close(solve(q, k, v), want)
