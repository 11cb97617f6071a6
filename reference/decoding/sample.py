"""Sampling a token.

Choose the next token of each row at random, as a language model server does.

Given logits (B, V), return a LongTensor (B,) with one token id a row:

1. `temperature=0`: the id of the largest logit; nothing is drawn from any generator.
2. Otherwise divide the logits by `temperature`,
3. keep the `top_k` largest if it is given (every token tied with the k-th largest is kept too;
   top_k >= V keeps all),
4. of what is left, keep the smallest set of most likely tokens whose probability, renormalised
   over what step 3 left, adds up to at least `top_p` if it is given (the token that crosses top_p
   is kept; at least one always; top_p=1 keeps all),
5. draw one token a row from the softmax over what is left, rows independently of each other.

- All randomness comes from `generator` (torch's global generator when it is None).
- temperature < 0, top_k < 1, or top_p outside 0 < top_p <= 1 raise ValueError.
- Logits may be -inf (never drawn) and of any float dtype; they are not modified.
- Two right samplers may give different tokens for one seed: your distribution is judged, not
  your draws.

Example: logits [[0, 1, 2, 3]] with top_k=2 leave tokens 2 and 3, drawn with probability
1/(1+e) = 0.27 and e/(1+e) = 0.73.
"""

import math

import torch

from grader.words import Draw, Exercise, Rng, follows, holds, must_raise, noise, same

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
    logits = logits / temperature  # (B, V)
    if top_k is not None and top_k < logits.shape[-1]:
        kth = logits.topk(top_k, dim=-1).values[:, -1:]  # (B, 1)
        logits = logits.masked_fill(logits < kth, -math.inf)
    if top_p is not None and top_p < 1:
        probs, order = logits.softmax(dim=-1).sort(dim=-1, descending=True)  # (B, V) each
        # A token goes when the likelier ones already reach top_p; the one that crosses stays.
        reached = probs.cumsum(dim=-1) - probs >= top_p
        drop = torch.zeros_like(reached).scatter(-1, order, reached)  # back in vocabulary order
        logits = logits.masked_fill(drop, -math.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]


def distribution(logits, temperature, top_k=None, top_p=None):
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
        draw.size(1, 3), draw.size(2, 6), styles=("normal", "halves"), dtype=draw.dtype()
    )
    # Distinct values, so that the largest is one token and a tiny nucleus holds it alone.
    return {"logits": logits + 0.01 * torch.arange(logits.shape[-1], dtype=logits.dtype)}


@exercise.edges
def logits_that_separate() -> list[dict]:
    return [
        {"logits": torch.tensor([[0.0, -math.inf, 2.0], [1.0, 0.0, -math.inf]])},
        {"logits": 100 * noise(3, 5)},
        {"logits": noise(2, 7, seed=1).bfloat16()},
        {"logits": noise(4, 3, seed=2) - 50},
    ]


@exercise.scenario
def choices_without_chance(solution, logits) -> dict:
    """Where one token alone is possible, a sampler has no choice."""
    rng = Rng(1)
    chosen = {
        "temperature=0": solution(logits, temperature=0, generator=rng),
        "generator used at temperature=0": rng.used,
        "top_k=1": solution(logits, top_k=1, generator=rng),
        "top_p=1e-9": solution(logits, top_p=1e-9, generator=rng),
    }
    return chosen


ROWS = 2000


def settings_drawn(draw: Draw) -> dict:
    return {
        "row": 2 * noise(draw.size(3, 6), seed=draw.seed()),
        "temperature": draw.choice(1.0, 0.5, 2.0),
        "top_k": draw.choice(None, 2, 3),
        "top_p": draw.choice(None, 0.5, 0.8),
    }


def settings_that_separate() -> list[dict]:
    """Rows on which the order of the steps, the border of top-p and renormalising all show."""
    row = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05]).double().log()
    tied = torch.tensor([1.0, 3.0, 1.0, 1.0, 0.0]).double()
    chosen = [
        (row, 1.0, None, None), (row, 2.0, None, None), (row, 0.5, None, None),
        (row, 1.0, 3, None), (row, 1.0, None, 0.6), (row, 2.0, None, 0.75),
        (row, 0.5, None, 0.75), (row, 1.0, 3, 0.6), (row, 1.0, 2, 0.6), (row, 2.0, 2, 0.6),
        (row, 1.0, 9, 1.0), (row.flip(0), 1.0, 3, 0.55), (tied, 1.0, 2, None),
        (tied, 2.0, 2, 0.95), (row[:4], 3.0, 4, 0.8),
    ]  # fmt: skip
    names = ("row", "temperature", "top_k", "top_p")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.law(inputs=settings_drawn, edges=settings_that_separate, examples=18)
def draws_follow_the_filtered_distribution(solution, row, temperature, top_k, top_p):
    """Sampling is right when every token comes up as often as its probability says."""
    draws = solution(row.repeat(ROWS, 1), temperature, top_k, top_p, Rng(7))
    holds(tuple(draws.shape) == (ROWS,), f"For {ROWS} rows it returned {tuple(draws.shape)}.")
    follows(draws, distribution(row, temperature, top_k, top_p))


@exercise.law(examples=6)
def only_the_given_generator_is_used(solution, logits):
    """A server gives each request its own generator: the same state must give the same tokens."""
    many = logits.repeat(50, 1)
    reseed_globals(solution, 1)
    first = solution(many, generator=Rng(3))
    reseed_globals(solution, 2)
    same(solution(many, generator=Rng(3)), first, "With the same generator state a second time")


@exercise.law(examples=6)
def two_calls_on_one_generator_differ(solution, logits):
    """A generator moves on with each draw; starting over would repeat the same noise."""
    rng, flat = Rng(5), torch.zeros(64, 8)
    first, second = solution(flat, generator=rng), solution(flat, generator=rng)
    holds(not torch.equal(first, second), "Two calls on one generator drew the same 64 tokens.")


@exercise.rig
def reseed_globals(solution, seed):
    torch.manual_seed(seed)


def wrong_settings() -> list[dict]:
    wrong = [("temperature", t) for t in (-0.5, -1.0, -1e-6)]
    wrong += [("top_k", k) for k in (0, -1, -5)] + [("top_p", p) for p in (0.0, -0.5, 1.5, 2.0)]
    return [{"setting": {name: value}} for name, value in wrong]


@exercise.law(edges=wrong_settings)
def wrong_settings_raise_value_error(solution, setting):
    """A wrong setting is the caller's mistake and must not pass in silence."""
    must_raise(ValueError, solution, noise(2, 4), **setting)


exercise.mistake(
    "multiplies_temperature",
    "You multiply by the temperature; dividing is what makes high temperatures flat.",
    swap={"logits / temperature": "logits * temperature"},
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
    swap={", generator=generator)": ")"},
)
exercise.mistake(
    "same_draw_for_all_rows",
    "All rows share one draw; each row needs its own.",
    swap={"torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]": (
        "(logits.softmax(-1).cumsum(-1) < torch.rand(1, generator=generator)).sum(-1)"
        ".clamp(max=logits.shape[-1] - 1)"
    )},
)
exercise.mistake(
    "always_argmax",
    "You always take the likeliest token; with a temperature above 0 it must be drawn.",
    swap={"torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]": "logits.argmax(-1)"},
)
exercise.mistake(
    "temp0_division",
    "Temperature 0 is divided by; treat it apart, as argmax.",
    swap={"if temperature == 0:": "if False:"},
)
