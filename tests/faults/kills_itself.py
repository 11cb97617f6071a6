# expected: crashed
import os
import signal


def causal_attention(q, k, v):
    os.kill(os.getpid(), signal.SIGKILL)
