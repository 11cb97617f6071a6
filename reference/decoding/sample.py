"""Sampling a token.

Choose the next token of each row at random, as a language model server does.

Given logits (B, V), return a LongTensor (B,) with one token id a row:

1. `temperature=0`: the id of the largest logit (any of them if several are); nothing is drawn from
   any generator.
2. Otherwise divide the logits by `temperature`,
3. keep the `top_k` largest if it is given (every token tied with the k-th largest is kept too;
   top_k >= V keeps all),
4. of what is left, keep the smallest set of most likely tokens whose probability, renormalised
   over what step 3 left, adds up to at least `top_p` if it is given (the token that crosses top_p
   is kept; at least one always; top_p=1 keeps all; of equal tokens at the border no more are kept
   than needed, whichever),
5. draw one token a row from the softmax over what is left, rows independently of each other.

- All randomness comes from `generator` (torch's global generator when it is None): the same state
  gives the same tokens, each call moves it on, and a global generator that was not asked for is
  left as it is.
- temperature < 0, top_k < 1, or top_p outside 0 < top_p <= 1 raise ValueError (at temperature 0,
  where the filters change nothing, top_k and top_p need not be checked).
- Logits may be -inf (never drawn, but at least one of a row is finite), large (1e4 or -1e4) and of
  any float dtype; they are not modified.
- Two right samplers may give different tokens for one seed: your distribution is judged, not
  your draws.

Example: logits [[0, 1, 2, 3]] with top_k=2 leave tokens 2 and 3, drawn with probability
1/(1+e) = 0.27 and e/(1+e) = 0.73.
"""

import math

import torch

from grader.words import Draw, Exercise, Rng, follows, holds, must_raise, noise, same, shaped

exercise = Exercise(
    tier="A",
    level=2,
    minutes=12,
    needs=("decoding/top_k", "decoding/top_p"),
    source="Holtzman et al. 2020, The Curious Case of Neural Text Degeneration, arXiv:1904.09751",
    hints=(
        "Follow the order of the statement: each step changes what the next one sees.",
        "Filtering is setting logits to minus infinity; softmax then renormalises by itself.",
        "For top-p sort the probabilities downwards; a token stays if the total BEFORE it is still "
        "below top_p. Carry that decision back to the original order before drawing.",
    ),
    ask=(
        (
            "In which order do servers apply penalties, temperature, top-k and top-p?",
            "Usually penalties on logits, then temperature, top-k, top-p; some put temperature "
            "last, which changes the nucleus, so one must read the documentation.",
        ),
        (
            "How do you make sampling reproducible whatever the batch?",
            "Give each request a generator of its own, seeded by the request, and draw its rows "
            "from that one alone.",
        ),
    ),
)


@exercise.solution
def sample_token(
    logits: torch.Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """logits (B, V) -> one sampled token id a row, LongTensor (B,); temperature 0 is argmax."""
    if temperature < 0:
        raise ValueError(f"temperature must not be negative: {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1: {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be in (0, 1]: {top_p}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    logits = logits.double() / temperature  # (B, V); half precision would round small shares
    if top_k is not None and top_k < logits.shape[-1]:
        kth = logits.topk(top_k, dim=-1).values[:, -1:]  # (B, 1)
        logits = logits.masked_fill(logits < kth, -math.inf)
    if top_p is not None and top_p < 1:
        probs, order = logits.softmax(dim=-1).sort(dim=-1, descending=True)  # (B, V) each
        # A token goes when the likelier ones already reach top_p; the one that crosses stays.
        reached = probs.cumsum(dim=-1) - probs >= top_p
        drop = torch.zeros_like(reached).scatter(-1, order, reached)  # back in vocabulary order
        logits = logits.masked_fill(drop, -math.inf)
    # The softmax shares out again, among the tokens left, what the dropped ones held.
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]


def distribution(logits, temperature=1.0, top_k=None, top_p=None):
    """The exact probabilities (V,) of step 2 to 5 for one row, by sorting, in float64."""
    order = logits.double().argsort(descending=True)
    probs = (logits.double() / temperature).softmax(-1)[order]
    if top_k is not None:
        kth = logits[order[min(top_k, len(order)) - 1]]
        probs = torch.where(logits[order] >= kth, probs, 0.0)
        probs = probs / probs.sum()
    if top_p is not None and top_p < 1:
        probs = torch.where(probs.cumsum(-1) - probs < top_p, probs, 0.0)
        probs = probs / probs.sum()
    return torch.zeros_like(probs).scatter(0, order, probs)


@exercise.inputs
def rows_of_logits(draw: Draw) -> dict:
    logits = draw.floats(
        draw.size(1, 3), draw.size(1, 6), styles=("normal", "halves"), dtype=draw.dtype()
    )
    # Distinct values, so that the largest is one token and a tiny nucleus holds it alone.
    logits = logits + 0.01 * torch.arange(logits.shape[-1], dtype=logits.dtype)
    return {"logits": shaped(logits, draw.choice("contiguous", "transposed", "strided"))}


@exercise.edges
def logits_that_separate() -> list[dict]:
    none = -math.inf
    return [
        {"logits": torch.tensor([[0.0, none, 2.0], [1.0, 0.0, none]])},
        {"logits": torch.tensor([[none, none, -3.0, none]])},
        {"logits": 100 * noise(3, 5)},
        {"logits": noise(2, 7, seed=1).bfloat16()},
        {"logits": noise(2, 7, seed=1).half()},
        {"logits": noise(4, 3, seed=2) - 50},
        {"logits": noise(2, 4, seed=3) + 1e4},
        {"logits": noise(2, 3000, seed=4).float()},
        *({"logits": noise(2, 4, seed=seed) - 1.2e4} for seed in (5, 6, 7)),
    ]


@exercise.rig
def at_temperature_zero(solution, logits):
    """The tokens at temperature 0, without and with filters, and whether anything was drawn."""
    rng = torch.Generator().manual_seed(1)
    before = rng.get_state()
    shown = {
        "temperature=0": solution(logits.clone(), temperature=0, generator=rng),
        "temperature=0 with filters": solution(logits.clone(), 0.0, 3, 0.5, rng),
    }
    return {**shown, "generator used at temperature=0": not torch.equal(rng.get_state(), before)}


@exercise.rig
def with_one_token_left(solution, logits):
    rng = torch.Generator().manual_seed(2)
    return {
        "top_k=1": solution(logits.clone(), top_k=1, generator=rng),
        "top_p=1e-6": solution(logits.clone(), top_p=1e-6, generator=rng),
    }


@exercise.scenario
def choices_without_chance(solution, logits) -> dict:
    """Where one token alone is possible, a sampler has no choice."""
    return at_temperature_zero(solution, logits) | with_one_token_left(solution, logits)


ROWS = 1000


def shares(*probs: float) -> torch.Tensor:
    return torch.tensor(probs, dtype=torch.float64).log()


def settings_that_separate() -> list[dict]:
    """Rows on which the order of the steps, the border of top-p and renormalising all show."""
    row, tied = shares(0.5, 0.2, 0.15, 0.1, 0.05), torch.tensor([1.0, 3.0, 1.0, 1.0, 0.0]).double()
    mixed, flat = shares(0.1, 0.3, 0.05, 0.35, 0.2), shares(0.3, 0.25, 0.2, 0.15, 0.1)
    none = -math.inf
    chosen = [
        (shares(0.5, 0.5), 1.0, None, None), (row, 1.0, None, None), (row, 2.0, None, None),
        (mixed, 0.5, None, None), (row, 1.0, 3, None), (mixed, 1.0, 2, None),
        # the border of top-p
        (row, 1.0, None, 0.6), (mixed, 1.0, None, 0.3), (mixed, 1.0, None, 0.7),
        (flat, 1.0, None, 0.5), (row, 1.0, 9, 1.0), (mixed, 1.0, None, 0.9),
        # temperature changes the nucleus
        (row, 2.0, None, 0.75), (row, 0.5, None, 0.75), (mixed, 3.0, None, 0.75),
        (flat, 0.25, None, 0.6), (flat, 0.5, None, 0.7),
        # top-k changes the nucleus
        (row, 1.0, 3, 0.55), (row, 1.0, 2, 0.7), (mixed, 1.0, 3, 0.8), (flat, 1.0, 3, 0.6),
        (row, 2.0, 2, 0.6), (flat, 0.5, 2, 0.5),
        # ties, -inf, tiny, huge and half-precision logits
        (tied, 1.0, 2, None), (tied, 2.0, 2, 0.95), (torch.tensor([0.0, 2, 2]).double(), 1, 1, None),
        (torch.tensor([none, 1, none, 2]).double(), 1.0, 3, None), (row + 1e4, 1.0, None, None),
        (1e-4 * mixed, 1e-4, None, None), (50 * mixed, 50, 4, None), (mixed.bfloat16(), 1.0, 4, None),
        (mixed.half(), 2.0, None, 0.6),
        (row - 1.2e4, 1.0, 3, 0.6), (mixed - 1.2e4, 2.0, 2, None), (flat - 1.2e4, 1.0, None, 0.5),
    ]  # fmt: skip
    names = ("row", "temperature", "top_k", "top_p")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.rig
def draws_of_equal_rows(solution, tokens):
    """What 64 rows without any preference get, for each of 8 seeds."""
    flat = torch.zeros(64, tokens)
    return [solution(flat, generator=torch.Generator().manual_seed(seed)) for seed in range(8)]


@exercise.law(edges=lambda: [{"tokens": tokens} for tokens in (2, 3, 5)])
def equal_rows_do_not_all_get_the_same_token(solution, tokens):
    """64 rows of equal logits are 64 requests, each with a draw of its own."""
    draws = draws_of_equal_rows(solution, tokens)
    alike = all(len(set(drawn.tolist())) == 1 for drawn in draws)
    fixed = alike and len({drawn[0].item() for drawn in draws}) == 1
    told = "one token, whatever the seed" if fixed else "one token" if alike else "several tokens"
    same(told, "several tokens", "64 rows of equal logits get")


@exercise.law(edges=settings_that_separate, examples=43)
def draws_follow_the_filtered_distribution(solution, row, temperature, top_k, top_p):
    """Sampling is right when every token comes up as often as its probability says."""
    draws = solution(row.repeat(ROWS, 1), temperature, top_k, top_p, Rng(7))
    holds(tuple(draws.shape) == (ROWS,), f"For {ROWS} rows it returned {tuple(draws.shape)}.")
    follows(draws, distribution(row, temperature, top_k, top_p))


def borders_with_ties() -> list[dict]:
    """Probabilities, top_p, how many stay for certain, and what these then hold together."""
    none = -math.inf
    chosen = [
        (shares(0.4, 0.2, 0.2, 0.1, 0.1), None, 0.5, 1, 2 / 3),
        (shares(0.3, 0.3, 0.1, 0.1, 0.1, 0.06, 0.04), None, 0.65, 2, 6 / 7),
        (shares(0.5, 0.125, 0.125, 0.125, 0.08, 0.045), None, 0.7, 1, 2 / 3),
        (torch.tensor([2.0, 1, 1, 1, none, 1]), 2, 0.45, 1, math.e / (math.e + 1)),
    ]
    names = ("row", "top_k", "top_p", "certain", "held")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.law(edges=borders_with_ties)
def no_more_of_equal_tokens_stay_than_top_p_needs(solution, row, top_k, top_p, certain, held):
    """The smallest set is asked for: a threshold on the probability keeps all that equal it."""
    draws = solution(row.repeat(ROWS, 1), 1.0, top_k, top_p, Rng(11))
    says = "Drawing one of the equal tokens (1) or a likelier one (0): the draws"
    follows((draws >= certain).long(), torch.tensor([held, 1 - held]).double(), says)


def batches_of_two() -> list[dict]:
    steep, flat = shares(0.6, 0.25, 0.1, 0.05), shares(0.15, 0.25, 0.2, 0.4) + 5
    settings = [{}, {"top_k": 2}, {"top_p": 0.7}, {"top_k": 3, "top_p": 0.75}, {"temperature": 2.0}]
    batches = (torch.stack([steep, flat]), torch.stack([flat, steep - 9]))
    return [{"rows": rows, "settings": some} for some in settings for rows in batches]


@exercise.law(edges=batches_of_two)
def each_row_follows_its_own_distribution(solution, rows, settings):
    """Requests share a batch by chance; each must be filtered and drawn by its own logits."""
    draws = solution(rows.repeat(ROWS, 1), generator=Rng(8), **settings)
    for i, row in enumerate(rows):
        follows(draws[i::2], distribution(row, **settings), f"The draws of row {i}")


def sizes() -> list[dict]:
    return [{"tokens": tokens, "seed": seed} for seed, tokens in enumerate((2, 2, 3, 4))]


@exercise.law(edges=sizes)
def rows_are_drawn_independently(solution, tokens, seed):
    """Equal rows are different requests: what one gets must say nothing about its neighbours."""
    draws = solution(torch.zeros(2 * ROWS, tokens), generator=Rng(seed))
    pairs = torch.full((tokens**2,), tokens**-2.0)
    follows(draws[::2] * tokens + draws[1::2], pairs, f"Neighbours a, b as {tokens}a + b")
    follows(draws[:ROWS] * tokens + draws[ROWS:], pairs, f"Rows a, b far apart as {tokens}a + b")


@exercise.law(edges=sizes)
def a_generator_moves_on_with_each_call(solution, tokens, seed):
    """A generator that starts over gives the same noise at every step of a text."""
    rng, flat = Rng(seed), torch.zeros(ROWS, tokens)
    first, second = solution(flat, generator=rng), solution(flat, generator=rng)
    pairs = torch.full((tokens**2,), tokens**-2.0)
    follows(first * tokens + second, pairs, f"Tokens a, b of two calls as {tokens}a + b")


@exercise.rig
def twice_after_seeding(solution, logits, settings, seeds, own):
    """Tokens after seeding torch's global generator with each seed, and whether it was used."""
    tokens, used = [], []
    for seed in seeds:
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        rng = {"generator": torch.Generator().manual_seed(3)} if own else {}
        tokens.append(solution(logits.clone(), **settings, **rng))
        used.append(not torch.equal(torch.get_rng_state(), before))
    return tokens, used


def some_settings() -> list[dict]:
    settings = ({}, {"top_k": 3}, {"top_p": 0.7}, {"temperature": 2.0, "top_k": 4, "top_p": 0.9})
    return [{"logits": noise(100, 5, seed=i), "settings": s} for i, s in enumerate(settings)]


@exercise.law(edges=some_settings)
def only_the_given_generator_is_used(solution, logits, settings):
    """A server gives each request its own generator: the same state must give the same tokens."""
    (first, second), used = twice_after_seeding(solution, logits, settings, [1, 2], True)
    told = "used" if any(used) else "left alone"
    same(told, "left alone", "With a generator given, torch's global one")
    told = "the same" if torch.equal(first, second) else "others"
    same(told, "the same", "Tokens from the same generator state")


@exercise.law(edges=some_settings)
def without_a_generator_torchs_global_one_decides(solution, logits, settings):
    """`torch.manual_seed` is how a script is made to repeat itself, and how it is made to differ."""
    tokens, _ = twice_after_seeding(solution, logits, settings, [1, 1, 2], False)
    kind = "the likeliest alone" if torch.equal(tokens[0], logits.argmax(-1)) else "drawn"
    told = ["the same" if torch.equal(tokens[0], other) else "others" for other in tokens[1:]]
    wanted = ["drawn", "the same", "others"]
    same([kind, *told], wanted, "Tokens, after seeding alike, and after seeding differently")
    _, used = twice_after_seeding(solution, logits, {**settings, "temperature": 0}, [1], False)
    same("used" if any(used) else "left alone", "left alone", "At temperature 0 the generator")


@exercise.rig
def plain_and_asked(solution, logits):
    """Tokens without and with the defaults written out, torch's global generator seeded alike."""
    tokens = []
    for settings in ({}, {"temperature": 1.0, "top_k": None, "top_p": None}):
        torch.manual_seed(4)
        rng = torch.Generator().manual_seed(4)
        tokens.append(solution(logits.clone(), **settings, generator=rng))
    return tokens


@exercise.law(edges=lambda: [{"logits": noise(300, 60, seed=seed)} for seed in range(3)])
def temperature_one_and_no_filter_are_the_defaults(solution, logits):
    """A caller who asks for nothing gets the model's own distribution."""
    plain, asked = plain_and_asked(solution, logits)
    told = "the same" if torch.equal(plain, asked) else "others"
    same(told, "the same", "Tokens with and without the defaults written out")


def wrong_settings() -> list[dict]:
    wrong = [("temperature", t) for t in (-0.5, -1.0, -1e-6)]
    wrong += [("top_k", k) for k in (0, 0, 0, -1, -5, -2)]
    wrong += [("top_p", p) for p in (0.0, 0.0, 0, -0.5, -1, -2.0, 1.5, 2.0, 1.0001)]
    return [{"setting": {name: value}} for name, value in wrong]


@exercise.law(edges=wrong_settings, examples=18)
def wrong_settings_raise_value_error(solution, setting):
    """A wrong setting is the caller's mistake and must not pass in silence."""
    must_raise(ValueError, solution, noise(2, 4), **setting)


LAST = "torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]"

exercise.mistake(
    "multiplies_temperature",
    "You multiply by the temperature; dividing is what makes high temperatures flat.",
    swap={"logits.double() / temperature": "logits.double() * temperature"},
)
exercise.mistake(
    "drops_crossing_token",
    "Your nucleus leaves out the token that crosses top_p: it must reach top_p, so that token "
    "stays.",
    swap={"probs.cumsum(dim=-1) - probs >= top_p": "probs.cumsum(dim=-1) > top_p"},
)
exercise.mistake(
    "not_unsorted",
    "Your top-p mask is in sorted order but is applied in vocabulary order; carry it back.",
    swap={"torch.zeros_like(reached).scatter(-1, order, reached)": "reached"},
)
exercise.mistake(
    "global_rng",
    "You draw without passing `generator` on, so the global one is used.",
    swap={"1, generator=generator)": "1)"},
)
exercise.mistake(
    "same_draw_for_all_rows",
    "All rows share one draw; each row needs its own.",
    swap={
        LAST: (
            "(logits.softmax(-1).cumsum(-1) < torch.rand(1, generator=generator)).sum(-1)"
            ".clamp(max=logits.shape[-1] - 1)"
        )
    },
)
exercise.mistake(
    "always_argmax",
    "You always take the likeliest token; with a temperature above 0 it must be drawn.",
    swap={LAST: "logits.argmax(-1)"},
)
exercise.mistake(
    "temp0_division",
    "Temperature 0 is divided by; treat it apart, as argmax.",
    swap={"if temperature == 0:": "if False:"},
)
exercise.mistake(
    "temperature_after_filters",
    "You filter before dividing by the temperature, so the nucleus is that of other probabilities; "
    "the temperature comes first.",
    swap={
        "logits.double() / temperature": "logits.double()",
        "multinomial(logits.softmax": "multinomial((logits / temperature).softmax",
    },
)
exercise.mistake(
    "top_p_before_top_k",
    "Your nucleus is measured with the probabilities before top-k; apply top-k first and "
    "renormalise over what it left.",
    swap={
        "probs, order = logits.softmax(dim=-1)": "probs, order = whole.softmax(dim=-1)",
        "    if top_k is not None and top_k < logits": (
            "    whole = logits\n    if top_k is not None and top_k < logits"
        ),
    },
)
exercise.mistake(
    "no_renormalise",
    "The probabilities of the tokens left do not add up to 1, and what is missing falls to the "
    "last token; renormalise after filtering.",
    swap={
        "    if top_k is not None and top_k < logits": (
            "    whole = logits.softmax(dim=-1)\n    if top_k is not None and top_k < logits"
        ),
        LAST: "(whole.masked_fill(logits == -math.inf, 0.0).cumsum(-1) < torch.rand("
        "len(logits), 1, generator=generator, dtype=logits.dtype)).sum(-1)"
        ".clamp(max=logits.shape[-1] - 1)",
    },
)
exercise.mistake(
    "ties_dropped",
    "Top-k keeps every token tied with the k-th largest; you keep exactly k.",
    swap={
        "logits.masked_fill(logits < kth, -math.inf)": (
            "torch.full_like(logits, -math.inf).scatter(-1, *logits.topk(top_k, dim=-1)[::-1])"
        )
    },
)
exercise.mistake(
    "keeps_one_too_many",
    "Your nucleus holds one token more than is needed to reach top_p.",
    swap={
        "probs.cumsum(dim=-1) - probs >= top_p": (
            "(probs.cumsum(dim=-1) - probs >= top_p).roll(1, -1) & (probs.cumsum(-1) > probs)"
        )
    },
)
exercise.mistake(
    "ignores_top_k",
    "top_k has no effect; keep the top_k largest logits before top-p.",
    swap={"top_k < logits.shape[-1]": "False"},
)
exercise.mistake(
    "ignores_top_p",
    "top_p has no effect; keep the nucleus after top-k.",
    swap={"top_p < 1:": "False:"},
)
exercise.mistake(
    "starts_over",
    "Each call starts the generator over, so every call repeats the same noise; draw from it as "
    "it is.",
    swap={
        "1, generator=generator)": (
            "1, generator=generator and torch.Generator().manual_seed(generator.initial_seed()))"
        )
    },
)
exercise.mistake(
    "own_generator",
    "Without a generator you make one of your own, the same each time; draw from torch's global "
    "one.",
    swap={
        "1, generator=generator)": ("1, generator=generator or torch.Generator().manual_seed(0))")
    },
)
exercise.mistake(
    "draws_at_temperature_zero",
    "At temperature 0 you still draw from the generator, so it is not where the caller left it; "
    "return the argmax at once.",
    swap={
        "return logits.argmax(dim=-1)": (
            "likeliest = torch.nn.functional.one_hot(logits.argmax(dim=-1), logits.shape[-1])\n"
            "        return torch.multinomial(likeliest.double(), 1, generator=generator)[:, 0]"
        )
    },
)
exercise.mistake(
    "zero_means_not_given",
    "You take top_k=0 or top_p=0 for not given; only None is, and 0 must raise ValueError.",
    swap={
        "if top_k is not None and top_k < 1": "if top_k and top_k < 1",
        "if top_p is not None and not 0 < top_p <= 1": "if top_p and not 0 < top_p <= 1",
        "if top_k is not None and top_k < logits": "if top_k and top_k < logits",
        "if top_p is not None and top_p < 1": "if top_p and top_p < 1",
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
exercise.mistake(
    "keeps_all_border_ties",
    "Your nucleus keeps every token as likely as its last one; it is the smallest set, so no more "
    "of equal tokens stay than top_p needs.",
    swap={
        "logits = logits.masked_fill(drop, -math.inf)": (
            "least = probs.masked_fill(reached, 2.0).amin(-1, keepdim=True)\n"
            "        logits = logits.masked_fill(logits.softmax(dim=-1) < least, -math.inf)"
        )
    },
)
exercise.mistake(
    "drops_crossing_token_but_the_first",
    "Your nucleus leaves out the token that crosses top_p (unless it is the first): it must reach "
    "top_p, so that token stays.",
    swap={
        "probs.cumsum(dim=-1) - probs >= top_p": (
            "(probs.cumsum(dim=-1) > top_p) & (probs.cumsum(-1) > probs)"
        )
    },
)
exercise.mistake(
    "top_p_only_without_top_k",
    "With top_k given you leave out top_p; both apply, top_p to what top_k left.",
    swap={"top_p < 1:": "top_p < 1 and top_k is None:"},
)
exercise.mistake(
    "hidden_default_top_k",
    "Your top_k is not None by default, so a caller who asks for no filter gets one.",
    swap={"top_k: int | None = None": "top_k: int | None = 50"},
)

exercise.walkthrough(r"""
## Where it comes from

Take the likeliest token each time, and the text is dull and soon goes in circles. Draw from the model's
probabilities as they are, and sooner or later a token comes that makes no sense, and all that follows
has to follow from it. Holtzman and others show both (figure 1 of their paper) and blame the second on
the tail of the distribution: tens of thousands of tokens, each next to impossible, that together hold
enough probability to be met in every longer text.

Three dials deal with it, and a server offers all of them:

- *Temperature* divides the logits. Dividing by 1/2 doubles them, which squares every ratio of
  probabilities: the likely become likelier. A high temperature evens them out, towards all alike.
- *Top-k* cuts the tail after a number of tokens, *top-p* after an amount of probability. What they do
  alone is in `decoding/top_k` and `decoding/top_p`.

Each step changes the probabilities that the next one sees, so the order is part of the contract.

## By hand

Five tokens with the weights 8, 4, 2, 1, 1; their logits are the logarithms of these.

| settings | what is left | in numbers |
|---|---|---|
| none | 8, 4, 2, 1, 1 of 16 | 0.5, 0.25, 0.125, 0.0625, 0.0625 |
| temperature 1/2 | the squares: 64, 16, 4, 1, 1 of 86 | 0.74, 0.19, 0.05, 0.01, 0.01 |
| temperature 2 | the roots: 2.83, 2, 1.41, 1, 1 of 8.24 | 0.34, 0.24, 0.17, 0.12, 0.12 |
| top_k = 3 | 8, 4, 2 of 14 | 0.57, 0.29, 0.14 |
| top_p = 0.55 | 0.5 is too little, 0.5 + 0.25 is enough: 8, 4 of 12 | 0.67, 0.33 |
| both | of 14, the 8 alone is 0.57 and enough | 1 |

The last line is the order at work: after top-k one token reaches 0.55, before it takes two. A sampler
shows its probabilities only through what it draws, so here is what it draws for 20 000 equal rows, good
to a hundredth:

```python
import torch

from grader.notebook import reference, show

torch.set_num_threads(1)  # with tensors so small, threads would only wait for each other
sample = reference("decoding/sample")
logits = torch.tensor([8.0, 4.0, 2.0, 1.0, 1.0]).log()


def shares(row, draws=20_000, seed=0, **settings):
    rng = torch.Generator().manual_seed(seed)
    drawn = sample(row.repeat(draws, 1), generator=rng, **settings)
    return torch.bincount(drawn, minlength=len(row)) / draws


tried = {
    "none": {}, "temperature 1/2": {"temperature": 0.5}, "temperature 2": {"temperature": 2.0},
    "top_k 3": {"top_k": 3}, "top_p 0.55": {"top_p": 0.55}, "both": {"top_k": 3, "top_p": 0.55},
}
measured = torch.stack([shares(logits, **settings) for settings in tried.values()])
show(measured, "shares of 20 000 draws", rows=list(tried), columns="token")
```

## A picture

Another row, with the logits 2, 1, 0, −1 and −2, at temperatures from 0.2 to 4, and top_p = 0.9
throughout. A higher temperature evens the probabilities out, and the more even they are, the more
tokens it takes to reach 0.9. Each jump is one more token that joins, and the others make room.

```python
from grader.notebook import curve

row = torch.tensor([2.0, 1.0, 0.0, -1.0, -2.0])
temperatures = torch.linspace(0.2, 4, 39).tolist()
measured = torch.stack([shares(row, 5000, temperature=t, top_p=0.9) for t in temperatures])
curve(
    {f"logit {value:g}": measured[:, i] for i, value in enumerate(row.tolist())},
    temperatures, "temperature first, then top_p = 0.9", "temperature", "share of the draws",
)
```

## Traps

**Temperature last.** Some put it right before the drawing, since this is where it does its work; some
libraries even do so on purpose. Then the set is the same at every temperature, and the picture above
would have no jumps. Without top-p, or at temperature 1, nothing shows.

{{trap: temperature_after_filters}}

**One softmax for both filters.** Computing the probabilities once, at the top, looks thrifty. But top-p
then counts probability that top-k has just taken away, and keeps too many tokens. It needs both filters
in one call to show.

{{trap: top_p_before_top_k}}

**A generator that goes nowhere.** It is accepted, perhaps checked, and not passed to the draw. Each
token is still right, in distribution, and `torch.manual_seed` in the test makes the runs repeat
themselves. Then two requests share a server, and neither can be repeated.

{{trap: global_rng}}

## How many draws tell

That a token comes up proves nothing, as long as it may; a sampler is judged by how often. How closely
can one count? A token of probability p comes up about np times in n draws, give or take √(np(1 − p)):
its share is off by some √(p(1 − p)/n). Here is the largest error over the five tokens from above,
averaged over ten seeds.

```python
exact = logits.softmax(0)
numbers = [4**power for power in range(3, 8)]
errors = [
    sum((shares(logits, n, seed) - exact).abs().max().item() for seed in range(10)) / 10
    for n in numbers
]
lines = {"largest error of a share": errors, "0.5 / √n": [0.5 * n**-0.5 for n in numbers]}
curve(lines, numbers, "How far counts are from the truth", "draws n", "error", log=True)
```

Four times the draws halve the error. The grader takes 1000, whose shares are a hundredth or two off,
and condemns only what chance explains less than once in ten million times, which is some five times
that. So in its cases a mistake moves a share by nearly a tenth or more, or lets in a token that must
never come; there a single draw is proof.
""")
