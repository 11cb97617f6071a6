"""Speculative decoding: one verification step.

A small draft model has proposed G tokens, and the large target model has scored all of them in
one pass. Decide how many to keep, so that the text is exactly as random as if the target model
had written it alone.

Write `speculative_step(target_probs, draft_probs, draft_tokens, generator=None)`:

    target_probs: (G + 1, V)   row i: the target's probabilities for the token at position i
    draft_probs:  (G, V)       row i: the draft's probabilities, from which draft_tokens[i] was drawn
    draft_tokens: (G,)         LongTensor, G >= 1
    result:       LongTensor of 1 to G + 1 tokens

Go through the draft's tokens from the first. At position i let x = draft_tokens[i], p =
target_probs[i] and q = draft_probs[i]:

1. Accept x with probability min(1, p[x] / q[x]), each position by a draw of its own.
2. At the first token that is not accepted, draw one token from max(0, p - q), normalised to sum to
   1, put it in the place of x, and stop: what the draft said after it is not looked at.
3. If all G are accepted, draw one more token from target_probs[G].

So the result holds the accepted tokens and then exactly one new one.

- Every token of the result has the target's distribution for its position.
- Rows sum to 1, up to rounding, and q[x] > 0. Where p = q every token is accepted.
- All randomness comes from `generator` (torch's global one when it is None). How many numbers you
  draw, and in which order, is free: your distribution is judged, not your draws.
- Probabilities may have any float dtype and memory layout. No argument is modified.

Example: p = [0.5, 0.5, 0], q = [0, 0.5, 0.5] and the draft's token 2: p[2] / q[2] = 0, so it is
rejected; max(0, p - q) = [0.5, 0, 0] becomes [1, 0, 0], and the result is [0]. With the draft's
token 1 the ratio is 1: it is accepted, and a second token is drawn from the next row of
target_probs.
"""

import torch

from grader.words import Draw, Exercise, Rng, follows, noise, same, shaped

exercise = Exercise(
    tier="B",
    level=3,
    minutes=30,
    needs=("decoding/sample",),
    source="Leviathan et al. 2023, Fast Inference from Transformers via Speculative Decoding, "
    "arXiv:2211.17192",
    hints=(
        "Where the draft gives a token more probability than the target does, it comes too often: "
        "how much of that must be thrown away? Where it gives less, what is missing?",
        "Throw away a share 1 - p/q of the tokens that come too often. What is missing is p - q "
        "where that is positive, and the replacement must come from there.",
        "Loop over the draft's tokens with one uniform number each; at the first that is not below "
        "p[x] / q[x] join the tokens so far with one drawn from the clamped difference, and "
        "return. After the loop join all of them with one drawn from the last row.",
    ),
    ask=(
        (
            "How much faster does it get at acceptance rate a?",
            "A step gives (1 - a^(G+1)) / (1 - a) tokens on average for one pass of the target and "
            "G passes of the draft; divide by the cost of those passes.",
        ),
        (
            "Why does the law of the output not depend on the quality of the draft?",
            "A token x comes out with min(p, q) by acceptance, and with max(0, p - q) by "
            "replacement, since the rejected mass equals the missing mass; the sum is p. A bad "
            "draft is only slow.",
        ),
    ),
)


@exercise.solution
def speculative_step(
    target_probs: torch.Tensor,
    draft_probs: torch.Tensor,
    draft_tokens: torch.Tensor,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """target_probs (G+1, V), draft_probs (G, V), draft_tokens (G,) -> LongTensor of 1 to G+1 ids.

    The accepted tokens, then one new one: from max(0, p - q) after a rejection, else from the
    target's last row.
    """
    for i, x in enumerate(draft_tokens.tolist()):
        p, q = target_probs[i], draft_probs[i]  # (V,) each
        accepted = torch.rand((), generator=generator) < p[x] / q[x]
        if not accepted:
            # What the draft gives too little of: exactly the mass that rejections set free.
            missing = (p - q).clamp(min=0)  # (V,)
            new = torch.multinomial(missing / missing.sum(), 1, generator=generator)
            return torch.cat([draft_tokens[:i], new])
    bonus = torch.multinomial(target_probs[-1], 1, generator=generator)
    return torch.cat([draft_tokens, bonus])


def eighths(generator, vocabulary):
    """Random probabilities (V,), each a positive whole number of eighths."""
    more = torch.randint(vocabulary, (8 - vocabulary,), generator=generator)
    return (1 + torch.bincount(more, minlength=vocabulary)) / 8


def step_without_chance(accepted, gamma, vocabulary, seed, dtype=torch.float64):
    """A case in which just the first `accepted` tokens can be accepted, and one can come next."""
    generator = torch.Generator().manual_seed(seed)
    target, draft, tokens = [], [], []
    for i in range(gamma):
        p, q = eighths(generator, vocabulary), eighths(generator, vocabulary)
        fitting = (p >= q).nonzero().flatten()
        x = int(fitting[torch.randint(len(fitting), (), generator=generator)])
        if i == accepted:  # the target never says x, and says one other token more often instead
            x, other = torch.randperm(vocabulary, generator=generator)[:2].tolist()
            p = q.clone()
            p[other] += p[x]
            p[x] = 0
        target, draft, tokens = [*target, p], [*draft, q], [*tokens, x]
    last = int(torch.randint(vocabulary, (), generator=generator))
    target.append(torch.eye(vocabulary)[last])
    return {
        "target_probs": torch.stack(target).to(dtype),
        "draft_probs": torch.stack(draft).to(dtype),
        "draft_tokens": torch.tensor(tokens),
    }


@exercise.inputs
def steps_without_chance(draw: Draw) -> dict:
    gamma, vocabulary = draw.size(1, 4), draw.size(3, 5)
    case = step_without_chance(draw.size(0, gamma), gamma, vocabulary, draw.seed(), draw.dtype())
    layout = draw.choice("contiguous", "transposed", "strided")
    return {name: shaped(value, layout) for name, value in case.items()}


def step(target, draft, tokens):
    return {
        "target_probs": torch.tensor(target, dtype=torch.float64),
        "draft_probs": torch.tensor(draft, dtype=torch.float64),
        "draft_tokens": torch.tensor(tokens),
    }


@exercise.edges
def steps_that_separate() -> list[dict]:
    """Each number of accepted tokens; equal and disjoint rows; a draft that is sure; half dtypes."""
    sizes = [(n, gamma) for gamma in (1, 2, 3) for n in range(gamma + 1)]
    one, two, three = torch.eye(3).tolist()
    mixed = [0.5, 0.25, 0.25]
    return [
        step([[0.5, 0.5, 0], one], [[0, 0.5, 0.5]], [2]),
        step([mixed, mixed, three], [mixed, mixed], [0, 2]),  # p = q
        step([mixed, mixed, mixed, two], [mixed, mixed, mixed], [2, 2, 1]),
        step([one, two, three], [[0, 0.5, 0.5], three], [1, 2]),  # disjoint
        step([two, mixed, one], [three, mixed], [2, 0]),
        step([two, mixed, one], [two, [0.5, 0.5, 0]], [1, 0])
        | {"target_probs": torch.tensor([two, [0, 0.5, 0.5], one]).double()},
        step([[1.0], [1.0]], [[1.0]], [0]),  # one token in the world
        step([mixed, mixed, one], [[1e-30, 0.5, 0.5], mixed], [0, 1]),
        *(step_without_chance(n, gamma, 3, seed=10 * n + gamma) for n, gamma in sizes),
        *(step_without_chance(n, 3, 4, n, half) for n in (1, 3) for half in HALVES),
        *(step_without_chance(n, n + 1, 4, 70 + n) for n in (3, 4, 5, 7)),
    ]


HALVES = (torch.bfloat16, torch.float16)


@exercise.rig
def seen(solution, target_probs, draft_probs, draft_tokens):
    """All different results of thirty calls, in order."""
    rng, found = torch.Generator().manual_seed(5), []
    for _ in range(30):
        case = (target_probs.clone(), draft_probs.clone(), draft_tokens.clone())
        result = solution(*case, generator=rng).tolist()
        if result not in found:
            found.append(result)
    return sorted(found)


@exercise.scenario
def results_without_chance(solution, target_probs, draft_probs, draft_tokens) -> dict:
    """Where one result alone is possible, it is that of every call."""
    case = (target_probs, draft_probs, draft_tokens)
    every = seen(solution, *case)
    # Of one more only the kind: what it holds may be chance where a solution is wrong.
    kind = f"{solution(*case, Rng(6)).dtype}"
    return {"results of thirty calls": every, "dtype of a result": kind}


TIMES = 300


@exercise.rig
def tokens_of_many_steps(solution, target_probs, draft_probs, drafts):
    """One row of tokens a call, with -1 after the last; one generator for all calls."""
    rng = torch.Generator().manual_seed(11)
    longest = len(target_probs)
    rows = []
    for draft_tokens in drafts:
        case = (target_probs.clone(), draft_probs.clone(), draft_tokens.clone())
        row = solution(*case, generator=rng).tolist()
        rows.append((row + [-1] * (longest + 1))[: longest + 1])
    return torch.tensor(rows)


def models(*pairs) -> list[dict]:
    return [
        {
            "target_probs": torch.tensor(p, dtype=torch.float64),
            "draft_probs": torch.tensor(q, dtype=torch.float64),
        }
        for p, q in pairs
    ]


def pairs_of_models() -> list[dict]:
    """A draft far from the target, drafts near to it, and one that knows other tokens."""
    return models(
        ([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]], [[0.1, 0.3, 0.6]]),
        (
            [[0.1, 0.4, 0.2, 0.3], [0.3, 0.1, 0.3, 0.3], [0.4, 0.3, 0.2, 0.1]],
            [[0.5, 0.1, 0.3, 0.1], [0.2, 0.4, 0.1, 0.3]],
        ),
        ([[0.0, 0.5, 0.3, 0.2], [0.7, 0.1, 0.1, 0.1]], [[0.5, 0.4, 0.0, 0.1]]),
        ([[0.3, 0.3, 0.4], [0.6, 0.2, 0.2]], [[0.7, 0.2, 0.1]]),
        # differences that are large where p is large and where it is small
        ([[0.0, 0.9, 0.1], [0.3, 0.3, 0.4]], [[0.6, 0.4, 0.0]]),
    )


@exercise.law(edges=pairs_of_models)
def each_token_has_the_targets_distribution(solution, target_probs, draft_probs):
    """That is what speculative decoding promises: faster, and not one probability changed."""
    drafts = torch.multinomial(
        draft_probs, TIMES, replacement=True, generator=torch.Generator().manual_seed(1)
    ).T  # (TIMES, G)
    rows = tokens_of_many_steps(solution, target_probs, draft_probs, drafts)
    lengths, before = [], 1.0
    for agree in torch.minimum(target_probs[:-1], draft_probs).sum(-1).tolist():
        lengths.append(before * (1 - agree))
        before *= agree
    for i, p in enumerate(target_probs):
        follows(rows[rows[:, i] >= 0, i], p, f"The tokens at position {i}")
    accepted = (rows >= 0).sum(-1) - 1
    follows(accepted, torch.tensor([*lengths, before]), "The numbers of accepted tokens")


def drafts_that_are_sure() -> list[dict]:
    """The draft has one token a row, and the target gives it one half."""
    half, sure = [0.5, 0.25, 0.25], [1.0, 0.0, 0.0]
    return [
        {name: probs.roll(gamma, dims=-1) for name, probs in case.items()}
        for gamma in (2, 3, 4)
        for case in models(([half] * (gamma + 1), [sure] * gamma))
    ]


@exercise.law(edges=drafts_that_are_sure)
def each_position_is_decided_by_a_draw_of_its_own(solution, target_probs, draft_probs):
    """Two tokens accepted with one half each are both accepted with one quarter, not one half.

    And the number that has accepted or rejected a token must not choose the next token too.
    """
    gamma = len(draft_probs)
    drafts = draft_probs.argmax(-1).repeat(TIMES // 2, 1)
    rows = tokens_of_many_steps(solution, target_probs, draft_probs, drafts)
    exact = torch.tensor([*(0.5 ** (i + 1) for i in range(gamma)), 0.5**gamma])
    follows((rows >= 0).sum(-1) - 1, exact, "The numbers of accepted tokens")
    for i, p in enumerate(target_probs):
        follows(rows[rows[:, i] >= 0, i], p, f"The tokens at position {i}")


def equal_models() -> list[dict]:
    """200 tokens of a draft that is the target."""
    drawn = [noise(200, v, seed=v).softmax(-1) for v in (2, 3, 5)]
    return [{"probs": probs, "tokens": probs.argmin(-1)} for probs in drawn]


@exercise.law(edges=equal_models)
def where_the_draft_is_the_target_every_token_is_accepted(solution, probs, tokens):
    """A draft that is as good as the target loses nothing: min(1, p/q) = 1."""
    result = solution(torch.cat([probs, probs[:1]]), probs, tokens, Rng(8))
    same(result[:-1], tokens, "With p = q, all but the last token")


@exercise.rig
def after_seeding(solution, case, seeds, own):
    """Results of ten calls after each seeding of torch's global generator; whether it was used."""
    results, used = [], []
    for seed in seeds:
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        rng = {"generator": torch.Generator().manual_seed(3)} if own else {}
        copies = [{name: value.clone() for name, value in case.items()} for _ in range(10)]
        results.append([solution(**copy, **rng).tolist() for copy in copies])
        used.append(not torch.equal(torch.get_rng_state(), before))
    return results, used


def open_steps() -> list[dict]:
    flat, steep = [0.25] * 4, [0.7, 0.1, 0.1, 0.1]
    return [
        step([flat, flat], [steep], [0]),
        step([flat, steep, flat], [steep, flat], [0, 1]),
        step([steep, flat, flat, flat], [flat, steep, flat], [1, 0, 3]),
    ]


@exercise.law(edges=open_steps)
def only_the_given_generator_is_used(solution, target_probs, draft_probs, draft_tokens):
    """A server gives each request its own generator: the same state must give the same tokens."""
    case = {"target_probs": target_probs, "draft_probs": draft_probs, "draft_tokens": draft_tokens}
    (first, second), used = after_seeding(solution, case, [1, 2], True)
    told = "used" if any(used) else "left alone"
    same(told, "left alone", "With a generator given, torch's global one")
    told = "the same" if first == second else "others"
    same(told, "the same", "Results from the same generator state")


@exercise.law(edges=open_steps)
def without_a_generator_torchs_global_one_decides(
    solution, target_probs, draft_probs, draft_tokens
):
    """`torch.manual_seed` is how a script is made to repeat itself, and how it is made to differ."""
    case = {"target_probs": target_probs, "draft_probs": draft_probs, "draft_tokens": draft_tokens}
    results, _ = after_seeding(solution, case, [1, 1, 2], False)
    told = ["the same" if results[0] == other else "others" for other in results[1:]]
    same(
        told, ["the same", "others"], "Results, after seeding alike, and after seeding differently"
    )


exercise.mistake(
    "ratio_inverted",
    "You accept with q/p; it is p/q: a token that the draft likes too much must often be rejected.",
    swap={"p[x] / q[x]": "q[x] / p[x]"},
)
exercise.mistake(
    "resample_from_target",
    "After a rejection you draw from p; only what the draft gives too little of is missing, so draw "
    "from max(0, p - q), normalised.",
    swap={"(p - q).clamp(min=0)": "p"},
)
exercise.mistake(
    "clamps_negative_by_abs",
    "You draw from |p - q|, which gives back tokens the draft says too often; negative differences "
    "must become 0.",
    swap={"(p - q).clamp(min=0)": "(p - q).abs()"},
)
exercise.mistake(
    "residual_reversed",
    "You draw from max(0, q - p), the tokens the draft says too often; it must be max(0, p - q).",
    swap={"(p - q).clamp(min=0)": "(q - p).clamp(min=0)"},
)
exercise.mistake(
    "residual_not_normalised",
    "max(0, p - q) does not sum to 1, and what is missing falls to the last token; divide by its "
    "sum.",
    swap={
        "torch.multinomial(missing / missing.sum(), 1, generator=generator)": (
            "(missing.cumsum(0) <= torch.rand(1, generator=generator)).sum()[None]"
            ".clamp(max=len(p) - 1)"
        )
    },
)
exercise.mistake(
    "continues_after_rejection",
    "After a rejection you go on with the draft's next tokens, which were made for another text; "
    "stop at the first.",
    swap={
        "return torch.cat([draft_tokens[:i], new])": (
            "draft_tokens = torch.cat([draft_tokens[:i], new, draft_tokens[i + 1 :]])"
        )
    },
)
exercise.mistake(
    "no_bonus_token",
    "When all tokens are accepted you draw none: the target's last row gives one more for free.",
    swap={"torch.cat([draft_tokens, bonus])": "draft_tokens.clone()"},
)
exercise.mistake(
    "bonus_from_wrong_row",
    "The token after G accepted ones comes from target_probs[G]; you use the row before it.",
    swap={"target_probs[-1]": "target_probs[-2]"},
)
exercise.mistake(
    "no_token_after_a_rejection",
    "At a rejection you return the accepted tokens alone; one drawn from max(0, p - q) takes the "
    "place of the rejected one.",
    swap={"torch.cat([draft_tokens[:i], new])": "draft_tokens[:i].clone()"},
)
exercise.mistake(
    "keeps_the_rejected_token",
    "The rejected token is still in your result; the new one takes its place.",
    swap={"draft_tokens[:i], new": "draft_tokens[: i + 1], new"},
)
exercise.mistake(
    "greedy_accept",
    "You accept a token only where it is the target's likeliest; accept with probability "
    "min(1, p/q).",
    swap={"torch.rand((), generator=generator) < p[x] / q[x]": "p.argmax() == x"},
)
exercise.mistake(
    "accepts_where_p_is_larger",
    "You accept just where p is at least q; below that a share p/q must still be accepted.",
    swap={"torch.rand((), generator=generator) < p[x] / q[x]": "p[x] >= q[x]"},
)
exercise.mistake(
    "accepts_everything",
    "You accept every token of the draft; one that the draft likes more than the target is "
    "accepted with probability p/q only.",
    swap={"< p[x] / q[x]": ">= 0"},
)
exercise.mistake(
    "accepts_with_p",
    "You accept with probability p[x]; it is p[x] / q[x], as x has come with probability q[x].",
    swap={"p[x] / q[x]": "p[x]"},
)
exercise.mistake(
    "one_draw_for_all",
    "You compare all positions with one random number; each needs its own.",
    swap={
        "    for i, x in": "    u = torch.rand((), generator=generator)\n    for i, x in",
        "torch.rand((), generator=generator) <": "u <",
    },
)
exercise.mistake(
    "global_rng",
    "You draw without passing `generator` on, so the global one is used.",
    swap={
        "torch.rand((), generator=generator)": "torch.rand(())",
        "missing / missing.sum(), 1, generator=generator)": "missing / missing.sum(), 1)",
        "target_probs[-1], 1, generator=generator)": "target_probs[-1], 1)",
    },
)
exercise.mistake(
    "own_generator",
    "Without a generator you make one of your own, the same each time; draw from torch's global "
    "one.",
    swap={
        "    for i, x in": (
            "    generator = generator or torch.Generator().manual_seed(0)\n    for i, x in"
        )
    },
)
exercise.mistake(
    "likeliest_bonus",
    "After accepting all tokens you take the target's likeliest next token; it must be drawn.",
    swap={
        "torch.multinomial(target_probs[-1], 1, generator=generator)": (
            "target_probs[-1].argmax()[None]"
        )
    },
)
exercise.mistake(
    "likeliest_replacement",
    "After a rejection you take the largest entry of max(0, p - q); it must be drawn.",
    swap={
        "torch.multinomial(missing / missing.sum(), 1, generator=generator)": (
            "missing.argmax()[None]"
        )
    },
)
exercise.mistake(
    "returns_the_new_token_alone",
    "You return the new token without the accepted ones before it.",
    swap={
        "torch.cat([draft_tokens[:i], new])": "new",
        "torch.cat([draft_tokens, bonus])": "bonus",
    },
)

exercise.walkthrough(r"""
## Where it comes from

To write one token, a large model reads all its weights from memory and does little with them. Scoring
five tokens that are already there takes hardly longer than scoring one: the weights are read once for
all five. But the five tokens are not there; each depends on the one before.

So let a small model guess them, one after another, and have the large model check all guesses in a
single pass. Leviathan, Kalman and Matias (section 2.3) and, at about the same time, Chen and others at
DeepMind found how to check *without changing one probability*: the text is as random as if the large
model had written it alone. Where they agree nothing is lost. Where the small model, the draft, says a
token too often, some of these guesses are thrown away at random; and exactly what is thrown away is
handed to the tokens that it says too seldom.

This exercise is that check, one step of it: rows of probabilities in, between 1 and G + 1 tokens out.

## By hand

One guess, G = 1, over three tokens. p is what the target wants, q what the draft does.

| token | q | p | accepted with | comes out accepted | too seldom by | comes out in all |
|---|---|---|---|---|---|---|
| A | 0.2 | 0.5 | 1 | 0.2 | 0.3 | 0.5 |
| B | 0.2 | 0.3 | 1 | 0.2 | 0.1 | 0.3 |
| C | 0.6 | 0.2 | 0.2/0.6 = 1/3 | 0.2 | 0 | 0.2 |

Six guesses of ten are accepted: 0.2 + 0.2 + 0.2. The others, 0.4, are all *C*. They are replaced by *A*
or *B* in the ratio 0.3 to 0.1, so 0.3 goes to *A* and 0.1 to *B*, and the last column is p. It comes
out since as much is missing as was rejected: 0.3 + 0.1 and 0.4.

A result of two tokens has an accepted guess and one token more; a result of one token is a replacement.

```python
from collections import Counter

import torch

from grader.notebook import reference

step = reference("decoding/speculative")
p = torch.tensor([0.5, 0.3, 0.2])
q = torch.tensor([0.2, 0.2, 0.6])

rng = torch.Generator().manual_seed(0)
guesses = torch.multinomial(q, 4000, replacement=True, generator=rng)
counts = Counter()
for guess in guesses:
    result = step(torch.stack([p, p]), q[None], guess[None], rng)
    counts["ABC"[result[0]], "accepted" if len(result) == 2 else "replaced"] += 1
{kind: round(count / 4000, 2) for kind, count in sorted(counts.items())}
```

## A picture

The same counts as bars. Each is made of what was accepted and what came as a replacement; the black
lines are p, the dashed ones q.

```python
from grader.notebook import bars

heights = {
    token: {kind: counts[token, kind] / 4000 for kind in ("accepted", "replaced")} for token in "ABC"
}
picture = bars(heights, "Where 4000 tokens came from", up="share")
for at in range(3):
    picture.axes.hlines(p[at], at - 0.45, at + 0.45, color="black")
    picture.axes.hlines(q[at], at - 0.45, at + 0.45, color="grey", linestyle="dashed")
picture.axes.set_ylim(0, 0.8)
picture
```

The bars end at the black lines, whatever the draft does. Had the draft said only what the target
never says, every guess would be rejected and the bars would be all orange, at the same heights: a
bad draft costs time, never quality.

## Traps

**Drawing the replacement from p.** A rejected guess is replaced by what the target wants: what
could be more natural? But then C, which has all it needs from acceptance, gets a fifth of the
rejected 0.4 on top: 0.28 where the target has 0.2. The texts look like the target's, and only
counting tells.

{{trap: resample_from_target}}

**Going on after a rejection.** The next guesses are there, the free token behind them too, and all of
it is paid for. But it was made for a text that has just been changed, p and q alike. While draft and
target mostly agree, this is rare enough to pass for a model's whim.

{{trap: continues_after_rejection}}

**The free token from the wrong row.** When everything is accepted, the pass has also scored the place
after the last guess. That is row G; the loop has ended at row G − 1, and its variables still hold that
one. A test with equal rows sees nothing.

{{trap: bonus_from_wrong_row}}

## What it costs

If each guess is accepted with probability a, a step gives (1 − aᴳ⁺¹)/(1 − a) tokens on average
(equation 1 of the paper): 1 + a + a² + ... . It costs one pass of the target and G of the draft,
each of which here takes a twentieth of the target's time. The lines are measured tokens a step,
divided by that cost; the dots are the formula's.

```python
from grader.notebook import curve


def tokens_a_step(accepted, guesses, steps=500):
    target = torch.tensor([[accepted, 1 - accepted]]).expand(guesses + 1, 2)
    draft = torch.tensor([[1.0, 0.0]]).expand(guesses, 2)
    draft_tokens = torch.zeros(guesses, dtype=torch.long)
    return sum(len(step(target, draft, draft_tokens, rng)) for _ in range(steps)) / steps


numbers, rng = [1, 2, 4, 7, 12], torch.Generator().manual_seed(0)
lines = {
    f"accepted: {a:.0%}": [tokens_a_step(a, G) / (1 + 0.05 * G) for G in numbers]
    for a in (0.9, 0.75, 0.5)
}
title = "A draft that takes 1/20 of the target's time"
picture = curve(lines, numbers, title, "guesses G in a step", "times as fast")
for a in (0.9, 0.75, 0.5):
    exact = [(1 - a ** (G + 1)) / (1 - a) / (1 + 0.05 * G) for G in numbers]
    picture.axes.plot(numbers, exact, "k.", zorder=3)
picture
```

More guesses are not always better: the later ones are seldom reached, and the draft must make them all
the same. The better the draft, the further it pays to guess.
""")
