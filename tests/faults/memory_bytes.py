# expected: memory
def causal_attention(q, k, v):
    return bytearray(8 << 30)
