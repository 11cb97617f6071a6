# expected: memory
def causal_attention(q, k, v):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))
