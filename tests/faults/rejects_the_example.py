# expected: error
import hypothesis


def causal_attention(q, k, v):
    hypothesis.reject()
