# expected: timeout
import os
import time


def causal_attention(q, k, v):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\0\0\0\x50\0\0")
        except OSError:
            pass
    time.sleep(1000)
