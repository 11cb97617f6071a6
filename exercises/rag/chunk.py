# rag/chunk · level 1 · 12 minutes · all assistance off
# Grade it: drill grade rag/chunk   or   pytest exercises/rag/chunk.py
"""Chunks that overlap.

Retrieval works on pieces of a text, not on whole documents. The text is cut into chunks of a fixed
number of tokens, each repeating the end of the one before it, so that a sentence on a border is
whole in one of them. Only positions are needed: say where each chunk starts and ends.

Write `chunk_spans(n_tokens, size, overlap=0)`. It returns a list of tuples (start, end), in order:
half-open spans over the positions 0, 1, ..., n_tokens - 1, so a span holds the positions from
start to end - 1, and `tokens[start:end]` is its chunk.

- The first span starts at 0.
- Each next span starts at the start of the one before it + size - overlap.
- A span that starts at s ends at min(s + size, n_tokens).
- The first span that ends at n_tokens is the last one. So no span lies inside the one before it.
- n_tokens = 0 gives [].
- Wrong arguments raise ValueError, also where n_tokens is 0 or one span would be enough: size < 1,
  overlap < 0, overlap >= size, and n_tokens < 0.

All arguments are ints, and so are the positions returned, plain Python ones.

From these rules it follows that all spans but the last are `size` long, that two neighbours share
exactly `overlap` positions, and that the last span may be short but brings something new.

Example: 10 tokens with size 4 and overlap 1 give starts 0, 3, 6 and the spans (0, 4), (3, 7),
(6, 10). The last one ends at 10, so there is no (9, 10), which would repeat a token and bring
nothing. With 11 tokens (9, 11) follows. With overlap 0 and 10 tokens: (0, 4), (4, 8), (8, 10).
"""


def chunk_spans(n_tokens: int, size: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Half-open spans (start, end) of `size` tokens that share `overlap` with their neighbours.

    ValueError if size < 1, overlap < 0, overlap >= size or n_tokens < 0.
    """
    raise NotImplementedError
