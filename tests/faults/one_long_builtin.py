# expected: timeout
def causal_attention(q, k, v):
    return sum(range(10**13))
