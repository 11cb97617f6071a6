# expected: crashed
# naive: passed
import os


def causal_attention(q, k, v):
    os._exit(0)
