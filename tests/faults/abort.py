# expected: crashed
import os


def causal_attention(q, k, v):
    os.abort()
