# expected: crashed
import os
import time


def causal_attention(q, k, v):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff" * 8)
        except OSError:
            pass
    time.sleep(1000)
