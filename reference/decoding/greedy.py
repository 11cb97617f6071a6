"""Greedy decoding.

Let a language model continue a batch of prompts, always with the token it finds most likely.

Write `greedy_decode(model, prompt, max_new_tokens, eos_id=None)`. `prompt` is a LongTensor (B, T)
with B, T >= 1. `model(tokens)` takes a LongTensor (B', L) and returns logits (B', L, V) of any
float dtype; those at position i speak of the token that follows tokens 0, ..., i of their row.
The result is a LongTensor (B, T + n) with n <= max_new_tokens: the prompt, then the new tokens.

- A new token of a row is the id of the largest logit at the last position, given the row's prompt
  and all of its new tokens so far. Among equal largest logits you may choose any. Logits may be
  large, all negative, or -inf (but not all of them), and differ by as little as their dtype allows.
- `eos_id` (id 0 is as good as any) ends a row: the row keeps this eos_id, and whatever follows it
  there is filled with eos_id too. Only a NEW eos_id counts; one inside the prompt is a token like
  any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special and n = max_new_tokens. `max_new_tokens=0` gives the prompt.
- The model needs the whole running sequence and nothing behind it: give it rows of prompt and new
  tokens so far, without padding. (What follows a row's eos_id there is up to you.) Each row goes
  through the model at most once for each new column, so never after the last token is chosen.
  A call may hold all rows or only some; finished ones need none.
- The model comes in eval mode, is called in eval mode and stays in it. The prompt is not modified.

Example: let the largest logit always belong to (last token + 1) mod 5. Then prompt [[1], [3]] with
eos_id=4 and max_new_tokens=9 gives [[1, 2, 3, 4], [3, 4, 4, 4]]: three calls on all rows, of width
1, 2 and 3. With eos_id=None and max_new_tokens=2 it gives [[1, 2, 3], [3, 4, 0]].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R.
"""

import torch

from grader.words import Draw, Exercise, Model, at_most, holds, noise, prefix_model, same, shaped

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    source="Sutskever, Vinyals and Le 2014, Sequence to Sequence Learning, section 3.2, "
    "arXiv:1409.3215",
    hints=(
        "Write the loop for one row without eos_id first: call the model, take the best token of "
        "the last position, append it, repeat.",
        "With several rows, remember for each whether it has produced eos_id. Update that memory "
        "from the new tokens only, never by searching the whole sequence.",
        "In each round replace the choices of the rows that were finished before it by eos_id, "
        "append the column, mark the rows that have eos_id in it, and only then ask whether all "
        "rows are finished.",
    ),
    ask=(
        (
            "Why is greedy decoding not the most likely sequence?",
            "The best first token may lead to poor continuations; a likelier sequence can begin "
            "with a less likely token. Beam search keeps several beginnings.",
        ),
        (
            "What would you cache?",
            "Every layer's keys and values of all tokens so far: then each round feeds one token a "
            "row instead of the whole sequence.",
        ),
    ),
)


@exercise.solution
def greedy_decode(
    model: torch.nn.Module, prompt: torch.Tensor, max_new_tokens: int, eos_id: int | None = None
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n): the prompt and n <= max_new_tokens most likely tokens.

    A row is filled with eos_id once it has produced it; stops when every row has.
    """
    tokens = prompt  # (B, T)
    finished = torch.zeros(prompt.shape[0], dtype=torch.bool, device=prompt.device)  # (B,)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(tokens)[:, -1]  # (B, V), what follows the last token
        newest = logits.argmax(dim=-1)  # (B,)
        if eos_id is not None:
            newest = newest.masked_fill(finished, eos_id)
            # From the new tokens alone: an eos_id in the prompt has ended nothing.
            finished = finished | (newest == eos_id)
        tokens = torch.cat([tokens, newest[:, None]], dim=1)  # one column more
        if finished.all():
            break
    return tokens


def one_best(states: int, vocabulary: int, seed: int, dtype=torch.float64) -> torch.Tensor:
    """Whole-number logits (states, vocabulary), some negative, no two equal in a row."""
    return (noise(states, vocabulary, seed=seed).argsort(-1) - vocabulary // 2).to(dtype)


def toy(table: torch.Tensor):
    """A model whose logits depend on all tokens so far, and on how many there are."""
    prefix = prefix_model(table)
    return lambda tokens: prefix(tokens + 1)


@exercise.inputs
def tables_and_prompts(draw: Draw) -> dict:
    vocabulary, rows = draw.size(2, 6), draw.size(1, 3)
    prompt = draw.whole(rows, draw.size(1, 4), high=vocabulary - 1)
    return {
        "table": one_best(draw.size(3, 7), vocabulary, draw.seed(), draw.dtype()),
        "prompt": shaped(prompt, draw.choice("contiguous", "transposed", "strided", "expanded")),
        "max_new_tokens": draw.size(0, 5),
        "eos_id": draw.choice(None, 0, 1, vocabulary - 1),
    }


def case(table, prompt, max_new_tokens, eos_id) -> dict:
    return {
        "table": table,
        "prompt": torch.tensor(prompt),
        "max_new_tokens": max_new_tokens,
        "eos_id": eos_id,
    }


def fine_tables() -> list[torch.Tensor]:
    """Logits that a comparison of probabilities, or one from -1e9 up, mistakes."""
    order = torch.tensor([[0, 1, 2], [2, 0, 1], [1, 2, 0]]).double()
    halves = [(1e-3 + 1e-4 * order).to(half) for half in (torch.bfloat16, torch.half)]
    return [-1e30 * (1 + order), *halves]


@exercise.edges
def rows_that_end_apart() -> list[dict]:
    rows = [[0, 1, 2], [2, 2, 0], [1, 0, 0]]
    unequal = torch.tensor([[-9.0, -5.0, -7.0], [-3.0, -8.0, -2.0], [-6.0, -1.0, -4.0]])
    huge = torch.tensor([[1000.0, 1000.5, 0.0], [-1000.5, -2000.0, -1000.0], [0.0, 9e4, 8e4]])
    hidden = torch.tensor([[-torch.inf, -9.0, -torch.inf], [-torch.inf, 1.0, 2.0], [1.0, 0.0, 0.0]])
    close = torch.tensor([[1.0, 1.0001, 0.5], [0.5, 0.2, 0.5001], [0.2001, 0.2, 0.2]])
    return [
        *(case(one_best(5, 3, seed), rows, 5, seed % 3) for seed in range(6)),
        *(case(one_best(4, 3, seed), rows[seed % 2 : 2], 3, 0) for seed in range(6)),
        *(case(one_best(4, 4, seed), [[1, 3], [2, 3]], 4, 3) for seed in range(3)),
        *(case(table, rows[:2], 3, None) for table in (unequal, huge, hidden, close)),
        *(case(one_best(4, 3, 8).to(dtype), rows, 3, 2) for dtype in (torch.bfloat16, torch.half)),
        *(case(table, rows[:2], 4, None) for table in fine_tables()),
        *(case(one_best(4, 3, seed), rows, 0, 2 - seed) for seed in range(3)),
        case(one_best(7, 2, 5), [[0, 1]], 30, 1),  # ends long before 30
        case(one_best(11, 7, 6), [[3]], 24, None),
        case(one_best(997, 5, 7), (torch.arange(1100)[None] % 5).tolist(), 2, None),
    ]


@exercise.scenario
def decoded(solution, table, prompt, max_new_tokens, eos_id):
    return solution(
        model=Model(toy(table)),
        prompt=prompt,
        max_new_tokens=max_new_tokens,
        eos_id=eos_id,
    )


def decode(solution, table, prompt, max_new_tokens, eos_id):
    """The result and the model that gave it, after a look at the result's shape and beginning."""
    model = Model(toy(table))
    tokens = solution(model, prompt, max_new_tokens, eos_id)
    width = prompt.shape[1]
    shape = tuple(tokens.shape)
    holds(
        len(shape) == 2 and shape[0] == len(prompt) and 0 <= shape[1] - width <= max_new_tokens,
        f"The result has shape {shape} for a prompt {tuple(prompt.shape)} and "
        f"max_new_tokens={max_new_tokens}.",
    )
    same(tokens[:, :width], prompt, "The result's beginning, which is the prompt")
    return tokens, model


def tables_with_ties(draw: Draw) -> dict:
    drawn = tables_and_prompts(draw)
    shape, dtype = drawn["table"].shape, drawn["table"].dtype
    return drawn | {"table": draw.floats(*shape, styles=("ties", "whole"), dtype=dtype)}


@exercise.law(inputs=tables_with_ties, examples=10)
def every_new_token_has_a_largest_logit(solution, table, prompt, max_new_tokens, eos_id):
    """Among equal logits any may be chosen, but nothing below the largest; after eos_id only it."""
    tokens, _ = decode(solution, table, prompt, max_new_tokens, eos_id)
    logits = toy(table)(tokens)  # (B, T + n, V)
    for row in range(len(tokens)):
        ended = False
        for at in range(prompt.shape[1], tokens.shape[1]):
            token, given = int(tokens[row, at]), logits[row, at - 1]
            where = f"Row {row} has {token} at position {at}"
            if ended:
                holds(token == eos_id, f"{where}, after its eos_id {eos_id}.")
            else:
                known = 0 <= token < len(given)
                holds(known and given[token] == given.max(), f"{where}; the logits there were "
                      f"{given.tolist()}.")  # fmt: skip
            ended = ended or token == eos_id


@exercise.law(examples=9)
def no_row_goes_through_the_model_too_often(solution, table, prompt, max_new_tokens, eos_id):
    """A model call is all that decoding costs: one a new column, none for no new column."""
    tokens, model = decode(solution, table, prompt, max_new_tokens, eos_id)
    new, fed = tokens.shape[1] - prompt.shape[1], sum(len(call[0]) for call in model.calls)
    what = f"Rows that went through the model for {new} new columns of {len(prompt)} rows"
    at_most(fed, len(prompt) * new, what)


@exercise.law(examples=9)
def the_model_sees_the_running_sequence(solution, table, prompt, max_new_tokens, eos_id):
    """What a token follows is the prompt and every new token before it, and nothing else."""
    tokens, model = decode(solution, table, prompt, max_new_tokens, eos_id)
    for fed, *others in model.calls:
        holds(not others, f"The model was given {1 + len(others)} arguments; it takes the tokens.")
        holds(fed.dtype == torch.int64, f"The model was given tokens of dtype {fed.dtype}.")
        for row in fed.tolist():
            known = any(_runs_along(row, full, prompt.shape[1], eos_id) for full in tokens.tolist())
            holds(known, f"The model was given the row {row}, which is no prompt with its new "
                  "tokens so far.")  # fmt: skip


def _runs_along(row, full, width, eos_id) -> bool:
    """Whether `row` is a running sequence of the result `full`; behind its eos_id all is free."""
    ends = [i for i, token in enumerate(full) if i >= width and token == eos_id]
    compared = min(len(row), ends[0] + 1) if ends else len(row)
    return width <= len(row) < len(full) and row[:compared] == full[:compared]


@exercise.rig
def modes(solution, table, prompt, max_new_tokens, eos_id):
    """Whether the model was in training mode in each call, and whether it is afterwards."""
    seen = []

    class Toy(torch.nn.Module):
        def forward(self, tokens):
            seen.append(self.training)
            return table[(tokens + 1).cumsum(dim=1) % len(table)]

    model = Toy().eval()
    solution(model, prompt, max_new_tokens, eos_id)
    return seen, model.training


@exercise.law(examples=4)
def the_model_stays_in_eval_mode(solution, table, prompt, max_new_tokens, eos_id):
    """In training mode dropout makes the logits, and so the tokens, random, here and later."""
    seen, afterwards = modes(solution, table, prompt, max_new_tokens, eos_id)
    holds(not any(seen), "The model was called in training mode.")
    holds(not afterwards, "The model was left in training mode.")


@exercise.law(examples=6)
def one_token_more_adds_at_most_one_column(solution, table, prompt, max_new_tokens, eos_id):
    """What is decoded does not depend on how long one is willing to go on."""
    shorter, _ = decode(solution, table, prompt, max_new_tokens, eos_id)
    longer, _ = decode(solution, table, prompt, max_new_tokens + 1, eos_id)
    width = shorter.shape[1]
    same(longer[:, :width], shorter, f"The first {width} columns with one token more to go")


@exercise.law(examples=6)
def a_row_alone_decodes_to_the_same(solution, table, prompt, max_new_tokens, eos_id):
    """Rows share a batch for speed only; up to the eos_id that fills it, no row may notice."""
    together, _ = decode(solution, table, prompt, max_new_tokens, eos_id)
    alone, _ = decode(solution, table, prompt[-1:], max_new_tokens, eos_id)
    same(alone, together[-1:, : alone.shape[1]], "The last row decoded alone")
    rest = together[-1:, alone.shape[1] :]
    same(
        rest, torch.full_like(rest, -1 if eos_id is None else eos_id), "What fills it in the batch"
    )


@exercise.law(examples=4)
def without_eos_id_no_token_ends_a_row(solution, table, prompt, max_new_tokens):
    """`eos_id` may be left out; then every row gets all its tokens."""
    model = Model(toy(table))
    got = solution(model, prompt, max_new_tokens)
    same(got, decode(solution, table, prompt, max_new_tokens, None)[0], "Without eos_id")
    same(got.shape[1], prompt.shape[1] + max_new_tokens, "The width without eos_id")


exercise.mistake(
    "stops_on_first_row_eos",
    "You stop when the first row has produced eos_id; the other rows are not finished yet.",
    swap={"finished.all()": "finished.any()"},
)
exercise.mistake(
    "finished_rows_keep_writing",
    "A row goes on with the model's tokens after its eos_id; from there on it must be filled with "
    "eos_id.",
    swap={"newest = newest.masked_fill(finished, eos_id)": "pass"},
)
exercise.mistake(
    "eos_in_prompt_stops",
    "You search the whole row for eos_id, prompt included; only a new one ends the row.",
    swap={
        "finished = finished | (newest == eos_id)": (
            "finished = ((tokens == eos_id).any(1)) | (newest == eos_id)"
        )
    },
)
exercise.mistake(
    "eos_in_prompt_adds_nothing",
    "You look for eos_id before the first token is chosen, so one inside the prompt ends the row "
    "at once; only a new one counts.",
    swap={
        "with torch.no_grad():": (
            "finished = (tokens == eos_id).any(1) if eos_id is not None else finished\n"
            "        if finished.all():\n            break\n        if True:"
        )
    },
)
exercise.mistake(
    "eos_at_end_of_prompt_stops",
    "You take a prompt that ends with eos_id for a finished row; only a new eos_id counts.",
    swap={
        "with torch.no_grad():": (
            "finished = (tokens[:, -1] == eos_id) if eos_id is not None else finished\n"
            "        if finished.all():\n            break\n        if True:"
        )
    },
)
exercise.mistake(
    "uses_first_position",
    "You read the logits of the first position; the next token's are at the last one.",
    swap={"model(tokens)[:, -1]": "model(tokens)[:, 0]"},
)
exercise.mistake(
    "uses_end_of_prompt",
    "You read the logits at the prompt's end in every round; the last position moves on.",
    swap={"model(tokens)[:, -1]": "model(tokens)[:, prompt.shape[1] - 1]"},
)
exercise.mistake(
    "feeds_newest_token_only",
    "You feed the newest token alone; a model without a cache needs the whole sequence.",
    swap={
        "model(tokens)[:, -1]": "model(tokens[:, -1:] if tokens is not prompt else tokens)[:, -1]"
    },
)
exercise.mistake(
    "drops_eos",
    "You stop before the last column, of eos_id, is appended; it belongs to the result.",
    swap={
        "tokens = torch.cat([tokens, newest[:, None]], dim=1)  # one column more": "pass",
        "break": "break\n        tokens = torch.cat([tokens, newest[:, None]], dim=1)",
    },
)
exercise.mistake(
    "one_extra_token",
    "You append one column more than max_new_tokens.",
    swap={"range(max_new_tokens)": "range(max_new_tokens + 1)"},
)
exercise.mistake(
    "one_too_few",
    "You append one column fewer than max_new_tokens.",
    swap={"range(max_new_tokens)": "range(max_new_tokens - 1)"},
)
exercise.mistake(
    "one_argmax_for_all_rows",
    "You take one argmax over the whole batch; each row has its own, over the vocabulary.",
    swap={"logits.argmax(dim=-1)": "(logits.argmax() % logits.shape[-1]).expand(len(logits))"},
)
exercise.mistake(
    "pads_with_zero",
    "You fill finished rows with 0; fill them with eos_id.",
    swap={
        "newest.masked_fill(finished, eos_id)": "newest.masked_fill(finished, 0)",
        "if finished.all()": "if eos_id is not None and finished.all()",
    },
)
exercise.mistake(
    "eos_zero_ignored",
    "You test eos_id for truth, so eos_id=0 counts as none; ask `is not None`.",
    swap={"if eos_id is not None": "if eos_id"},
)
exercise.mistake(
    "never_stops_early",
    "You go on to max_new_tokens after every row has produced eos_id; stop there.",
    swap={"if finished.all():\n            break": ""},
)
exercise.mistake(
    "returns_only_new_tokens",
    "You return the new tokens alone; the result begins with the prompt.",
    swap={"return tokens": "return tokens[:, prompt.shape[1]:]"},
)
exercise.mistake(
    "calls_once_more",
    "You call the model once more after the last token is chosen.",
    swap={"return tokens": "model(tokens)\n    return tokens"},
)
exercise.mistake(
    "eos_in_prompt_finishes",
    "You take a prompt that holds eos_id for a finished row; only a new eos_id counts.",
    swap={
        "(prompt.shape[0], dtype=torch.bool, device=prompt.device)": (
            "(prompt.shape[0], dtype=torch.bool)\n    if eos_id is not None:\n"
            "        finished = (prompt == eos_id).any(dim=1)"
        )
    },
)
exercise.mistake(
    "eos_at_end_of_prompt_finishes",
    "You take a prompt that ends with eos_id for a finished row; only a new eos_id counts.",
    swap={
        "(prompt.shape[0], dtype=torch.bool, device=prompt.device)": (
            "(prompt.shape[0], dtype=torch.bool)\n    if eos_id is not None:\n"
            "        finished = prompt[:, -1] == eos_id"
        )
    },
)
exercise.mistake(
    "one_column_after_the_end",
    "You append one column more after every row has produced eos_id; ask whether all are finished "
    "with the newest column counted.",
    swap={
        "if finished.all():": (
            "if eos_id is not None and (tokens[:, prompt.shape[1]:-1] == eos_id).any(1).all():"
        )
    },
)
exercise.mistake(
    "stops_only_if_all_end_at_once",
    "You stop only when the model chooses eos_id for every row in the same round; a row that "
    "has produced it before is finished too.",
    swap={
        "newest = newest.masked_fill(": "choice = newest\n            newest = newest.masked_fill(",
        "if finished.all()": "if eos_id is not None and (choice == eos_id).all()",
    },
)
exercise.mistake(
    "zero_gives_one",
    "You append a token even for max_new_tokens=0; then the result is the prompt.",
    swap={"range(max_new_tokens)": "range(max(1, max_new_tokens))"},
)
exercise.mistake(
    "first_row_chooses_for_all",
    "You give every row the first row's choice; each row has its own logits.",
    swap={"logits.argmax(dim=-1)": "logits.argmax(dim=-1)[:1].repeat(len(logits))"},
)

exercise.walkthrough(r"""
## Where it comes from

A language model does not write. For a text so far it gives a number for every token that could come
next, and something else has to make a text of that: a decoder. A natural wish is the text that the
model finds most likely of all. But of n tokens from a vocabulary of V there are Vⁿ texts, and each new
token changes what the model says of those behind it, so nobody looks through them all.

Greedy decoding gives up the wish and keeps the step: take the likeliest token, append it, ask again.
Sutskever, Vinyals and Le (section 3.2) translated with a search that keeps several beginnings at a
time, and found that a single one already does well. A single one is this exercise; several are
`decoding/beam`.

The choice itself is short. What takes the time is that a batch is a rectangle whose rows end at
different moments: who has ended, what stands behind the end, when the loop may stop.

## By hand

A model for pencil and paper: V = 8, and the largest logit always belongs to the sum of all tokens so
far, modulo 8. Three prompts, `eos_id=4`, at most nine new tokens:

| | prompt | its sum | round 1 | round 2 | round 3 |
|---|---|---|---|---|---|
| row 0 | 1 3 | 4 | **4**, ended | 4, filled in | 4, filled in |
| row 1 | 4 6 | 10 | 2, so 12 | **4**, ended | 4, filled in |
| row 2 | 3 6 | 9 | 1, so 10 | 2, so 12 | **4**, ended |

Row 1 begins with a 4 that ends nothing: only a new one counts. In row 0 the model would go on with 0,
since 1 + 3 + 4 = 8; the 4s there are the decoder's. After round 3 every row has ended, so there is no
fourth round.

```python
import torch

from grader.notebook import reference

decode = reference("decoding/greedy")


def sums(tokens):
    return torch.nn.functional.one_hot(tokens.cumsum(dim=1) % 8, 8).float()


decode(sums, torch.tensor([[1, 3], [4, 6], [3, 6]]), 9, eos_id=4)
```

## A picture

Now with words. This model has counted, in six sentences, which word follows which, and it knows nothing
but the last word. Four prompts of one word each go in, and the full stop is `eos_id`. Medium cells are
prompts, dark ones new, white ones what fills a row that has ended.

```python
from grader.notebook import show

told = (
    "the dog saw the cat . the dog saw the bird . then a bird sang . "
    "a bird sang . the cat ran and the dog ran . a cat ran ."
).split()
words = sorted(set(told))
counts = torch.zeros(len(words), len(words))
for word, following in zip(told, told[1:]):
    counts[words.index(word), words.index(following)] += 1

prompt = torch.tensor([[words.index(word)] for word in ("then", "cat", "and", "sang")])
tokens = decode(lambda tokens: counts[tokens], prompt, 9, eos_id=words.index("."))
stops = (tokens == words.index(".")).long()
kinds = (stops.cumsum(dim=1) - stops == 0).float()
kinds[:, 0] = 0.5
picture = show(kinds, "four rows, decoded greedily", rows="row", columns="position")
for mark, token in zip(picture.axes.texts, tokens.flatten().tolist()):
    mark.set_text(words[token])
picture
```

Row 2 goes round in a circle. This model sees one word, so once a word comes a second time everything
after it comes again; and besides the full stop there are ten words. So a row ends within ten new tokens
or never. A model with a longer memory can go further before it repeats itself, and still does so often:
loops are the best known fault of greedy decoding, and a limit on new tokens is no luxury.

## Traps

**Writing on after the end.** The loop goes on for the sake of the other rows, and the model has an
opinion on every row it is given. With one row in the batch nothing shows, for the loop stops at its
end.

{{trap: finished_rows_keep_writing}}

**Searching the whole row for the end.** It saves keeping a memory of who has ended, and is right for
every prompt without that token. Prompts of a chat are full of it: every earlier turn ended with it.

{{trap: eos_in_prompt_stops}}

**Asking whether `eos_id` is true.** `None` is false, and so is 0. With a tokenizer whose end has any
other id this is never found out.

{{trap: eos_zero_ignored}}

## What it costs

A model without a cache reads the whole row again for each new token. For a prompt of T tokens and n new
ones that makes T + (T + 1) + ... + (T + n − 1) = nT + n(n − 1)/2 tokens read, to write n. The model
below counts what it is given.

```python
from grader.notebook import curve

read = []


def counting(tokens):
    read.append(tokens.numel())
    return torch.zeros(*tokens.shape, 2)


decode(counting, torch.zeros(1, 16, dtype=torch.long), 1024)
lengths = [1, 4, 16, 64, 256, 1024]
lines = {"tokens read": [sum(read[:n]) for n in lengths], "tokens written": lengths}
curve(lines, lengths, "After a prompt of 16 tokens", "new tokens n", "tokens", log=True)
```

Once the prompt is no longer most of it, the upper line is about twice as steep: it grows with n². For
1024 new tokens the model reads 540 160. A cache brings that down to 1039; see
`decoding/cached_generate`.
""")
