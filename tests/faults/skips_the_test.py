# expected: error
import pytest


def causal_attention(q, k, v):
    pytest.skip("not today")
