# expected: failed
def causal_attention(q, k, v):
    return (v, v)
