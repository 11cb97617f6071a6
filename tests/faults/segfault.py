# expected: crashed
import ctypes


def causal_attention(q, k, v):
    ctypes.string_at(0)
