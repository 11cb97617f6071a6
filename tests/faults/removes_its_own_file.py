# expected: error
import os


def causal_attention(q, k, v):
    os.remove(__file__)
