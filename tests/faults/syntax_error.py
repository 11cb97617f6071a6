# expected: broken
def causal_attention(q, k, v)
    return q
