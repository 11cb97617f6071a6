# expected: error
class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    __repr__ = __str__


def causal_attention(q, k, v):
    raise Mute
