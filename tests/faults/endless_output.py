# expected: timeout
def causal_attention(q, k, v):
    while True:
        print("x" * 10_000)
