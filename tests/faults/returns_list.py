# expected: failed
def causal_attention(q, k, v):
    return [1.0]
