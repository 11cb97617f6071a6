"""Greedy decoding with a cache.

A model with a cache need not read the past again: it takes the new tokens only, and the cache
that its last call returned.

Write `cached_greedy(model, prompt, max_new_tokens, eos_id=None)`. `prompt` is a LongTensor (B, T)
with B, T >= 1. `model(tokens, cache)` takes a LongTensor (B, T_new) and returns a pair: logits
(B, T_new, V), those at the last position speak of the next token, and a new cache. `cache=None`
starts. The result is what greedy decoding gives, a LongTensor (B, T + n), n <= max_new_tokens:

- A new token of a row is the id of the largest logit after its prompt and new tokens so far. Among
  equal largest logits you may choose any; others differ by as little as their float dtype allows.
- `eos_id` (may be 0) ends a row: it keeps this eos_id, and is filled with eos_id from then on.
  Only a NEW eos_id counts; one inside the prompt is a token like any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special.

And the model is called like this, always with all B rows:

- The first call gets the whole prompt (B, T), in one piece, with the cache None.
- Every later call gets the newest column (B, 1) of the result and nothing more, with the cache that
  the call before it returned. So a finished row feeds eos_id.
- There is no call after the last column is chosen: n new columns take n calls, none for
  `max_new_tokens=0`, which gives the prompt.
- The cache is opaque: pass it on, look at nothing. It may be falsy; only None starts.
- The model comes in eval mode, is called in eval mode and stays in it. The prompt is not modified.

Example: let the largest logit always belong to (last token + 1) mod 5. Prompt [[0, 1], [2, 3]],
eos_id=4, max_new_tokens=9: the model gets [[0, 1], [2, 3]] with None, then [[2], [4]] with the
first cache, then [[3], [4]] with the second; the result is [[0, 1, 2, 3, 4], [2, 3, 4, 4, 4]].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L in all, the logits are its row
(t_1 + ... + t_L + L) mod R. A cache is shown by the number of the call that returned it.
"""

import torch

from grader.words import Draw, Exercise, Model, Opaque, holds, noise, same, shaped

exercise = Exercise(
    tier="B",
    level=2,
    minutes=20,
    needs=("decoding/greedy", "attention/kv_cache"),
    source="Shazeer 2019, Fast Transformer Decoding, section 2.4, arXiv:1911.02150",
    hints=(
        "Start from plain greedy decoding. What does the model know already when it gets a cache, "
        "and what does it not know yet?",
        "Keep two things apart: the result, which grows, and what the next call is fed. The latter "
        "is the prompt in the first round and one column in every other.",
        "In each round call the model with what is to be fed and the cache, keep the cache it "
        "returns, choose, replace the choices of finished rows by eos_id, and only then make this "
        "column both the result's last and the next to be fed.",
    ),
    ask=(
        (
            "Why is prefill bound by compute and decoding by memory?",
            "Prefill multiplies the weights with many tokens at once; decoding reads all weights "
            "and the whole cache from memory for one token a row.",
        ),
        (
            "How would you batch requests of unequal length?",
            "Continuous batching: rows join and leave between steps, each with a cache of its own "
            "length in pages, so that nothing waits for the longest row and nothing is padded.",
        ),
    ),
)


@exercise.solution
def cached_greedy(
    model: torch.nn.Module, prompt: torch.Tensor, max_new_tokens: int, eos_id: int | None = None
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n), greedily, with model(tokens, cache) -> (logits, new cache).

    The first call gets the prompt and None, every later one the newest column and the last cache.
    """
    tokens, fed, cache = prompt, prompt, None
    finished = torch.zeros(prompt.shape[0], dtype=torch.bool, device=prompt.device)  # (B,)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits, cache = model(fed, cache)  # (B, T_new, V)
        newest = logits[:, -1].argmax(dim=-1)  # (B,)
        if eos_id is not None:
            newest = newest.masked_fill(finished, eos_id)
            finished = finished | (newest == eos_id)
        fed = newest[:, None]  # (B, 1): all else is in the cache already
        tokens = torch.cat([tokens, fed], dim=1)
        if finished.all():
            break
    return tokens


def one_best(states: int, vocabulary: int, seed: int, dtype=torch.float64) -> torch.Tensor:
    """Whole-number logits (states, vocabulary), some negative, no two equal in a row."""
    return (noise(states, vocabulary, seed=seed).argsort(-1) - vocabulary // 2).to(dtype)


def toy(table: torch.Tensor, log: list, falsy_cache: bool = True) -> Model:
    """A model with a cache whose logits depend on all tokens so far, and on how many there are.

    For each call it writes in `log` the tokens and the number of the call that gave the cache.
    """

    def forward(tokens, cache=None):
        cache = cache.content if isinstance(cache, Opaque) else cache
        number, before = cache or (None, 0)
        log.append((tokens, number))
        state = before + (tokens + 1).cumsum(dim=1)  # (B, T_new)
        new = (len(log) - 1, state[:, -1:])
        return table[state % len(table)], Opaque(new) if falsy_cache else new

    return Model(forward)


@exercise.inputs
def tables_and_prompts(draw: Draw) -> dict:
    vocabulary, rows = draw.size(2, 6), draw.size(1, 3)
    prompt = draw.whole(rows, draw.size(1, 4), high=vocabulary - 1)
    return {
        "table": one_best(draw.size(3, 7), vocabulary, draw.seed(), draw.dtype()),
        "prompt": shaped(prompt, draw.choice("contiguous", "transposed", "strided", "expanded")),
        "max_new_tokens": draw.size(0, 5),
        "eos_id": draw.choice(None, 0, 1, vocabulary - 1),
        "falsy_cache": draw.flag(),
    }


def case(table, prompt, max_new_tokens, eos_id, falsy_cache=True) -> dict:
    return {
        "table": table,
        "prompt": torch.as_tensor(prompt),
        "max_new_tokens": max_new_tokens,
        "eos_id": eos_id,
        "falsy_cache": falsy_cache,
    }


def fine_tables() -> list[torch.Tensor]:
    """Logits that a comparison of probabilities, or one from -1e9 up, mistakes."""
    order = torch.tensor([[0, 1, 2], [2, 0, 1], [1, 2, 0]]).double()
    halves = [(1e-3 + 1e-4 * order).to(half) for half in (torch.bfloat16, torch.half)]
    return [-1e30 * (1 + order), *halves]


@exercise.edges
def rows_that_end_apart() -> list[dict]:
    rows = [[0, 1, 2], [2, 2, 0], [1, 0, 0]]
    close = torch.tensor([[1.0, 1.0001, 0.5], [0.5, 0.2, 0.5001], [-0.2, -0.1999, -0.3]])
    halves = (torch.bfloat16, torch.half)
    return [
        *(case(one_best(5, 3, seed), rows, 5, seed % 3, seed % 2 < 1) for seed in range(9)),
        *(case(one_best(4, 3, seed), rows[seed % 2 : 2], 3, 0, seed < 3) for seed in range(6)),
        *(case(one_best(4, 4, seed), [[1, 3], [2, 3]], 4, 3) for seed in range(3)),
        *(case(1e4 * one_best(4, 3, 8).to(dtype) - 5e4, rows, 3, 2) for dtype in halves),
        *(case(close, rows[:2], 3, eos_id) for eos_id in (None, 2)),
        *(case(table, rows[:2], 4, None) for table in fine_tables()),
        *(case(one_best(4, 3, seed), rows, 0, 2 - seed, seed < 1) for seed in range(3)),
        case(one_best(7, 2, 5), [[0, 1]], 30, 1),  # ends long before 30
        case(one_best(11, 7, 6), [[3]], 24, None),
        case(one_best(997, 5, 7), torch.arange(1100)[None] % 5, 2, None),
    ]


@exercise.scenario
def decoded_and_fed(solution, table, prompt, max_new_tokens, eos_id, falsy_cache) -> dict:
    """The result, and what the contract says of each call: nothing here is left free."""
    model = toy(table, log := [], falsy_cache)
    result = solution(model=model, prompt=prompt, max_new_tokens=max_new_tokens, eos_id=eos_id)
    return {
        "result": result,
        "what the model was given": [tokens for tokens, _ in log],
        "the number of the cache given": [number for _, number in log],
        "the number of calls in training mode": sum(model.modes),
    }


def tables_with_ties(draw: Draw) -> dict:
    drawn = tables_and_prompts(draw)
    shape, dtype = drawn["table"].shape, drawn["table"].dtype
    return drawn | {"table": draw.floats(*shape, styles=("ties", "whole"), dtype=dtype)}


@exercise.law(inputs=tables_with_ties, examples=10)
def every_new_token_has_a_largest_logit(solution, table, prompt, max_new_tokens, eos_id):
    """Among equal logits any may be chosen, but nothing below the largest; after eos_id only it."""
    tokens = solution(toy(table, []), prompt, max_new_tokens, eos_id)
    width = prompt.shape[1]
    same(tokens[:, :width], prompt, "The result's beginning, which is the prompt")
    logits = toy(table, []).forward(tokens)[0]  # the whole result in one call
    for row in range(len(tokens)):
        ended = False
        for at in range(width, tokens.shape[1]):
            token, given = int(tokens[row, at]), logits[row, at - 1].tolist()
            where = f"Row {row} has {token} at position {at}"
            if ended:
                holds(token == eos_id, f"{where}, after its eos_id {eos_id}.")
            else:
                right = 0 <= token < len(given) and given[token] == max(given)
                holds(right, f"{where}; the logits there were {given}.")
            ended = ended or token == eos_id


@exercise.law(examples=6)
def one_token_more_adds_at_most_one_column(solution, table, prompt, max_new_tokens, eos_id):
    """What is decoded does not depend on how long one is willing to go on."""
    shorter = solution(toy(table, []), prompt, max_new_tokens, eos_id)
    longer = solution(toy(table, []), prompt, max_new_tokens + 1, eos_id)
    width = shorter.shape[1]
    same(longer[:, :width], shorter, f"The first {width} columns with one token more to go")


@exercise.law(examples=6)
def all_calls_together_read_each_token_once(solution, table, prompt, max_new_tokens):
    """That is what the cache is for: T + n - 1 tokens a row, however many rounds there are."""
    tokens = solution(toy(table, log := []), prompt, max_new_tokens)
    same(tokens.shape[1], prompt.shape[1] + max_new_tokens, "The width without eos_id")
    fed = torch.cat([tokens[:, :0], *(tokens for tokens, _ in log)], dim=1)
    same(fed, tokens[:, :-1] if log else fed, "The tokens fed, one call after the other")


@exercise.rig
def modes(solution, table, prompt, max_new_tokens, eos_id):
    """Whether the model was in training mode in each call, and whether it is afterwards."""
    seen = []

    class Toy(torch.nn.Module):
        def forward(self, tokens, cache=None):
            seen.append(self.training)
            state = (0 if cache is None else cache) + (tokens + 1).cumsum(dim=1)
            return table[state % len(table)], state[:, -1:]

    model = Toy().eval()
    solution(model, prompt, max_new_tokens, eos_id)
    return seen, model.training


@exercise.law(examples=4)
def the_model_stays_in_eval_mode(solution, table, prompt, max_new_tokens, eos_id):
    """In training mode dropout makes the logits, and so the tokens, random, here and later."""
    seen, afterwards = modes(solution, table, prompt, max_new_tokens, eos_id)
    holds(not any(seen), "The model was called in training mode.")
    holds(not afterwards, "The model was left in training mode.")


exercise.mistake(
    "refeeds_everything",
    "You feed the whole sequence together with a cache that holds most of it, so the model reads "
    "it twice; feed the newest column.",
    swap={"model(fed, cache)": "model(tokens, cache)"},
)
exercise.mistake(
    "never_uses_the_cache",
    "You feed the whole sequence without a cache each time; the result is right but nothing is "
    "saved. Feed the newest column and the last cache.",
    swap={"model(fed, cache)": "model(tokens, None)"},
)
exercise.mistake(
    "forgets_the_cache",
    "You feed the newest column with None for the cache, so the model forgets all before it.",
    swap={"model(fed, cache)": "model(fed, None)"},
)
exercise.mistake(
    "stale_cache",
    "You pass the cache of the first call every time; pass the one that the last call returned.",
    swap={
        "logits, cache = model(fed, cache)": (
            "logits, new = model(fed, cache)\n            cache = new if cache is None else cache"
        )
    },
)
exercise.mistake(
    "falsy_cache_starts_over",
    "You test the cache for truth, so a falsy one counts as none; only None starts.",
    swap={"model(fed, cache)": "model(fed if cache else tokens, cache if cache else None)"},
)
exercise.mistake(
    "falsy_cache_forgotten",
    "You test the cache for truth and pass None for a falsy one; only None starts.",
    swap={"model(fed, cache)": "model(fed, cache if cache else None)"},
)
exercise.mistake(
    "feeds_prompt_last_twice",
    "You feed the prompt's last token a second time; the first call's logits already speak of the "
    "first new token.",
    swap={
        "for _ in range(max_new_tokens):": (
            "if max_new_tokens:\n        _, cache = model(prompt, None)\n        fed = prompt[:, -1:]\n"
            "    for _ in range(max_new_tokens):"
        )
    },
)
exercise.mistake(
    "prefill_without_the_last_token",
    "You hold back the prompt's last token; the first call gets the whole prompt.",
    swap={
        "for _ in range(max_new_tokens):": (
            "if max_new_tokens and prompt.shape[1] > 1:\n"
            "        _, cache = model(prompt[:, :-1], None)\n        fed = prompt[:, -1:]\n"
            "    for _ in range(max_new_tokens):"
        )
    },
)
exercise.mistake(
    "prefills_token_by_token",
    "You feed the prompt one token at a time; the first call gets all of it at once.",
    swap={
        "logits, cache = model(fed, cache)": (
            "for piece in fed.split(1, dim=1):\n                logits, cache = model(piece, cache)"
        )
    },
)
exercise.mistake(
    "first_token_lost",
    "The token that the first call's logits give is fed but is missing in your result.",
    swap={
        "return tokens": (
            "tokens = torch.cat([prompt, tokens[:, prompt.shape[1] + 1:]], dim=1)\n    return tokens"
        )
    },
)
exercise.mistake(
    "one_call_too_many",
    "You call the model once more after the last column is chosen; nobody reads those logits.",
    swap={"return tokens": "model(fed, cache)\n    return tokens"},
)
exercise.mistake(
    "finished_rows_feed_on",
    "The result is filled with eos_id, but you feed the model's own choices for finished rows; "
    "feed eos_id there too.",
    swap={
        "newest = newest.masked_fill(finished, eos_id)": (
            "choice, newest = newest, newest.masked_fill(finished, eos_id)"
        ),
        "fed = newest[:, None]  # (B, 1): all else is in the cache already": (
            "fed = newest[:, None]"
        ),
        "[tokens, fed], dim=1)": (
            "[tokens, fed], dim=1)\n        fed = fed if eos_id is None else choice[:, None]"
        ),
    },
)
exercise.mistake(
    "stops_on_first_row_eos",
    "You stop when the first row has produced eos_id; the other rows are not finished yet.",
    swap={"finished.all()": "finished.any()"},
)
exercise.mistake(
    "finished_rows_keep_writing",
    "A row goes on with the model's tokens after its eos_id; fill it with eos_id.",
    swap={"newest = newest.masked_fill(finished, eos_id)": "pass"},
)
exercise.mistake(
    "eos_in_prompt_stops",
    "You search the whole row for eos_id, prompt included; only a new one ends the row.",
    swap={
        "if finished.all()": (
            "if eos_id is not None:\n            finished = (tokens == eos_id).any(1)\n"
            "        if finished.all()"
        )
    },
)
exercise.mistake(
    "uses_first_position",
    "You read the logits of the first position; the next token's are at the last one.",
    swap={"logits[:, -1]": "logits[:, 0]"},
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
    "looks_ahead",
    "You call the model before it is known whether its logits are needed, so the last call (or the "
    "only one, for max_new_tokens=0) is one too many.",
    swap={
        "for _ in range(max_new_tokens):\n        with torch.no_grad():\n"
        "            logits, cache = model(fed, cache)  # (B, T_new, V)": (
            "logits, cache = model(prompt, None)\n    for _ in range(max_new_tokens):"
        ),
        "if finished.all():\n            break": (
            "if finished.all():\n            break\n        logits, cache = model(fed, cache)"
        ),
    },
)
exercise.mistake(
    "prefill_for_nothing",
    "You call the model for max_new_tokens=0; no new column takes no call.",
    swap={"for _ in": "if not max_new_tokens:\n        model(prompt, None)\n    for _ in"},
)
exercise.mistake(
    "first_token_never_ends",
    "You do not look for eos_id in the first new token, which the prompt's call gives; it may end "
    "the row like any other new token.",
    swap={
        "finished | (newest == eos_id)": (
            "finished | ((newest == eos_id) & (tokens.shape[1] > prompt.shape[1]))"
        )
    },
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
    "drops_eos",
    "You stop before the last column, of eos_id, is appended; it belongs to the result.",
    swap={
        "tokens = torch.cat([tokens, fed], dim=1)": "pass",
        "            break": "            break\n        tokens = torch.cat([tokens, fed], dim=1)",
    },
)


def _row_by_row(model, prompt, max_new_tokens, eos_id, share):
    cache, rows = None, []
    for row in prompt.split(1):
        fed, cache = row, cache if share else None
        for _ in range(max_new_tokens):
            logits, cache = model(fed, cache)
            fed = logits[:, -1].argmax(dim=-1, keepdim=True)
            row = torch.cat([row, fed], dim=1)
            if eos_id is not None and int(fed) == eos_id:
                break
        rows.append(row)
    width = max(row.shape[1] for row in rows)
    end = 0 if eos_id is None else eos_id
    return torch.cat([torch.nn.functional.pad(r, (0, width - r.shape[1]), value=end) for r in rows])


@exercise.mistake(
    "one_row_at_a_time",
    "You decode one row after the other; every call must hold all B rows.",
)
def one_row_at_a_time(model, prompt, max_new_tokens, eos_id=None):
    return _row_by_row(model, prompt, max_new_tokens, eos_id, share=False)


@exercise.mistake(
    "cache_shared_between_rows",
    "You decode one row after the other and go on with the cache of the row before; decode all "
    "rows together, from None.",
)
def cache_shared_between_rows(model, prompt, max_new_tokens, eos_id=None):
    return _row_by_row(model, prompt, max_new_tokens, eos_id, share=True)


exercise.walkthrough(r"""
## Where it comes from

Greedy decoding as it stands in `decoding/greedy` gives the model the whole text again for every new
token. In a causal model that is a waste: no position looks at a later one, so nothing that was computed
for the first hundred tokens changes when the next hundred come. What later tokens need of them are
their keys and values, and these can be kept. Shazeer (section 2.4) writes this form of attention out:
one query comes, meets all the keys so far, and leaves its own key and value behind.

`attention/kv_cache` is such a layer. Here is the loop around a model made of them, and its bookkeeping
is new in one point: what the model is *fed* is no longer what the result *is*. The first call reads the
whole prompt; people call that prefill. Each later call reads one token a row, and gets with it the
memory of all the tokens before.

## By hand

The pencil-and-paper model of `decoding/greedy` again: the largest logit belongs to the sum of all
tokens so far, modulo 8. All it must remember of the past is one number a row, the sum; that is its
cache. Prompts 1 3, 4 6 and 3 6, `eos_id=4`:

| call | fed | cache given | sums now | the model wants | appended |
|---|---|---|---|---|---|
| 1 | 1 3, 4 6, 3 6 | None | 4, 10, 9 | 4, 2, 1 | **4**, 2, 1 |
| 2 | 4, 2, 1 | 4, 10, 9 | 8, 12, 10 | 0, 4, 2 | 4, **4**, 2 |
| 3 | 4, 4, 2 | 8, 12, 10 | 12, 16, 12 | 4, 0, 4 | 4, 4, **4** |

What is appended in one line is fed in the next. Row 0 has ended after call 1: call 2 wants a 0 there,
the result gets the 4 that fills it, and that 4 is fed as well. After call 3 all have ended, and the 4s
of the last line are fed to nobody.

```python
import torch

from grader.notebook import reference

decode = reference("decoding/cached_generate")
calls = []


def sums(tokens, cache=None):
    before = torch.zeros(len(tokens), 1).long() if cache is None else cache
    total = before + tokens.cumsum(dim=1)
    calls.append({"fed": tokens.tolist(), "cache": cache if cache is None else cache.tolist()})
    return torch.nn.functional.one_hot(total % 8, 8).float(), total[:, -1:]


result = decode(sums, torch.tensor([[1, 3], [4, 6], [3, 6]]), 9, eos_id=4)
[*calls, {"result": result.tolist()}]
```

## A picture

Which positions of a text does the model read in which call? A prompt of 4 tokens and 10 new ones,
without a cache and with one.

```python
from grader.notebook import show

greedy = reference("decoding/greedy")
rows = []


def noting(tokens, read_before=0):
    end = (read_before or 0) + tokens.shape[1]
    rows.append([float(end - tokens.shape[1] <= at < end) for at in range(13)])
    return torch.zeros(*tokens.shape, 8), end


prompt = torch.tensor([[1, 2, 1, 2]])
greedy(lambda tokens: noting(tokens)[0], prompt, 10)
decode(noting, prompt, 10)
show({"without a cache": rows[:10], "with a cache": rows[10:]}, rows="call", columns="position")
```

On the right every position is read once: 4 + 9 = 13 in all, against 4 + 5 + ... + 13 = 85 on the left.
The token written last, at position 13, is read by neither.

## Traps

**Feeding too much.** The line that calls the model is taken over from greedy decoding and gets a cache
as well. Now the model reads most of the text a second time, as if it stood there twice. A toy model
that looks at its last token alone gives the right answer all the same.

{{trap: refeeds_everything}}

**Feeding the last token of the prompt twice.** The prompt is fed to fill the cache, and the loop then
begins with the prompt's last token, to get logits. But the prefill has given those already, and the
model has now read that token twice. Texts become a little worse, and nobody can say why.

{{trap: feeds_prompt_last_twice}}

**Looking ahead.** With the prefill before the loop and the call at its end, the text is right, and
nobody reads the logits of the last call. Of a long text that is one call too many; where no token is
asked for, it is a whole prefill.

{{trap: looks_ahead}}

## What it costs

A model of one attention layer, width 128, writes 256 tokens after a prompt of 16, once with each loop,
and notes the time of each call.

```python
import time

from grader.notebook import curve

torch.set_num_threads(1)  # a clock of the work, not of threads that wait for each other
torch.manual_seed(0)
layer = reference("attention/kv_cache")(128, 4).eval()
embedding = torch.nn.Embedding(50, 128)
stamps = []


def model(tokens, cache=None):
    stamps.append(time.perf_counter())
    out, cache = layer(embedding(tokens), cache)
    return out @ embedding.weight.T, cache


def clock(loop, model):
    loop(model, torch.ones(1, 16, dtype=torch.long), 256)
    taken = [stamp - stamps[0] for stamp in stamps]
    stamps.clear()
    return taken


clock(decode, model)  # the first calls pay for what is done once
lines = {
    "without a cache": clock(greedy, lambda tokens: model(tokens)[0]),
    "with a cache": clock(decode, model),
}
curve(lines, None, "One layer of width 128, measured here", "new tokens so far", "seconds")
```

For the first few dozen tokens the fixed cost of a call hides everything. Then, without a cache, the
line bends upwards; with one it is almost straight. That is not free: the cache takes memory, two
vectors for each token in each layer, and grouped-query attention exists to make them smaller.
""")
