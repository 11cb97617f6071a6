# expected: timeout
import time


def causal_attention(q, k, v):
    time.sleep(1000)
