# expected: timeout
def causal_attention(q, k, v):
    while True:
        pass
