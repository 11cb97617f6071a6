# expected: crashed
import sys

sys.setrecursionlimit(10**9)


class Endless:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def causal_attention(q, k, v):
    return repr(nested())


def nested():
    value = []
    for _ in range(10**6):
        value = [value]
    return value
