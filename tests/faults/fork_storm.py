# expected: timeout or error or crashed
import os


def causal_attention(q, k, v):
    while True:
        os.fork()
