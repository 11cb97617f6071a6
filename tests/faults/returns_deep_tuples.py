# expected: failed
def causal_attention(q, k, v):
    nested = ()
    for _ in range(600):
        nested = (nested,)
    return nested
