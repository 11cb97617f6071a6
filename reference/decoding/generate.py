"""Generating text.

Let a language model continue a batch of prompts, drawing each next token at random: the loop that
every chat model runs.

Write `generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, eos_id=None,
generator=None)`. `prompt` is a LongTensor (B, T) with B, T >= 1. `model(tokens)` takes a LongTensor
(B', L) and returns logits (B', L, V) of any float dtype; those at the last position speak of the
next token. The result is a LongTensor (B, T + n), n <= max_new_tokens: prompt, then new tokens.

How a row's next token is chosen, from the logits after its prompt and all of its new tokens so far:

1. `temperature=0`: the largest logit (any of equal ones); nothing is drawn from any generator.
2. Otherwise divide the logits by `temperature`,
3. keep the `top_k` largest if given (ties with the k-th largest stay; top_k >= V keeps all),
4. of what is left, keep the smallest set of most likely tokens whose probability, renormalised over
   what step 3 left, is at least `top_p` if given (the token that crosses top_p stays; top_p=1 keeps
   all; of equal tokens at the border no more stay than needed, whichever),
5. draw from the softmax over what is left: each row and each step independently, all randomness
   from `generator` (torch's global generator when it is None), which is never seeded anew.

When it stops:

- `eos_id` (may be 0) ends a row: it keeps this eos_id, and is filled with eos_id from then on.
  Only a NEW eos_id counts; one inside the prompt is a token like any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special. `max_new_tokens=0` gives the prompt.

And further:

- temperature < 0, top_k < 1 or top_p outside 0 < top_p <= 1 raise ValueError before the model is
  called (with temperature=0 top_k and top_p need not be checked).
- The model gets rows of prompt and new tokens so far, without padding (what follows a row's eos_id
  is up to you). Each row goes through it at most once for each new column. A call may hold all rows
  or only some; finished ones need none.
- The model comes in eval mode, is called in eval mode and is left in it. The prompt is not
  modified.
- How many random numbers you draw, and in which order, is free: your distribution is judged.

Example: let every step's logits be [0, log 3], V = 2. One new token is 0 with probability 1/4 and 1
with 3/4; two are 0 0, 0 1, 1 0, 1 1 with 1/16, 3/16, 3/16, 9/16. With eos_id=0 a row is 0 0 with
1/4 instead, and temperature=0, top_k=1 or top_p=0.7 all give 1 1.

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R.
"""

import math

import torch

from grader.words import Draw, Exercise, Model, at_most, follows, holds, must_raise, noise, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=20,
    needs=("decoding/greedy", "decoding/sample"),
    source="Holtzman et al. 2020, The Curious Case of Neural Text Degeneration, arXiv:1904.09751",
    hints=(
        "Two parts that know nothing of each other: one chooses a token from logits (B, V), the "
        "other is the loop of greedy decoding.",
        "Check the settings first. Then in each round read the logits of the last position alone, "
        "and give the one generator to every draw.",
        "Rows that were finished before a round get eos_id whatever was drawn for them; mark rows "
        "by their new tokens, append the column, and stop when all are marked.",
    ),
    ask=(
        (
            "How do you stream tokens to a user?",
            "Make the loop a generator that yields each column; send text only up to the last "
            "complete character, as a token may end inside one.",
        ),
        (
            "How do you stop on a text that spans tokens?",
            "Decode after each step and search the new text's tail; hold back as many characters "
            "as could begin the stop text, so that nothing of it is sent.",
        ),
    ),
)


def choose(logits, temperature, top_k, top_p, generator):
    """logits (B, V) -> a token id a row (B,), by temperature, then top-k, then top-p."""
    if temperature == 0:
        return logits.argmax(dim=-1)
    logits = logits / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        kth = logits.topk(top_k, dim=-1).values[:, -1:]  # (B, 1)
        logits = logits.masked_fill(logits < kth, -math.inf)
    if top_p is not None and top_p < 1:
        # In float64, since half precision neither adds up well nor tells a tiny top_p from 0.
        probs, order = logits.double().softmax(dim=-1).sort(dim=-1, descending=True)  # (B, V)
        # A token goes when the likelier ones already reach top_p; the one that crosses stays.
        reached = probs.cumsum(dim=-1) - probs >= top_p
        drop = torch.zeros_like(reached).scatter(-1, order, reached)  # back in vocabulary order
        logits = logits.masked_fill(drop, -math.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]


@exercise.solution
def generate(
    model: torch.nn.Module,
    prompt: torch.Tensor,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n): the prompt and n <= max_new_tokens sampled tokens a row.

    A row is filled with eos_id once it has produced it; stops when every row has.
    """
    if temperature < 0:
        raise ValueError(f"temperature must not be negative: {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1: {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be in (0, 1]: {top_p}")
    tokens = prompt  # (B, T)
    finished = torch.zeros(prompt.shape[0], dtype=torch.bool, device=prompt.device)  # (B,)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(tokens)[:, -1]  # (B, V)
        newest = choose(logits, temperature, top_k, top_p, generator)  # (B,)
        if eos_id is not None:
            newest = newest.masked_fill(finished, eos_id)
            finished = finished | (newest == eos_id)
        tokens = torch.cat([tokens, newest[:, None]], dim=1)
        if finished.all():
            break
    return tokens


@exercise.rig
def run(solution, table, prompt, settings, seed=0, global_seed=0):
    """A call for each item of `settings`, all on one generator (None where seed is None): what
    they give, whether they drew anything, and what the model was given in the last of them.
    """

    class Toy(torch.nn.Module):
        def forward(self, tokens):
            given.append(tokens.clone())
            modes.append(self.training)
            return table[(tokens + 1).cumsum(dim=1) % len(table)]

    torch.default_generator.manual_seed(global_seed)
    rng = None if seed is None else torch.Generator().manual_seed(seed)
    results, drawn = [], []
    for setting in settings:
        given, modes = [], []
        before = [g and g.get_state() for g in (rng, torch.default_generator)]
        model = Toy().eval()
        results.append(solution(model, prompt, **setting, generator=rng))
        after = [g and g.get_state() for g in (rng, torch.default_generator)]
        drawn.append(
            [a is not None and not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
        )
    told = {"in training": sum(modes), "left in training": model.training}
    return {"results": results, "drawn": drawn, "given": given, **told}


def one_best(states: int, vocabulary: int, seed: int, dtype=torch.float64) -> torch.Tensor:
    """Whole-number logits (states, vocabulary), some negative, no two equal in a row."""
    return (noise(states, vocabulary, seed=seed).argsort(-1) - vocabulary // 2).to(dtype)


@exercise.inputs
def tables_and_prompts(draw: Draw) -> dict:
    vocabulary, rows = draw.size(2, 6), draw.size(1, 3)
    return {
        "table": one_best(draw.size(3, 7), vocabulary, draw.seed(), draw.dtype()),
        "prompt": draw.whole(rows, draw.size(1, 4), high=vocabulary - 1),
        "max_new_tokens": draw.size(0, 5),
        "eos_id": draw.choice(None, 0, 1, vocabulary - 1),
    }


def case(table, prompt, max_new_tokens, eos_id) -> dict:
    return {
        "table": torch.as_tensor(table),
        "prompt": torch.as_tensor(prompt),
        "max_new_tokens": max_new_tokens,
        "eos_id": eos_id,
    }


@exercise.edges
def rows_that_end_apart() -> list[dict]:
    rows = [[0, 1, 2], [2, 2, 0], [1, 0, 0]]
    return [
        *(case(one_best(5, 3, seed), rows, 5, seed % 3) for seed in range(6)),
        *(case(one_best(4, 3, seed), rows[seed % 2 : 2], 3, 0) for seed in range(6)),
        *(case(1e3 * one_best(4, 4, seed), [[1, 3], [2, 3]], 4, 3) for seed in range(3)),
        *(case(one_best(4, 3, 8).to(d), rows, 3, 2) for d in (torch.bfloat16, torch.half)),
        case([[1.0, -math.inf, -math.inf], [-math.inf, -9.0, -math.inf]], rows, 3, None),
        case(one_best(7, 2, 5), [[0, 1]], 300, 1),  # ends long before 300
        case(one_best(997, 5, 7), torch.arange(1100)[None] % 5, 2, None),
    ]


@exercise.scenario
def texts_without_chance(solution, table, prompt, max_new_tokens, eos_id) -> dict:
    """Where one token alone is possible, sampling has no choice and gives what greedy gives."""
    both = {"max_new_tokens": max_new_tokens, "eos_id": eos_id}
    cold = run(solution, table, prompt, [both | {"temperature": 0}])
    sharp = run(solution, table, prompt, [both | {"top_k": 1}, both | {"top_p": 0.01}])["results"]
    # All but the largest logit are minus infinity: at any temperature it is the only one.
    only = table.masked_fill(table < table.amax(-1, keepdim=True), -math.inf)
    certain = both | {"temperature": 2.5, "top_k": 2, "top_p": 0.9}
    return {
        "temperature=0": cold["results"][0],
        "a generator drawn from at temperature=0": any(cold["drawn"][0]),
        "top_k=1": sharp[0],
        "top_p=0.01": sharp[1],
        "only one logit finite": run(solution, only, prompt, [certain])["results"][0],
    }


ROWS = 1200


def distribution(logits, temperature=1.0, top_k=None, top_p=None):
    """The exact probabilities (V,) of steps 2 to 5 for one row, by sorting, in float64."""
    ranked, order = logits.double().sort(descending=True)
    probs = (ranked / temperature).softmax(-1)
    if top_k is not None:
        probs = torch.where(ranked >= ranked[min(top_k, len(ranked)) - 1], probs, 0.0)
        probs = probs / probs.sum()
    if top_p is not None and top_p < 1:
        probs = torch.where(probs.cumsum(-1) - probs < top_p, probs, 0.0)
    return torch.zeros_like(probs).scatter(0, order, probs / probs.sum())


def chances(table, row, n, eos_id, settings):
    """The probability of each continuation of `row` by n tokens, (V ** n,), by the chain rule."""
    if n == 0:
        return torch.ones(1).double()
    if row[-1] == -1:  # ended
        first = torch.nn.functional.one_hot(torch.tensor(eos_id), table.shape[1]).double()
    else:
        first = distribution(table[(sum(row) + len(row)) % len(table)], **settings)
    parts = []
    for token, chance in enumerate(first):
        ended = row[-1] == -1 or token == eos_id
        parts.append(
            chance * chances(table, [*row, -1 if ended else token], n - 1, eos_id, settings)
        )
    return torch.cat(parts)


def settings_that_separate() -> list[dict]:
    """Settings on which the order of the steps, their borders and the loop all show."""
    row = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05]).double().log()
    other = torch.tensor([0.1, 0.05, 0.22, 0.45, 0.18]).double().log() + 3
    wide, tied = (
        torch.stack([row, other, row.flip(0)]),
        torch.tensor([[1.0, 3, 1, 1], [0, 0, 2, 0]]),
    )
    small = torch.tensor([[0.0, 1.0], [1.5, 0.0], [0.0, 0.0]])
    chosen = [
        (small, 2, None, {}), (small, 3, None, {}), (small, 3, 0, {}), (small, 3, 1, {}),
        (small, 3, None, {"temperature": 0.5}), (small, 2, None, {"temperature": 2.0}),
        (small.bfloat16(), 2, None, {}), (small.half(), 2, 1, {}), (wide, 1, None, {}),
        (wide, 2, 3, {"temperature": 2.0}), (wide, 2, None, {"top_k": 2}),
        (wide, 2, None, {"top_k": 9, "top_p": 1.0}), (wide, 2, 0, {"top_k": 3}),
        (wide, 2, None, {"top_p": 0.6}), (wide, 2, None, {"top_k": 3, "top_p": 0.6}),
        (wide, 2, None, {"temperature": 2.0, "top_p": 0.65}),
        (wide, 2, None, {"temperature": 0.5, "top_p": 0.75}),
        (wide, 1, None, {"temperature": 2.0, "top_k": 2, "top_p": 0.6}),
        (tied, 2, None, {"top_k": 2}), (tied, 2, 1, {"temperature": 2.0, "top_k": 2}),
        (wide - 1.2e4, 2, None, {"top_k": 2}), (wide - 1.2e4, 1, None, {"top_p": 0.6}),
        (tied, 1, None, {"top_k": 2}), (wide, 1, None, {"temperature": 2.0, "top_p": 0.65}),
        (wide, 1, None, {"top_k": 3, "top_p": 0.55}), (wide, 1, None, {"top_k": 2, "top_p": 0.7}),
        (wide, 1, None, {"temperature": 0.5, "top_p": 0.7}),
    ]  # fmt: skip
    names = ("table", "max_new_tokens", "eos_id", "settings")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.law(edges=lambda: [{"vocabulary": vocabulary} for vocabulary in (2, 3, 5)])
def equal_prompts_do_not_all_get_the_same_text(solution, vocabulary):
    """Equal rows are different requests: each has draws of its own."""
    table, prompt = torch.zeros(3, vocabulary), torch.ones(64, 2, dtype=torch.long)
    found = [
        run(solution, table, prompt, [{"max_new_tokens": 2}], seed=seed)["results"][0]
        for seed in range(6)
    ]
    alike = all(len(set(map(tuple, texts.tolist()))) == 1 for texts in found)
    fixed = alike and all(torch.equal(texts, found[0]) for texts in found)
    told = "one text, whatever the seed" if fixed else "one text" if alike else "several texts"
    same(told, "several texts", "64 equal prompts with all tokens equally likely get")


@exercise.law(edges=settings_that_separate, examples=27)
def texts_follow_the_chain_rule(solution, table, max_new_tokens, eos_id, settings):
    """A text is as likely as its tokens' probabilities multiplied, each given those before it."""
    prompts, vocabulary = [[1, 0], [0, 0]], table.shape[1]
    prompt = torch.tensor(prompts).repeat(ROWS, 1)
    loop = {"max_new_tokens": max_new_tokens, "eos_id": eos_id}
    result = run(solution, table, prompt, [settings | loop])["results"][0]
    shape = (2 * ROWS, 2 + max_new_tokens)
    holds(tuple(result.shape) == shape, f"The result is {tuple(result.shape)}, not {shape}.")
    for i, row in enumerate(prompts):
        new = result[i::2, 2:]
        ids = (new * vocabulary ** torch.arange(max_new_tokens).flip(0)).sum(1)
        wanted = chances(table, row, max_new_tokens, eos_id, settings)
        says = (
            f"After {row} the {max_new_tokens} new tokens, read as a number to base {vocabulary}:"
        )
        follows(ids, wanted, f"{says} the draws")


def borders_with_ties() -> list[dict]:
    """Probabilities, top_p, how many tokens stay for certain, and what these then hold."""
    chosen = [
        ((0.4, 0.2, 0.2, 0.1, 0.1), 0.5, 1, 2 / 3),
        ((0.3, 0.3, 0.1, 0.1, 0.1, 0.06, 0.04), 0.65, 2, 6 / 7),
        ((0.5, 0.125, 0.125, 0.125, 0.08, 0.045), 0.7, 1, 2 / 3),
    ]
    names = ("probs", "top_p", "certain", "held")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.law(edges=borders_with_ties)
def no_more_of_equal_tokens_stay_than_top_p_needs(solution, probs, top_p, certain, held):
    """The smallest set is asked for: a threshold on the probability keeps all that equal it."""
    table, prompt = torch.tensor([probs]).double().log(), torch.zeros(ROWS, 1, dtype=torch.long)
    result = run(solution, table, prompt, [{"max_new_tokens": 1, "top_p": top_p}])["results"][0]
    says = "Drawing one of the equal tokens (1) or a likelier one (0): the draws"
    follows((result[:, 1] >= certain).long(), torch.tensor([held, 1 - held]).double(), says)


def flat(seed: int) -> dict:
    return {"table": 0.1 * noise(5, 8, seed=seed), "prompt": torch.arange(40).reshape(20, 2) % 8}


def flat_tables() -> list[dict]:
    return [flat(seed) for seed in range(4)]


LONG = [{"max_new_tokens": 4}]


@exercise.law(edges=flat_tables)
def only_the_given_generator_is_used(solution, table, prompt):
    """A server gives each request its own generator: the same state must give the same text."""
    first = run(solution, table, prompt, LONG, seed=3, global_seed=1)
    again = run(solution, table, prompt, LONG, seed=3, global_seed=2)
    same(again["results"], first["results"], "With the same generator state a second time")
    holds(not again["drawn"][0][1], "It draws from torch's global generator too.")


@exercise.law(edges=flat_tables)
def two_calls_on_one_generator_differ(solution, table, prompt):
    """A generator moves on with each draw; starting over would repeat the same text."""
    first, second = run(solution, table, prompt, 2 * LONG, seed=5)["results"]
    holds(not torch.equal(first, second), "Two calls on one generator gave the same text.", second)


@exercise.law(edges=flat_tables)
def without_a_generator_the_global_one_is_used(solution, table, prompt):
    """`torch.manual_seed` then decides, as everywhere in torch."""
    one, again, other = (
        run(solution, table, prompt, LONG, seed=None, global_seed=s)["results"][0]
        for s in (1, 1, 2)
    )
    same(again, one, "After the same torch.manual_seed")
    holds(not torch.equal(one, other), "Two global seeds gave the same text.", other)


@exercise.law(examples=9)
def no_row_goes_through_the_model_too_often(solution, table, prompt, max_new_tokens, eos_id):
    """A model call is all that decoding costs: one a new column, none for no new column."""
    seen = run(solution, table, prompt, [{"max_new_tokens": max_new_tokens, "eos_id": eos_id}])
    new, fed = seen["results"][0].shape[1] - prompt.shape[1], sum(map(len, seen["given"]))
    what = f"Rows that went through the model for {new} new columns of {len(prompt)} rows"
    at_most(fed, len(prompt) * new, what)


@exercise.law(examples=9)
def the_model_sees_the_running_sequence(solution, table, prompt, max_new_tokens, eos_id):
    """What a token follows is the prompt and every new token before it, and nothing else."""
    seen = run(solution, table, prompt, [{"max_new_tokens": max_new_tokens, "eos_id": eos_id}])
    texts = seen["results"][0].tolist()
    for fed in seen["given"]:
        holds(fed.dtype == torch.int64, f"The model was given tokens of dtype {fed.dtype}.")
        for row in fed.tolist():
            known = any(_runs_along(row, text, prompt.shape[1], eos_id) for text in texts)
            holds(
                known, f"The model was given {row}, which is no prompt with its new tokens so far."
            )


def _runs_along(row, full, width, eos_id) -> bool:
    """Whether `row` is a running sequence of the result `full`; behind its eos_id all is free."""
    ends = [i for i, token in enumerate(full) if i >= width and token == eos_id]
    compared = min(len(row), ends[0] + 1) if ends else len(row)
    return width <= len(row) < len(full) and row[:compared] == full[:compared]


@exercise.law(examples=5)
def the_model_stays_in_eval_mode(solution, table, prompt, max_new_tokens, eos_id):
    """In training mode dropout makes the logits random, and no seed of yours controls it."""
    seen = run(solution, table, prompt, [{"max_new_tokens": max_new_tokens, "eos_id": eos_id}])
    same(seen["in training"], 0, "The number of calls in training mode")
    mode = "training mode" if seen["left in training"] else "eval mode"
    same(mode, "eval mode", "The model is left in")


def wrong_settings() -> list[dict]:
    wrong = [("temperature", t) for t in (-0.5, -1.0, -1e-6)]
    wrong += [("top_k", k) for k in (0, 0, 0, -1, -5, -2)]
    wrong += [("top_p", p) for p in (0.0, 0.0, 0, -0.5, -1, -2.0, 1.5, 1.0001, 2.0)]
    return [{"settings": {name: value}} for name, value in wrong]


@exercise.law(edges=wrong_settings, examples=18)
def wrong_settings_raise_value_error(solution, settings):
    """A wrong setting is the caller's mistake and must not pass, nor cost a call of the model."""
    model = Model(lambda tokens: torch.zeros(*tokens.shape, 4))
    must_raise(ValueError, solution, model, torch.tensor([[1, 2]]), 2, **settings)
    at_most(len(model.calls), 0, "Calls of the model before the error")


exercise.mistake(
    "stops_on_first_row_eos",
    "You stop when the first row has produced eos_id; the other rows are not finished yet.",
    swap={"finished.all()": "finished.any()"},
)
exercise.mistake(
    "finished_rows_keep_writing",
    "A row goes on with new tokens after its eos_id; fill it with eos_id.",
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
    "drops_eos",
    "You stop before the last column, of eos_id, is appended; it belongs to the result.",
    swap={
        "tokens = torch.cat([tokens, newest[:, None]], dim=1)": "pass",
        "break": "break\n        tokens = torch.cat([tokens, newest[:, None]], dim=1)",
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
    "uses_first_position",
    "You read the logits of the first position; the next token's are at the last one.",
    swap={"model(tokens)[:, -1]": "model(tokens)[:, 0]"},
)
exercise.mistake(
    "samples_from_step0_logits",
    "You draw all tokens from the logits of the first call; each new token changes what follows.",
    swap={"model(tokens)[:, -1]": "model(prompt)[:, -1]"},
)
exercise.mistake(
    "resamples_the_prompt",
    "You choose a token at every position and overwrite the prompt; only the last position's "
    "logits give a new token.",
    swap={
        "logits = model(tokens)[:, -1]": (
            "every = model(tokens)\n"
            "            tokens = torch.cat([tokens[:, :1], every[:, :-1].argmax(-1)], dim=1)\n"
            "            logits = every[:, -1]"
        )
    },
)
exercise.mistake(
    "reseeds_each_step",
    "You seed the generator anew in each step, so every step draws with the same noise.",
    swap={
        "newest = choose(": (
            "generator and generator.manual_seed(generator.initial_seed())\n        newest = choose("
        )
    },
)
exercise.mistake(
    "train_mode_dropout",
    "You call the model in training mode, where dropout is on; it comes in eval mode and stays so.",
    swap={"tokens = prompt  # (B, T)": "tokens = prompt\n    model.train()"},
)
exercise.mistake(
    "global_rng",
    "You draw without passing `generator` on, so the global one is used.",
    swap={", generator=generator)": ")"},
)
exercise.mistake(
    "same_draw_for_all_rows",
    "All rows share one draw; each row needs its own.",
    swap={
        "torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]": (
            "(logits.softmax(-1).cumsum(-1) < torch.rand(1, generator=generator)).sum(-1)"
            ".clamp(max=logits.shape[-1] - 1)"
        )
    },
)
exercise.mistake(
    "always_argmax",
    "You always take the likeliest token; with a temperature above 0 it must be drawn.",
    swap={
        "torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]": "logits.argmax(-1)"
    },
)
exercise.mistake(
    "multiplies_temperature",
    "You multiply by the temperature; dividing is what makes high temperatures flat.",
    swap={"logits / temperature": "logits * temperature"},
)
exercise.mistake(
    "temp0_division",
    "Temperature 0 is divided by; treat it apart, as argmax.",
    swap={"if temperature == 0:": "if False:"},
)
exercise.mistake(
    "drops_crossing_token",
    "Your nucleus leaves out the token that crosses top_p; it must reach top_p, so that one stays.",
    swap={"probs.cumsum(dim=-1) - probs >= top_p": "probs.cumsum(dim=-1) > top_p"},
)
exercise.mistake(
    "no_checks",
    "Wrong settings go through; raise ValueError for them before anything else.",
    swap={
        "if temperature < 0:": "if False:",
        "if top_k is not None and top_k < 1:": "if False:",
        "not 0 < top_p <= 1:": "False:",
    },
)
exercise.mistake(
    "row_with_eos_in_its_prompt_is_finished",
    "You take a row whose prompt holds eos_id for finished; only a new one ends the row.",
    swap={
        "finished = torch.zeros(prompt.shape[0], dtype=torch.bool, device=prompt.device)": "finished = (prompt == (-1 if eos_id is None else eos_id)).any(1)"
    },
)
exercise.mistake(
    "prompt_that_ends_in_eos_is_finished",
    "You take a row whose prompt ends in eos_id for finished; only a new one ends the row.",
    swap={
        "finished = torch.zeros(prompt.shape[0], dtype=torch.bool, device=prompt.device)": "finished = prompt[:, -1] == (-1 if eos_id is None else eos_id)"
    },
)
exercise.mistake(
    "one_extra_token",
    "You write one column too many; at most max_new_tokens are new.",
    swap={"range(max_new_tokens)": "range(max_new_tokens + 1)"},
)
exercise.mistake(
    "one_too_few",
    "You write one column too few; max_new_tokens are new unless every row ends before.",
    swap={"range(max_new_tokens)": "range(max_new_tokens - 1)"},
)
exercise.mistake(
    "pads_with_zero",
    "You fill finished rows with 0; fill them with eos_id.",
    swap={"newest.masked_fill(finished, eos_id)": "newest.masked_fill(finished, 0)"},
)
exercise.mistake(
    "calls_the_model_once_more",
    "You call the model once more than there are new columns; each call must give a column.",
    swap={"tokens = prompt  # (B, T)": "tokens = prompt\n    model(tokens)"},
)
exercise.mistake(
    "left_in_training_mode",
    "You leave the model in training mode; it came in eval mode, and its next user relies on that.",
    swap={"return tokens": "model.train()\n    return tokens"},
)
exercise.mistake(
    "draws_at_temperature_zero",
    "At temperature 0 you still draw from the generator, so it is not where the caller left "
    "it; take the argmax at once.",
    swap={
        "return logits.argmax(dim=-1)": "torch.rand(1, generator=generator)\n        return logits.argmax(dim=-1)"
    },
)
exercise.mistake(
    "starts_over",
    "Each call starts the generator over, so every call repeats the same text; draw from it "
    "as it is.",
    swap={
        "tokens = prompt  # (B, T)": "tokens = prompt\n    generator and generator.manual_seed(generator.initial_seed())"
    },
)
exercise.mistake(
    "own_generator",
    "Without a generator you make one of your own, the same each time; draw from torch's "
    "global one.",
    swap={
        "tokens = prompt  # (B, T)": "tokens = prompt\n    generator = generator or torch.Generator().manual_seed(0)"
    },
)
exercise.mistake(
    "ties_dropped",
    "Top-k keeps every token tied with the k-th largest; you keep exactly k.",
    swap={
        "logits.masked_fill(logits < kth, -math.inf)": "torch.full_like(logits, -math.inf).scatter(-1, *logits.topk(top_k, dim=-1)[::-1])"
    },
)
exercise.mistake(
    "top_p_before_top_k",
    "Your nucleus is measured with the probabilities before top-k; apply top-k first and "
    "renormalise over what it left.",
    swap={
        "probs, order = logits.double()": "probs, order = whole.double()",
        "    if top_k is not None and top_k < logits": "    whole = logits\n    if top_k is not None and top_k < logits",
    },
)
exercise.mistake(
    "temperature_after_filters",
    "You filter before dividing by the temperature, so the nucleus is that of other "
    "probabilities; the temperature comes first.",
    swap={
        "logits = logits / temperature": "pass",
        "multinomial(logits.softmax": "multinomial((logits / temperature).softmax",
    },
)
exercise.mistake(
    "keeps_all_border_ties",
    "Your nucleus keeps every token as likely as its last one; it is the smallest set, so no "
    "more of equal tokens stay than top_p needs.",
    swap={
        "logits = logits.masked_fill(drop, -math.inf)": "least = probs.masked_fill(reached, 2.0).amin(-1, keepdim=True)\n        logits = logits.masked_fill(logits.double().softmax(-1) < least, -math.inf)"
    },
)
exercise.mistake(
    "top_k_zero_means_not_given",
    "You take top_k=0 for not given; only None is, and 0 must raise ValueError.",
    swap={
        "if top_k is not None and top_k < 1": "if top_k and top_k < 1",
        "if top_k is not None and top_k < logits": "if top_k and top_k < logits",
    },
)
exercise.mistake(
    "top_p_zero_means_not_given",
    "You take top_p=0 for not given; only None is, and 0 must raise ValueError.",
    swap={
        "if top_p is not None and not 0 < top_p <= 1": "if top_p and not 0 < top_p <= 1",
        "if top_p is not None and top_p < 1": "if top_p and top_p < 1",
    },
)
exercise.mistake(
    "top_p_above_one_passes",
    "top_p is a probability: above 1 it must raise ValueError, too.",
    swap={"not 0 < top_p <= 1": "top_p <= 0"},
)

exercise.walkthrough(r"""
## Where it comes from

A model that gives P(next token | tokens so far) gives the probability of whole texts too: the chain
rule says that a text has the product of its tokens' probabilities, each given those before it. To draw
from this distribution over texts, draw the first token, append it, draw the second from what the model
says *now*, and so on. No text has to be weighed against the others.

That is the loop behind every chat. Holtzman and others cut the tail of each step's distribution
(section 3), since an unlikely token, once drawn, stands in the text and pulls the next ones after it.
So there are two parts, which need not know of each other: a choice from one row of logits, which is
`decoding/sample`, and a loop around it that grows the texts and knows which have ended.

## By hand

A model with three tokens that looks at the last one only. Token 0 is *end*, 1 is *ho*, 2 is *hum*.

| after | end | ho | hum |
|---|---|---|---|
| ho | 1/2 | 1/4 | 1/4 |
| hum | 1/4 | 3/4 | 0 |

The prompt is *ho*, and two tokens are drawn. By the chain rule:

| text | probability |
|---|---|
| ho **end** (end) | 1/2 |
| ho **ho end** | 1/4 · 1/2 = 2/16 |
| ho **ho ho** and ho **ho hum** | 1/4 · 1/4 = 1/16 each |
| ho **hum end** | 1/4 · 1/4 = 1/16 |
| ho **hum ho** | 1/4 · 3/4 = 3/16 |

Together that is 16/16. In the first line the second *end* is filled in and not drawn, so it costs
nothing. The cell continues 16 000 equal prompts and counts, in sixteenths:

```python
from collections import Counter

import torch

from grader.notebook import reference

generate = reference("decoding/generate")
names = ["end", "ho", "hum"]
chances = torch.tensor([[1.0, 0, 0], [0.5, 0.25, 0.25], [0.25, 0.75, 0]])

rng = torch.Generator().manual_seed(0)
prompt = torch.ones(16_000, 1, dtype=torch.long)
texts = generate(lambda t: chances[t].log(), prompt, 2, eos_id=0, generator=rng)
found = Counter(" ".join(names[token] for token in text) for text in texts.tolist())
{text: round(count / 1000, 2) for text, count in found.most_common()}
```

## A picture

What do the dials do to whole texts? A model has counted which word follows which in six sentences, and
adds 0.02 to every count, so that no pair is impossible. Of 400 texts that begin with *the*, how many
are different from each other, and how many sound, without a pair that was never told?

```python
from grader.notebook import curve

torch.set_num_threads(1)  # with tensors so small, threads would only wait for each other
told = (
    "the dog saw the cat . the dog saw the bird . then a bird sang . "
    "a bird sang . the cat ran and the dog ran . a cat ran ."
).split()
words = sorted(set(told))
counts = torch.zeros(len(words), len(words))
for word, following in zip(told, told[1:]):
    counts[words.index(word), words.index(following)] += 1
logits = (counts + 0.02).log()
end = words.index(".")


def measured(**settings):
    rng = torch.Generator().manual_seed(0)
    prompt = torch.full((400, 1), words.index("the"))
    texts = generate(lambda t: logits[t], prompt, 12, eos_id=end, generator=rng, **settings)
    before, after = texts[:, :-1], texts[:, 1:]
    sound = ((counts[before, after] > 0) | (before == end)).all(dim=1)
    return len(set(map(tuple, texts.tolist()))) / 400, sound.double().mean().item()


temperatures = [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5]
lines = {}
for name, more in (("", {}), (", top_p = 0.9", {"top_p": 0.9})):
    pairs = [measured(temperature=t, **more) for t in temperatures]
    lines[f"different{name}"], lines[f"sound{name}"] = zip(*pairs)
curve(lines, temperatures, "400 texts after one prompt", "temperature", "share of the texts")
```

At temperature 0 all 400 are one text. With warmth comes variety, and with it nonsense: each of a dozen
tokens has a small chance of going astray, and one is enough. The nucleus takes most of that chance
away: at temperature 1 it lifts the sound texts from about three quarters to nearly all, for half of the
variety. At 1.5 the tail has become so likely that the nucleus holds parts of it.

## Traps

**Seeding inside the loop.** Someone wants the run to repeat itself and seeds where the drawing is. Then
each step draws with the same luck: a row that got its likeliest token once tends to get it always. The
first token is still distributed as it should be, so a test of one token passes; only the texts are not.

{{trap: reseeds_each_step}}

**Dividing by temperature 0.** The limit of small temperatures is the likeliest token, and 0.01 works,
so why should 0 not? Dividing gives infinities, and a softmax over infinities is no distribution. Nobody
notices before the first user who wants the same answer every time.

{{trap: temp0_division}}

## What it costs

A batch runs until its last row has ended. Let each token be the end with a chance of 1 in 20: a text
has 20 tokens in the mean, whatever the batch. But the longest of B texts grows with the logarithm of B,
and so many rounds must be run, in which rows that have ended only wait. Here are 1024 texts, drawn
once, and how long batches of B of them take.

```python
wish, rng = torch.tensor([0.05, 0.95]).log(), torch.Generator().manual_seed(0)
prompt = torch.ones(1024, 1, dtype=torch.long)
texts = generate(lambda t: wish.expand(*t.shape, 2), prompt, 1000, eos_id=0, generator=rng)
lengths = texts.sum(dim=1).double()  # the 1 of the prompt stands for the 0 at the end
sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
lines = {
    "rounds, mean of the batches": [lengths.view(-1, B).amax(dim=1).mean() for B in sizes],
    "length, mean of the texts": [lengths.mean()] * len(sizes),
}
picture = curve(lines, sizes, "Each token is the end in 1 of 20 cases", "rows B of a batch", "tokens")
picture.axes.set_xscale("log", base=2)
picture
```

With 64 rows, more than three quarters of all the places in the rounds hold a row that has ended.
Servers therefore let rows join and leave between two rounds, which is called continuous batching.
""")
