# expected: failed
def causal_attention(q, k, v):
    nest = []
    nest.append(nest)
    return nest
