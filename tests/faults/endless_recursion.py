# expected: error
def causal_attention(q, k, v):
    return causal_attention(q, k, v)
