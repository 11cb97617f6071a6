# expected: error
# naive: passed
import sys


def causal_attention(q, k, v):
    sys.exit(0)
