# expected: broken
# ÿþ not text
def causal_attention(q, k, v): pass
