# expected: error
def causal_attention(q, k, v):
    raise RuntimeError("\x1b[2J\x1b[31m" + "x" * 10_000_000)
