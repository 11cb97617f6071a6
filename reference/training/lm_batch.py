"""A batch for next-token prediction.

A language model is trained on windows cut from one long row of tokens: at every position it has to
predict the token that comes next. Draw such a batch.

Given `tokens`, a LongTensor (N,), return a pair `(x, y)` of LongTensors (batch_size, context):

- Each row of x is a window: `context` tokens that follow each other in `tokens`.
- y is what x is followed by: y[i, j] is the token right after x[i, j] in `tokens`. So a row of y is
  the same window moved on by one.
- The windows' starts are drawn uniformly from 0, 1, ..., N - context - 1, both ends included: the
  last window is the one whose last target is the last token.
- They are drawn with replacement, each row independently of the others. batch_size may be larger
  than the number of starts.
- All randomness comes from `generator`, a `torch.Generator` which moves on with each call. When it
  is None torch's global generator is used, and never seeded here.
- N <= context, and batch_size < 1, raise ValueError. context is at least 1.
- x, y and `tokens` share no memory: writing into one changes no other. `tokens` need not be
  contiguous, and is not modified.

Two right solutions may draw different windows for one seed: your windows and how often they come
are judged, not your draws.

Example: tokens [5, 6, 7, 8] with context 2 have two possible rows: x [5, 6] with y [6, 7], and
x [6, 7] with y [7, 8]. Each comes up half of the time.
"""

import torch

from grader.words import Draw, Exercise, Rng, follows, holds, must_raise, same, shaped

exercise = Exercise(
    tier="A",
    level=1,
    minutes=10,
    source="Radford et al. 2018, Improving Language Understanding by Generative Pre-Training, "
    "section 3.1 (the objective)",
    hints=(
        "How many tokens of the long row does one pair of rows (x, y) touch? That tells where the "
        "last window can start.",
        "Draw all starts at once, then turn each start into the positions start, start + 1, ...",
        "`torch.randint` leaves its upper end out. A column of starts plus a row 0 ... context - 1 "
        "gives all positions of x by broadcasting; y is looked up one position further.",
    ),
    ask=(
        (
            "What about the boundaries of documents?",
            "A window may span several documents; one puts an end-of-text token between them, and "
            "either lets attention see across it or masks it by document (packing).",
        ),
        (
            "Shuffled epochs or drawing with replacement?",
            "Drawing is simple and needs no state, but after one epoch's worth of draws 1/e = 37 % "
            "of the windows have not been seen; a shuffled epoch sees each once, and has to store "
            "its position for a restart.",
        ),
        (
            "How many losses does one window of length T give?",
            "T: with a causal mask every position predicts its next token in the same pass.",
        ),
    ),
)


@exercise.solution
def lm_batch(
    tokens: torch.Tensor,
    batch_size: int,
    context: int,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Random windows x and their next tokens y, LongTensors (batch_size, context), of tokens (N,).

    ValueError if N <= context or batch_size < 1.
    """
    n = len(tokens)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1: {batch_size}")
    if n <= context:
        raise ValueError(f"{n} tokens hold no window of {context} tokens and their next ones")
    # A start needs context + 1 tokens from there on, so n - context starts are possible.
    starts = torch.randint(n - context, (batch_size,), generator=generator)  # (B,)
    positions = starts[:, None] + torch.arange(context)  # (B, context)
    # Indexing with a tensor copies, so x, y and tokens share nothing.
    return tokens[positions], tokens[positions + 1]


ROWS = 130  # enough to see each of five windows but once in 10 ** 11


@exercise.inputs
def few_windows(draw: Draw) -> dict:
    context, starts = draw.size(1, 4), draw.size(1, 5)
    tokens = different_tokens(context + starts) if draw.flag() else draw.whole(context + starts)
    tokens = shaped(tokens, draw.choice("contiguous", "strided"))
    return {"tokens": tokens, "batch_size": draw.size(1, 4), "context": context}


def different_tokens(n):
    """No token twice, and none the successor of the one before it: 11, 14, 17, 10, 13, ..."""
    first = torch.arange(n)
    odd = n if n % 3 else n + 1
    return 10 + (3 * first + 1) % odd


@exercise.edges
def sizes_that_separate() -> list[dict]:
    sizes = [
        (2, 1),
        (3, 1),
        (4, 2),
        (3, 2),
        (5, 4),
        (6, 3),
        (7, 2),
        (8, 4),
        (25, 24),
    ]
    return [
        {"tokens": different_tokens(n), "batch_size": 1 + n % 3, "context": context}
        for n, context in sizes
    ] + [
        {"tokens": torch.tensor([5, 6, 7, 8]), "batch_size": 2, "context": 2},
        {"tokens": torch.tensor([3, 3, 3, 0, 3]), "batch_size": 1, "context": 2},
        {"tokens": torch.tensor([50000, 7, 2**40]), "batch_size": 3, "context": 1},
        {"tokens": torch.tensor([4]).expand(4), "batch_size": 3, "context": 2},
    ]


@exercise.scenario
def windows_that_come_up(solution, tokens, batch_size, context) -> dict:
    """What does not depend on the draws: shapes, and which windows are ever seen."""
    x, y = solution(tokens=tokens, batch_size=batch_size, context=context, generator=Rng(1))
    many_x, many_y = solution(tokens, ROWS, context, Rng(2))
    rows = zip(many_x.tolist(), many_y.tolist(), strict=True)
    return {
        f"rows that came up among {ROWS}": sorted({f"x {a}, y {b}" for a, b in rows}),
        f"shapes for batch_size={batch_size}": [tuple(x.shape), tuple(y.shape)],
        f"shapes for batch_size={ROWS}": [tuple(many_x.shape), tuple(many_y.shape)],
        "dtypes": [str(x.dtype), str(y.dtype)],
    }


def lengths() -> list[dict]:
    return [{"n": n, "context": c} for n, c in ((3, 1), (6, 3), (9, 4), (11, 1), (44, 24), (6, 5))]


@exercise.law(edges=lengths)
def every_start_is_equally_likely(solution, n, context):
    """Starts that come up too seldom are text that the model hardly sees, first and last ones too."""
    tokens, count = different_tokens(n), n - context
    x, _ = solution(tokens, 1200, context, Rng(7))
    holds(x.shape[0] == 1200, f"For batch_size=1200 it returned {x.shape[0]} rows.")
    starts = (x[:, :1] == tokens[None]).long().argmax(1)
    follows(starts, torch.full((count,), 1 / count), "The starts of the windows")


@exercise.rig
def first_tokens_of_many_batches(solution, times, tokens, batch_size, context, generator):
    batches = [solution(tokens, batch_size, context, generator)[0] for _ in range(times)]
    return torch.stack([x[:, 0] for x in batches])


def small_batches() -> list[dict]:
    return [{"n": n, "context": c, "seed": s} for n, c, s in ((3, 1, 1), (5, 2, 2), (6, 3, 3))]


@exercise.law(edges=small_batches)
def rows_are_drawn_independently(solution, n, context, seed):
    """With replacement: what one row drew says nothing about another row or the next call."""
    tokens, count, times = different_tokens(n), n - context, 180
    drawn = first_tokens_of_many_batches(solution, times, tokens, 2, context, Rng(seed))
    starts = (drawn.flatten()[:, None] == tokens[None]).long().argmax(1).reshape(times, 2)
    pairs = starts[:, 0] * count + starts[:, 1]
    uniform = torch.full((count**2,), 1 / count**2)
    numbered = f"pairs of starts, the pair (a, b) written as the number {count} a + b,"
    follows(pairs, uniform, f"The two rows of {times} batches: the {numbered}")
    calls = starts[:-1, 1] * count + starts[1:, 0]
    follows(calls, uniform, f"A last row and the first of the next call: the {numbered}")


@exercise.rig
def under_a_global_seed(solution, seed, times, *arguments):
    """x of some calls after seeding torch's global generator, and whether that one moved."""
    torch.manual_seed(seed)
    before = torch.get_rng_state()
    drawn = [solution(*arguments)[0] for _ in range(times)]
    return torch.stack(drawn), not torch.equal(before, torch.get_rng_state())


def long_rows() -> list[dict]:
    return [{"n": n, "context": c, "seed": s} for n, c, s in ((40, 2, 1), (70, 3, 5), (100, 1, 9))]


@exercise.law(edges=long_rows)
def only_the_given_generator_is_used(solution, n, context, seed):
    """One generator makes a run repeatable, whatever else in the program draws numbers."""
    tokens = different_tokens(n)
    first, _ = under_a_global_seed(solution, seed, 2, tokens, 20, context, Rng(seed))
    again, moved = under_a_global_seed(solution, seed + 1, 2, tokens, 20, context, Rng(seed))
    same(again, first, "With the same generator state a second time")
    holds(not moved, "With a generator given, torch's global one was used or seeded too.")
    says = "Two calls in a row on one generator drew the same 20 windows."
    holds(not torch.equal(first[0], first[1]), says, got=first)
    other, _ = under_a_global_seed(solution, seed, 2, tokens, 20, context, Rng(seed + 100))
    says = "Two generators with different seeds drew the same 20 windows."
    holds(not torch.equal(first, other), says, got=first)


@exercise.law(edges=long_rows)
def without_a_generator_the_global_one_is_used(solution, n, context, seed):
    """Whoever calls torch.manual_seed once expects repeatable batches that differ from each other."""
    tokens = different_tokens(n)
    first, _ = under_a_global_seed(solution, seed, 2, tokens, 20, context)
    again, _ = under_a_global_seed(solution, seed, 2, tokens, 20, context)
    same(again, first, "After the same torch.manual_seed")
    says = "Two calls in a row without a generator drew the same 20 windows."
    holds(not torch.equal(first[0], first[1]), says, got=first)
    other, _ = under_a_global_seed(solution, seed + 1, 2, tokens, 20, context)
    says = "After two different torch.manual_seed the same windows were drawn."
    holds(not torch.equal(first, other), says, got=first)


@exercise.rig
def after_writing(solution, tokens, batch_size, context, generator):
    """What is left of y and of the tokens after x is overwritten, and of x after y is."""
    x, y = solution(tokens, batch_size, context, generator)
    kept = {"x": x.clone(), "y": y.clone(), "tokens": tokens.clone()}
    x.fill_(-1)
    left = {"y": y.clone(), "tokens": tokens.clone()}
    x.copy_(kept["x"])
    y.fill_(-2)
    left |= {"x": x.clone(), "tokens then": tokens.clone()}
    return left, {**kept, "tokens then": kept["tokens"]}


@exercise.law(examples=8)
def writing_into_one_changes_no_other(solution, tokens, batch_size, context):
    """Who masks some of x, or pads y, must not change the other or the data set."""
    left, kept = after_writing(solution, tokens.clone(), batch_size, context, Rng(3))
    same(left, kept, "After x, then y, was overwritten")


def too_few() -> list[dict]:
    sizes = [(1, 1), (2, 2), (3, 3), (7, 7), (1, 2), (2, 4), (0, 1), (3, 50)]
    chosen = [{"n": n, "batch_size": 2, "context": context} for n, context in sizes]
    return chosen + [{"n": 6, "batch_size": b, "context": 2} for b in (0, -1, -2, -10)]


@exercise.law(edges=too_few)
def too_few_tokens_or_rows_raise_value_error(solution, n, batch_size, context):
    """A window with its next token needs context + 1 tokens, and a batch at least one row."""
    must_raise(ValueError, solution, different_tokens(n), batch_size, context, Rng(1))
    must_raise(ValueError, solution, different_tokens(n), batch_size, context)


exercise.mistake(
    "unshifted_targets",
    "Your y is x itself; y[i, j] is the token AFTER x[i, j].",
    swap={"tokens[positions + 1]": "tokens[positions]"},
)
exercise.mistake(
    "shift_left",
    "Your y holds the tokens BEFORE those of x; it must hold the ones after.",
    swap={"tokens[positions + 1]": "tokens[positions - 1]"},
)
exercise.mistake(
    "x_and_y_swapped",
    "You return (y, x); the windows come first, their next tokens second.",
    swap={
        "return tokens[positions], tokens[positions + 1]": (
            "return tokens[positions + 1], tokens[positions]"
        )
    },
)
exercise.mistake(
    "next_number",
    "Your y is x + 1, the next number; it must be the next token of the row.",
    swap={"tokens[positions + 1]": "tokens[positions] + 1"},
)
exercise.mistake(
    "last_target_only",
    "Your y has one token a row; every position of x has a target.",
    swap={"tokens[positions + 1]": "tokens[positions[:, -1] + 1]"},
)
exercise.mistake(
    "last_start_excluded",
    "The last start, N - context - 1, never comes up: randint leaves its upper end out.",
    swap={"torch.randint(n - context,": "torch.randint(n - context - 1,"},
)
exercise.mistake(
    "last_start_excluded_but_one",
    "The last start, N - context - 1, never comes up where there are several: randint leaves its "
    "upper end out.",
    swap={"torch.randint(n - context,": "torch.randint(max(1, n - context - 1),"},
)
exercise.mistake(
    "first_start_excluded",
    "Start 0 never comes up.",
    swap={"torch.randint(n - context,": "torch.randint(1, n - context,"},
)
exercise.mistake(
    "overrun",
    "You also draw the start N - context, whose last target would lie behind the last token.",
    swap={"torch.randint(n - context,": "torch.randint(n - context + 1,"},
)
exercise.mistake(
    "overrun_clamped",
    "You also draw the start N - context and repeat the last token as its target; there is no such "
    "window.",
    swap={
        "torch.randint(n - context,": "torch.randint(n - context + 1,",
        "tokens[positions + 1]": "tokens[(positions + 1).clamp(max=n - 1)]",
    },
)
exercise.mistake(
    "overrun_short_row",
    "You also draw the start N - context; its slice of targets is one too short.",
    swap={
        "torch.randint(n - context,": "torch.randint(n - context + 1,",
        "positions = starts[:, None] + torch.arange(context)": (
            "x = torch.stack([tokens[s : s + context] for s in starts])"
        ),
        "return tokens[positions], tokens[positions + 1]": (
            "return x, torch.stack([tokens[s + 1 : s + 1 + context] for s in starts])"
        ),
    },
)
exercise.mistake(
    "roll_wraps",
    "You roll the tokens and also draw the start N - context: its last target wraps round to the "
    "first token.",
    swap={
        "torch.randint(n - context,": "torch.randint(n - context + 1,",
        "tokens[positions + 1]": "tokens.roll(-1)[positions]",
    },
)
exercise.mistake(
    "rolled_within_the_window",
    "You roll each window, so its last target is its own first token; it must be the token behind "
    "the window.",
    swap={"tokens[positions + 1]": "tokens[positions].roll(-1, dims=1)"},
)
exercise.mistake(
    "same_start_for_rows",
    "All rows share one start; draw one for each row.",
    swap={
        "torch.randint(n - context, (batch_size,), generator=generator)": (
            "torch.randint(n - context, (1,), generator=generator).repeat(batch_size)"
        )
    },
)
exercise.mistake(
    "without_replacement",
    "You draw without replacement: no start comes twice in a batch, and a large batch runs out of "
    "starts.",
    swap={
        "torch.randint(n - context, (batch_size,), generator=generator)": (
            "torch.randperm(n - context, generator=generator)[:batch_size]"
        )
    },
)
exercise.mistake(
    "global_rng",
    "You draw without passing `generator` on, so the global one is used.",
    swap={", generator=generator)": ")"},
)
exercise.mistake(
    "seeded_inside",
    "You seed torch's generator inside, so every call draws the same windows; leave seeding to "
    "the caller.",
    swap={"n = len(tokens)": "n = len(tokens)\n    generator or torch.manual_seed(0)"},
)
exercise.mistake(
    "shared_memory",
    "x and y are views of one block, so writing into one changes the other; copy them.",
    swap={
        "torch.arange(context)": "torch.arange(context + 1)",
        "return tokens[positions], tokens[positions + 1]": (
            "block = tokens[positions]\n    return block[:, :-1], block[:, 1:]"
        ),
    },
)
exercise.mistake(
    "no_batch_size_check",
    "A batch_size below 1 goes through; raise ValueError first.",
    swap={"if batch_size < 1:": "if False:"},
)
exercise.mistake(
    "no_length_check",
    "Tokens that are too few raise no ValueError of yours; check N <= context first.",
    swap={"if n <= context:": "if False:"},
)
exercise.mistake(
    "length_check_off_by_one",
    "N = context is too few as well: the last token of the window has no next one.",
    swap={"if n <= context:": "if n < context:"},
)

exercise.walkthrough(r"""
## Where it comes from

To train a language model nobody has to write down right answers: the text is its own answer, moved by one.
The paper of the first GPT states the objective in section 3.1, the probability of each token given a window
of those before it, and in section 4.1 the data: stretches of 512 tokens that follow each other, taken at
random places, 64 to a batch. That is what is asked for here, in any size.

All texts stand behind each other in one long row of tokens. A window is a place to start, and since attention
looks back only (`attention/causal`), one window of T tokens gives T examples at once: at each of its
positions the model sees what came so far and has to say what comes next. So a window needs one token more
than it is long.

There is little to compute and nothing that fails loudly. A target moved by one place too many or too few
gives a loss curve all the same, and the model learns something else than you think.

## By hand

Six tokens, windows of three. The last window must leave a token for its last target, so there are 6 − 3 = 3
places to start:

| start | x | y |
|---|---|---|
| 0 | 4, 8, 15 | 8, 15, 16 |
| 1 | 8, 15, 16 | 15, 16, 23 |
| 2 | 15, 16, 23 | 16, 23, 42 |

Five rows are more than there are windows, so at least one comes twice. Which ones come is chance; each row of
x, with its row of y, is a row of the table.

```python
import torch

from grader.notebook import reference

batch = reference("training/lm_batch")
tokens = torch.tensor([4, 8, 15, 16, 23, 42])
batch(tokens, batch_size=5, context=3, generator=torch.Generator().manual_seed(0))
```

## A picture

Every start is equally likely; is every token? Forty tokens, numbered so that they can be told apart, windows
of ten, and a batch large enough to count.

```python
from grader.notebook import curve

x, y = batch(torch.arange(40), 30_000, 10, torch.Generator().manual_seed(0))
curve(
    {
        "read, in x": x.flatten().bincount(minlength=40) / 30_000,
        "to be predicted, in y": y.flatten().bincount(minlength=40) / 30_000,
    },
    x=range(40),
    title="How many of the windows hold a token",
    across="place of the token",
    up="share of the windows",
)
```

Tokens in the middle are in ten of the thirty windows, a third of all. The first one is read in one window
only and never predicted, for nothing comes before it; the last one is predicted in one window and never read.
With a billion tokens and windows of a thousand the ends do not matter. In a test with six tokens they decide.

## Traps

**Targets that are not moved.** y is x: the model has to say the token that it is just reading, and finds out
soon. This is the loss curve that falls to almost nothing within minutes, and pleases everyone until the model
is asked to write.

{{trap: unshifted_targets}}

**Targets rolled within the window.** `roll` moves a row by one in a single call, and brings its first token
round to the end. All targets are right but the last, so with windows of a thousand tokens a thousandth of the
loss is nonsense, and no curve shows it.

{{trap: rolled_within_the_window}}

**One start too many.** N − context + 1 windows fit into N tokens, but the last of them has no last target. In
a large text it is drawn once in millions of rows: the run goes well for days, and then there is an index out
of range.

{{trap: overrun}}

## What drawing leaves out

Draws are independent, so after as many rows as there are windows some windows have come several times and
others not at all. Each is missed by a single draw with probability 1 − 1/n, and by n of them with (1 − 1/n)ⁿ,
which is close to 1/e = 37 %.

```python
import math

n, dice = 5000, torch.Generator().manual_seed(0)
seen, left = torch.zeros(n, dtype=torch.bool), [1.0]
for _ in range(5):
    x, _ = batch(torch.arange(n + 1), n, 1, dice)
    seen[x.flatten()] = True
    left.append(1 - seen.float().mean().item())
expected = [math.exp(-k) for k in range(6)]
curve({"measured": left, "e to the −k": expected}, title="Windows that have not come yet",
      across="k, draws per window", up="share")
```

Five times through the data in this way, and still one window in 150 has not come. An order that is shuffled
once for each pass leaves none out; its price is a place to be kept when the run is stopped and taken up again.
""")
