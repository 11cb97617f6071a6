# expected: error or failed
causal_attention = 3
