# expected: failed
def causal_attention(q, k, v):
    return v.detach().numpy()
