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

from itertools import pairwise

from grader.words import Draw, Exercise, holds, must_raise, same

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    source="Lewis et al. 2020, Retrieval-Augmented Generation, section 3 (passages of 100 "
    "words), arXiv:2005.11401",
    hints=(
        "How far do two neighbouring starts lie apart? Try it on 10 tokens with size 4 and overlap "
        "1 on paper.",
        "When do you stop? Not when the next start has reached the end: a span may already have "
        "reached it.",
        "Go through the starts 0, step, 2 step, ...; cut each end off at n_tokens, and leave after "
        "the span whose end is n_tokens.",
    ),
    ask=(
        (
            "How do you choose size and overlap?",
            "By measuring retrieval on your own questions. Small chunks match precisely but lose "
            "their context, large ones blur the embedding; a few hundred tokens and 10 to 20 % "
            "overlap are a usual start. Overlap costs size / (size - overlap) times the index.",
        ),
        (
            "Where do headings, tables and code go?",
            "Cut at structure first (sections, paragraphs) and by length only inside; repeat the "
            "headings above in each chunk, and keep a table or a function whole where it fits.",
        ),
        (
            "What is parent-document retrieval?",
            "Small chunks are searched, but the larger section that holds the hit is handed to the "
            "model: precise to find, and enough context to read.",
        ),
    ),
)


@exercise.solution
def chunk_spans(n_tokens: int, size: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Half-open spans (start, end) of `size` tokens that share `overlap` with their neighbours.

    ValueError if size < 1, overlap < 0, overlap >= size or n_tokens < 0.
    """
    if n_tokens < 0:
        raise ValueError(f"n_tokens must not be negative: {n_tokens}")
    if size < 1:
        raise ValueError(f"size must be at least 1: {size}")
    # With overlap >= size no span would start behind the one before it.
    if overlap < 0 or overlap >= size:
        raise ValueError(f"overlap must be from 0 to size - 1 = {size - 1}: {overlap}")
    step = size - overlap
    spans = []
    for start in range(0, n_tokens, step):
        end = min(start + size, n_tokens)
        spans.append((start, end))
        if end == n_tokens:
            break  # another one would lie inside this one
    return spans


@exercise.inputs
def lengths(draw: Draw) -> dict:
    n_tokens, size = draw.size(0, 24), draw.size(1, 7)
    overlap = draw.size(0, size - 1)
    return {"n_tokens": n_tokens, "size": size, "overlap": overlap}


@exercise.edges
def lengths_that_separate() -> list[dict]:
    chosen = [
        (0, 1, 0), (0, 4, 3), (1, 1, 0), (1, 4, 0), (1, 4, 3), (2, 4, 3), (3, 4, 2), (3, 4, 3),
        (4, 4, 0), (4, 4, 3), (5, 4, 0), (5, 4, 3), (5, 4, 1), (6, 4, 1), (7, 4, 1), (8, 4, 1),
        (9, 4, 1), (10, 4, 1), (10, 4, 0), (11, 4, 0), (12, 4, 0), (11, 4, 2), (12, 4, 2),
        (12, 5, 3), (13, 5, 3), (14, 5, 3), (9, 5, 4), (7, 2, 1), (5, 1, 0), (20, 6, 1),
        (21, 6, 1), (22, 6, 1), (20, 7, 5), (21, 7, 5), (100, 30, 10), (1000, 512, 64),
    ]  # fmt: skip
    cases = [{"n_tokens": n, "size": size, "overlap": overlap} for n, size, overlap in chosen]
    # Without an overlap it is 0.
    return cases + [{"n_tokens": n, "size": size} for n, size in ((0, 1), (6, 3), (8, 3), (25, 7))]


@exercise.law
def every_position_is_in_a_span(solution, n_tokens, size, overlap=0):
    """A token in no chunk can never be found."""
    found = solution(n_tokens, size, overlap)
    held = {position for start, end in found for position in range(start, end)}
    same(sorted(held), list(range(n_tokens)), "The positions in the spans")


@exercise.law
def neighbours_share_exactly_the_overlap(solution, n_tokens, size, overlap=0):
    """The last pair too: each span starts `overlap` positions before the end of the one before."""
    found = solution(n_tokens, size, overlap)
    shared = [a[1] - b[0] for a, b in pairwise(found)]
    same(shared, [overlap] * (len(found) - 1), "Positions shared by neighbours")


@exercise.law
def only_the_last_is_short_and_it_brings_something_new(solution, n_tokens, size, overlap=0):
    """A span inside the one before it is indexed and paid for twice, and clutters the results."""
    lengths = [end - start for start, end in solution(n_tokens, size, overlap)]
    same(lengths[:-1], [size] * (len(lengths) - 1), "The lengths of all spans but the last")
    least = overlap + 1 if len(lengths) > 1 else 1
    holds(
        all(least <= last <= size for last in lengths[-1:]),
        f"The lengths of the spans are {lengths}; the last must be from {least} to {size}.",
        got=lengths,
    )


@exercise.law
def the_chunks_without_their_overlap_are_the_text(solution, n_tokens, size, overlap=0):
    """The first chunk, then the rest of each after the overlap, joined."""
    text = [f"w{i}" for i in range(n_tokens)]
    chunks = [text[start:end] for start, end in solution(n_tokens, size, overlap)]
    joined = sum((chunk[overlap:] for chunk in chunks[1:]), list(*chunks[:1]))
    same(joined, text, "The text put together again")


def wrong_arguments() -> list[dict]:
    """At least three of each kind; none needs more than one span, so no loop hangs."""
    too_much_overlap = [(3, 3, 3), (2, 3, 3), (1, 1, 1), (2, 2, 4), (3, 4, 5), (0, 2, 2), (0, 3, 5)]
    negative_overlap = [(2, 3, -1), (3, 3, -2), (1, 1, -1), (0, 2, -1), (0, 5, -4)]
    negative_length = [(-1, 3, 0), (-2, 3, 1), (-7, 2, 1), (-4, 1, 0)]
    no_size = [(2, 0, 0), (1, -1, 0), (0, 0, 0), (0, -3, 0), (2, -2, -3), (0, -1, -2), (3, 0, -1)]
    kinds = [*too_much_overlap, *negative_overlap, *negative_length, *no_size]
    return [{"n_tokens": n, "size": size, "overlap": overlap} for n, size, overlap in kinds]


@exercise.law(edges=wrong_arguments, examples=30)
def wrong_arguments_raise_value_error(solution, n_tokens, size, overlap):
    """Let through, they give an index with holes in it, or a loop that never ends."""
    must_raise(ValueError, solution, n_tokens, size, overlap)


def wrong_arguments_of_long_texts() -> list[dict]:
    kinds = [(9, 3, 3), (8, 2, 5), (12, 4, -1), (9, 3, -3), (9, 0, 0), (8, -1, 0), (9, -2, -4)]
    return [{"n_tokens": n, "size": size, "overlap": overlap} for n, size, overlap in kinds]


@exercise.law(edges=wrong_arguments_of_long_texts)
def so_they_do_where_there_is_more_than_one_span(solution, n_tokens, size, overlap):
    """What is wrong does not depend on the length of the text."""
    must_raise(ValueError, solution, n_tokens, size, overlap)


exercise.mistake(
    "tail_dropped",
    "You only make spans of full size, so what is left at the end is in none. The last span may be "
    "shorter.",
    swap={"range(0, n_tokens, step)": "range(0, n_tokens - size + 1, step)"},
)
exercise.mistake(
    "rest_dropped",
    "Your starts end where no full span fits any more, so what is left at the end of a text "
    "longer than size is in none. The last span may be shorter.",
    swap={
        "range(0, n_tokens, step)": "range(0, max(n_tokens - size, 0) + (n_tokens > 0), step)",
    },
)
exercise.mistake(
    "last_full_span_dropped",
    "Your starts end before n_tokens - size: a span that ends exactly at n_tokens is missing, or "
    "the rest at the end.",
    swap={"range(0, n_tokens, step)": "range(0, n_tokens - size, step)"},
)
exercise.mistake(
    "tail_duplicate",
    "You go on after a span has reached the end, and add spans that lie inside it. Stop after the "
    "first that ends at n_tokens.",
    swap={"if end == n_tokens:": "if False:"},
)
exercise.mistake(
    "rest_appended_always",
    "You append what is left from the next start on, even where the last full span has reached the "
    "end. Then nothing is left.",
    swap={"if end == n_tokens:": "if start + size > n_tokens:"},
)
exercise.mistake(
    "step_is_size",
    "You move on by size, so neighbours share nothing. Move on by size - overlap.",
    swap={"step = size - overlap": "step = size"},
)
exercise.mistake(
    "step_is_overlap",
    "You move on by overlap. Move on by size - overlap.",
    swap={"step = size - overlap": "step = overlap or size"},
)
exercise.mistake(
    "overlap_both_sides",
    "You cut parts of size - overlap tokens and let each grow by overlap on both sides, so "
    "neighbours share 2 overlap.",
    swap={
        "end = min(start + size, n_tokens)": "end = min(start + size, n_tokens)\n"
        "        start = max(0, start - overlap)"
    },
)
exercise.mistake(
    "grows_on_both_sides",
    "You cut parts of size and let each grow by overlap on both sides, so spans are longer than "
    "size and neighbours share 2 overlap.",
    swap={
        "step = size - overlap": "step = size",
        "spans.append((start, end))": "spans.append((max(0, start - overlap), min(end + overlap, n_tokens)))",
    },
)
exercise.mistake(
    "grows_beyond_size",
    "You move on by size and let each span grow by overlap: it is size + overlap long. A span has "
    "at most `size` tokens.",
    swap={
        "step = size - overlap": "step = size",
        "min(start + size, n_tokens)": "min(start + size + overlap, n_tokens)",
    },
)
exercise.mistake(
    "grows_to_the_left",
    "You cut parts of size and let each but the first grow by overlap to the left, which makes "
    "them longer than size.",
    swap={
        "step = size - overlap": "step = size",
        "spans.append((start, end))": "spans.append((max(0, start - overlap), end))",
    },
)
exercise.mistake(
    "overlap_one_too_many",
    "Your neighbours share overlap + 1 positions. A next start is the last one + size - overlap: the "
    "end is not part of a span.",
    swap={"step = size - overlap": "step = max(1, size - overlap - 1)"},
)
exercise.mistake(
    "overlap_one_too_few",
    "Your neighbours share overlap - 1 positions. A next start is the last one + size - overlap.",
    swap={"step = size - overlap": "step = min(size, size - overlap + 1)"},
)
exercise.mistake(
    "short_tail_merged",
    "You join a short rest with the last span, which is then longer than size. The rest is a span "
    "of its own.",
    swap={
        "    return spans": "    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < size:\n"
        "        spans[-2:] = [(spans[-2][0], n_tokens)]\n"
        "    return spans"
    },
)
exercise.mistake(
    "little_rest_merged",
    "You join a rest of less than half the size with the span before it, which is then longer "
    "than size. The rest is a span of its own.",
    swap={
        "    return spans": "    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < size // 2:\n        spans[-2:] = [(spans[-2][0], n_tokens)]\n    return spans",
    },
)
exercise.mistake(
    "last_moved_back",
    "You move the last span back so that it has full size. Its start is where it falls, and it may "
    "be short.",
    swap={"spans.append((start, end))": "spans.append((max(0, end - size), end))"},
)
exercise.mistake(
    "ends_not_cut",
    "Your last span ends behind the text. An end is min(start + size, n_tokens).",
    swap={
        "end = min(start + size, n_tokens)": "end = start + size",
        "if end == n_tokens:": "if end >= n_tokens:",
    },
)
exercise.mistake(
    "inclusive_ends",
    "Your ends are the last positions of the spans. An end is the position behind the last one, so "
    "that tokens[start:end] is the chunk.",
    swap={"spans.append((start, end))": "spans.append((start, end - 1))"},
)
exercise.mistake(
    "start_and_length",
    "You return starts and lengths; a span is its start and its end.",
    swap={"spans.append((start, end))": "spans.append((start, end - start))"},
)
exercise.mistake(
    "lists_instead_of_tuples",
    "Your spans are lists. A span is a tuple (start, end).",
    swap={"spans.append((start, end))": "spans.append([start, end])"},
)
exercise.mistake(
    "text_as_short_as_the_overlap_lost",
    "Your starts end before n_tokens - overlap. That stops in time, but a text of at most overlap "
    "tokens gets no span at all.",
    swap={"range(0, n_tokens, step)": "range(0, n_tokens - overlap, step)"},
)
exercise.mistake(
    "empty_text_gives_an_empty_span",
    "You return the span (0, 0) for an empty text. There is nothing to hold: return [].",
    swap={"spans = []": "spans = [] if n_tokens else [(0, 0)]"},
)
exercise.mistake(
    "overlap_not_checked",
    "You never check overlap >= size; the starts then do not rise. Raise ValueError.",
    swap={"overlap < 0 or overlap >= size": "overlap < 0"},
)
exercise.mistake(
    "equal_overlap_allowed",
    "You let overlap = size through. Then every start is the same: raise ValueError.",
    swap={
        "overlap >= size:": "overlap > size:",
        "step = size - overlap": "step = size - overlap or 1",
    },
)
exercise.mistake(
    "negative_overlap_allowed",
    "You let a negative overlap through, which leaves gaps between the spans. Raise ValueError.",
    swap={"overlap < 0 or overlap >= size": "overlap >= size"},
)
exercise.mistake(
    "negative_length_allowed",
    "You let a negative n_tokens through. Raise ValueError.",
    swap={"if n_tokens < 0:": "if False:"},
)
exercise.mistake(
    "size_not_checked",
    "You never check the size. Raise ValueError where it is below 1, also where the overlap is "
    "smaller still.",
    swap={
        "if size < 1:": "if False:",
        "overlap < 0 or overlap >= size": "overlap >= size or size > 0 > overlap",
    },
)
exercise.mistake(
    "empty_text_before_the_checks",
    "You return [] for an empty text before you have checked size and overlap. Check first.",
    swap={
        "    if size < 1:": "    if n_tokens == 0:\n        return []\n    if size < 1:",
    },
)
exercise.mistake(
    "single_span_before_the_checks",
    "You return a text that fits into one span before you have checked the overlap. Check first.",
    swap={
        "    # With overlap >= size no": (
            "    if n_tokens <= size:\n        return [(0, n_tokens)][:n_tokens]\n    # No"
        )
    },
)


@exercise.mistake(
    "overlap_not_checked_in_a_loop",
    "You let overlap >= size through where one span is enough. Raise ValueError before any work; "
    "with a longer text the starts would not rise, and a loop would not end.",
)
def overlap_not_checked_in_a_loop(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0:
        raise ValueError("wrong arguments")
    spans, start, end = [], 0, 0
    while end < n_tokens and len(spans) < 1000:
        end = min(start + size, n_tokens)
        spans.append((start, end))
        start += size - overlap
    return spans


exercise.walkthrough(r"""
## Where it comes from

A search over whole documents finds too much and too little. Too much, because a hit hands a whole manual
to a model that needed three sentences of it. Too little, because an embedding is one vector: a page on
twenty subjects lies somewhere between all of them, near to no question. So the texts are cut, and what is
indexed, found and put into the prompt is a chunk.

The paper that gave retrieval-augmented generation its name (section 3) does the simplest thing that
works: Wikipedia is cut into chunks of 100 words that do not overlap, 21 million of them. The price is
paid at the borders. A sentence that lies across one is in no chunk as a whole, and half a sentence is
found badly and read worse.

Overlap buys this back: each chunk begins with the last few tokens of the one before it. How much is
bought can be said exactly. A passage of at most overlap + 1 tokens, wherever it stands, is whole in at
least one chunk.

## By hand

Size 6 and overlap 2: each chunk starts 4 tokens after the one before it.

| tokens | spans | why it ends there |
|---|---|---|
| 13 | (0, 6), (4, 10), (8, 13) | the third reaches the end, and is one short |
| 14 | (0, 6), (4, 10), (8, 14) | the third just reaches the end |
| 15 | (0, 6), (4, 10), (8, 14), (12, 15) | token 14 was left over; it brings a chunk of three |

With 15 tokens the last chunk holds two old tokens and one new one. A chunk never brings less than one.

```python
from grader.notebook import reference

spans = reference("rag/chunk")
{n: spans(n, size=6, overlap=2) for n in (13, 14, 15)}
```

## A picture

Three sentences, 13 words, size 6. Each row is a chunk; the words that it holds are blue.

```python
from grader.notebook import show

words = "Tea came to Europe by ship. It was dear. Then it became cheap.".split()


def held(overlap):
    # For each chunk and word, whether the chunk holds the word.
    cut = spans(len(words), 6, overlap)
    return [[start <= at < end for at in range(len(words))] for start, end in cut]


show({"overlap 0": held(0), "overlap 2": held(2)}, rows="chunk", columns=words)
```

Without overlap the last sentence is cut: "Then it became" ends one chunk, and "cheap." is all that the
last one holds. With two words of overlap every sentence is whole somewhere, and the words "by ship." and
"dear. Then" are stored twice. The picture is lucky: only passages of up to three words are sure to be
whole.

## Traps

**A chunk too many.** The natural loop goes on while there is a start within the text. Without overlap
that is right, so a first test passes; with overlap the last chunk has often reached the end by then, and
what follows lies inside it. Such a chunk brings nothing new, and is found together with the one it
repeats.

{{trap: tail_duplicate}}

**Full chunks only.** Sliding windows in signal processing stop where no full window fits. Here that loses
the end of every text whose length does not happen to fit, and all of a text shorter than `size`. Nothing
fails: the last lines of a document just never appear in an answer.

{{trap: tail_dropped}}

**Overlap on top of the size.** Cutting by size and letting each part grow gives the right starts for
another contract. The chunks are longer than `size`, and an embedding model with a limit of `size` tokens
cuts off the surplus without a word, so the overlap is paid for and lost again.

{{trap: grows_beyond_size}}

## What it costs

Every overlapping token is embedded and stored once more. Take a text of 2,000 tokens in chunks of 100,
and a passage of 20 tokens at each place where it can stand: how many of these passages are whole in some
chunk, and how many tokens are stored for each token of the text?

```python
from grader.notebook import curve

overlaps = range(0, 55, 5)
whole, stored = [], []
for overlap in overlaps:
    cut = spans(2000, 100, overlap)
    kept = [any(a <= p and p + 20 <= b for a, b in cut) for p in range(1981)]
    whole.append(sum(kept) / len(kept))
    stored.append(sum(b - a for a, b in cut) / 2000)
curve(
    {"share of passages that are whole": whole, "tokens stored for each token": stored},
    x=overlaps,
    title="A text of 2,000 tokens, chunks of 100, passages of 20",
    across="overlap in tokens",
    up="share, and factor",
)
```

Without overlap almost a fifth of the passages is cut. From an overlap of 19 on, one less than the passage
has tokens, all are whole, as promised. The second line is nearly size / (size − overlap): at 20 tokens of
overlap the index is a quarter larger; at 50 it is almost twice as large, and for passages of this length
nothing more is gained.
""")
