"""Beam search.

Greedy decoding takes the likeliest token at each step and may walk past a likelier text. Beam
search keeps the best few texts so far, extends each by every token, and keeps the best few again.

Write `beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None)`. `model(tokens)` takes
a LongTensor (B, T) and gives logits (B, T, V); those at position t are for the token after it.
prompt is a LongTensor (T,), T >= 1. The result is a tuple: the best text found, a LongTensor that
begins with the prompt, and its score, a Python float.

- A hypothesis is the prompt and the tokens generated after it. Its score is the sum of the
  log-probabilities (log-softmax of the logits) of its generated tokens; the prompt counts nothing,
  and nothing is divided by the length. It is as exact as the logits' dtype (float32, float64).
- Start with the prompt alone, score 0. A round extends every unfinished hypothesis of the beam by
  each of the V tokens. Of all these and the finished ones the `beam_width` with the highest scores
  are the next beam.
- A hypothesis that generates `eos_id` (kept in the text) is finished: it is never extended, its
  score stays, and it holds its place in the beam for as long as it is among the best. With
  eos_id=None none finishes. An eos_id inside the prompt does not count.
- After `max_new_tokens` rounds, or as soon as all of the beam is finished, return the hypothesis
  with the highest score, finished or not, with nothing after its eos.
- beam_width >= 1; where there are fewer hypotheses than that, keep all. beam_width=1 is greedy
  decoding. max_new_tokens=0 returns the prompt and 0.0 without calling the model.
- A round may feed the model at most `beam_width` rows, in one call or in several; there are at most
  `max_new_tokens` rounds. Every row begins with the prompt. No argument is modified.

Ties between hypotheses are not tested.

Example: beam_width=2, max_new_tokens=2 and tokens 0, 1, 2. At first their probabilities are 0.1,
0.5, 0.4: the beam is [1] and [2]. After 1 they have 0.4, 0.35, 0.25; after 2 they have 0.9, 0.09,
0.01. The best candidates are [2, 0] with 0.4 x 0.9 = 0.36 and [1, 0] with 0.5 x 0.4 = 0.2: the
result is the prompt and [2, 0], score log 0.36 = -1.02. Greedy decoding takes [1, 0], -1.61.
"""

import itertools

import torch
from torch import nn

from grader.words import Draw, Exercise, Model, at_most, grid, noise, prefix_model, same

exercise = Exercise(
    tier="B",
    level=3,
    minutes=30,
    needs=("decoding/greedy",),
    source="Graves 2012, Sequence Transduction with Recurrent Neural Networks, arXiv:1211.3711",
    hints=(
        "Write down what one hypothesis must know of itself: its tokens, its score, whether it is "
        "finished. A round turns a list of those into another.",
        "All unfinished hypotheses have the same length, so one call of the model scores them. "
        "Collect candidates from all of them and the finished ones in one list, and sort that.",
        "From each unfinished one only its beam_width best tokens can matter. A candidate's score "
        "is its parent's plus one log-probability, its tokens are its parent's plus one. A "
        "finished one is a candidate as it is.",
    ),
    ask=(
        (
            "Why do people normalise by length?",
            "Each token adds a negative number, so the sum favours short texts; dividing by the "
            "length, or a power of it, makes lengths comparable.",
        ),
        (
            "Why is beam search rare in chat models?",
            "The likeliest text is often dull and repetitive, sampling reads better, and a beam "
            "costs beam_width times the compute and cache.",
        ),
        (
            "What does a beam mean for a KV cache?",
            "Each round the hypotheses come from other parents, so the rows of the cache must be "
            "reordered by parent, or shared by reference in pages.",
        ),
    ),
)


@exercise.solution
def beam_search(
    model: nn.Module,
    prompt: torch.Tensor,
    beam_width: int,
    max_new_tokens: int,
    eos_id: int | None = None,
) -> tuple[torch.Tensor, float]:
    """prompt (T,) -> (the best hypothesis (T + n,), its total log-probability).

    model: tokens (B, T) -> logits (B, T, V). Finished hypotheses hold their place in the beam.
    """
    beam = [(0.0, prompt, False)]  # score, tokens, finished; the best first
    for _ in range(max_new_tokens):
        candidates = [hypothesis for hypothesis in beam if hypothesis[2]]
        live = [hypothesis for hypothesis in beam if not hypothesis[2]]
        if not live:
            break
        logits = model(torch.stack([tokens for _, tokens, _ in live]))[:, -1]  # (live, V)
        log_probs = logits.log_softmax(dim=-1)  # (live, V)
        # No hypothesis can have more than beam_width children in the next beam.
        values, ids = log_probs.topk(min(beam_width, log_probs.shape[-1]), dim=-1)
        for i, (score, tokens, _) in enumerate(live):
            for value, token in zip(values[i].tolist(), ids[i].tolist(), strict=True):
                longer = torch.cat([tokens, prompt.new_tensor([token])])
                candidates.append((score + value, longer, token == eos_id))
        candidates.sort(key=lambda hypothesis: hypothesis[0], reverse=True)
        beam = candidates[:beam_width]
    score, tokens, _ = beam[0]
    return tokens, score


def problem(table, prompt, width, new, eos=None):
    """A case: logits are those row of `table` that the sum of the tokens so far picks."""
    return {
        "table": table, "prompt": torch.tensor(prompt), "beam_width": width,
        "max_new_tokens": new, "eos_id": eos,
    }  # fmt: skip


@exercise.inputs
def toy_models(draw: Draw) -> dict:
    vocabulary, width, new = draw.size(2, 5), draw.size(1, 4), draw.size(0, 4)
    table = 2 * noise(draw.size(2, 7), vocabulary, seed=draw.seed())
    prompt = draw.whole(draw.size(1, 3), low=0, high=vocabulary - 1).tolist()
    return problem(table, prompt, width, new, draw.choice(None, 0, 1, vocabulary - 1))


@exercise.edges
def models_that_separate() -> list[dict]:
    """Chosen by search so that each mistake shows on several."""
    after_0, after_1, after_2 = [0.1, 0.5, 0.4], [0.4, 0.35, 0.25], [0.9, 0.09, 0.01]
    textbook = torch.tensor([after_0, after_1, after_2], dtype=torch.float64).log()
    found = [
        problem(noise(5, 3, seed=seed), [1, 2], width, new, eos) for seed, width, new, eos in CHOSEN
    ]
    return [
        problem(textbook, [0], 2, 2),
        problem(noise(4, 3, seed=1), [2], 9, 2),
        problem(noise(4, 2, seed=2), [1, 0], 100, 3, 0),
        problem(noise(4, 3, seed=3) + 800, [0, 0], 3, 3, 2),
        problem(noise(7, 20, seed=4), [5, 1], 5, 3, 7),
        problem(noise(7, 3, seed=5).float(), [5, 1], 3, 6),
        problem(noise(3, 4, seed=6), [0], 3, 1, 0),
        problem(noise(3, 1, seed=7), [0, 0], 2, 3),
        *found,
        *(problem(noise(6, v, seed=s), [1, 2], w, n, eos) for s, v, w, n, eos in WIDE),
    ]


#: Seed, width, tokens and eos of models in which finished and unfinished hypotheses overtake
#: each other, so that rules about them show.
CHOSEN = (
    (5, 2, 4, 1), (40, 2, 5, 2), (113, 2, 3, 0), (116, 3, 4, 0), (0, 2, 3, 0), (1, 3, 4, 0),
    (0, 2, 5, 2), (2, 3, 3, 2), (2, 3, 4, 0), (32, 3, 3, 2), (55, 2, 3, 0), (96, 3, 3, 2),
    (104, 3, 4, 0), (1, 2, 3, 0), (7, 3, 3, 2), (3, 2, 3, 0), (20, 2, 5, 2), (52, 2, 4, 2),
    (58, 2, 5, 2), (72, 3, 4, 0), (1, 2, 4, 1), (2, 2, 5, 2),
    (5, 1, 4, None), (19, 1, 3, None), (31, 1, 3, None), (58, 2, 4, None), (138, 2, 5, None),
    (21, 2, 4, None), (39, 2, 5, None), (67, 1, 3, None), (90, 2, 5, None), (21, 1, 4, None),
)  # fmt: skip


#: Seed, vocabulary, width, tokens and eos of models in which each place of a wide beam counts.
WIDE = (
    (2, 4, 4, 5, 0), (11, 5, 4, 4, 1), (12, 5, 5, 4, 1), (48, 5, 5, 4, 1), (2, 4, 6, 4, None),
    (9, 5, 6, 4, 1), (83, 5, 8, 4, 1),
)  # fmt: skip


@exercise.rig
def searched(solution, table, prompt, beam_width, max_new_tokens, eos_id):
    """What a search in a toy model gives; the model lives beside the learner's code."""

    class Toy(nn.Module):
        def forward(self, tokens):
            return table[tokens.cumsum(dim=1) % len(table)]

    tokens, score = solution(Toy().eval(), prompt, beam_width, max_new_tokens, eos_id)
    return {"tokens": tokens, "score": score}


@exercise.scenario
def best_hypothesis(solution, table, prompt, beam_width, max_new_tokens, eos_id) -> dict:
    found = searched(solution, table, prompt, beam_width, max_new_tokens, eos_id)
    score = found.pop("score")
    return {"type of the score": type(score).__name__, **found, "score": rounded(score, table)}


def rounded(score, table):
    """A score in the logits' dtype: it need not be more exact than they are."""
    return torch.as_tensor(score, dtype=table.dtype) if isinstance(score, float) else score


def total(table, text, start):
    """The sum of the log-probabilities of text[start:] in a toy model."""
    log_probs = table.double().log_softmax(-1).tolist()
    states = [state % len(log_probs) for state in itertools.accumulate(text)]
    return sum(log_probs[states[t - 1]][text[t]] for t in range(start, len(text)))


@exercise.law(examples=8)
def the_score_is_that_of_the_returned_tokens(
    solution, table, prompt, beam_width, max_new_tokens, eos_id
):
    """Whoever ranks texts by score must be able to recompute it from the text."""
    tokens, score = solution(Model(prefix_model(table)), prompt, beam_width, max_new_tokens, eos_id)
    want = rounded(float(total(table, tokens.tolist(), len(prompt))), table)
    same(rounded(score, table), want, f"The score of {tokens.tolist()}")


@exercise.law(examples=8)
def width_one_is_greedy_decoding(solution, table, prompt, max_new_tokens, eos_id):
    """With one place in the beam there is nothing to do but to take the likeliest token."""
    tokens = prompt
    for _ in range(max_new_tokens):
        token = prefix_model(table)(tokens[None])[0, -1].argmax()
        tokens = torch.cat([tokens, token[None]])
        if token == eos_id:
            break
    found = searched(solution, table, prompt, 1, max_new_tokens, eos_id)
    same(found["tokens"], tokens, "With beam_width=1")


def small_models() -> list[dict]:
    sizes = [(2, 2, None), (2, 3, 1), (3, 2, 0), (2, 4, 0), (3, 3, 2), (3, 3, None)]
    return [problem(noise(5, v, seed=v + n), [1], 81, n, eos) for v, n, eos in sizes]


@exercise.law(edges=small_models)
def a_beam_that_holds_everything_finds_the_best(solution, table, prompt, max_new_tokens, eos_id):
    """With room for every text nothing is lost on the way, so the search is exhaustive."""
    texts = set()
    for new in itertools.product(range(table.shape[1]), repeat=max_new_tokens):
        end = new.index(eos_id) + 1 if eos_id in new else len(new)
        texts.add((*prompt.tolist(), *new[:end]))
    want = max(texts, key=lambda text: total(table, text, len(prompt)))
    found = searched(solution, table, prompt, 81, max_new_tokens, eos_id)
    same(found["tokens"], torch.tensor(want), "With beam_width=81")


def few_models() -> list[dict]:
    shapes = [(1, 0, None), (3, 0, 1), (1, 3, None), (2, 3, None), (3, 4, 0), (4, 2, 2)]
    return [problem(grid(5, 4, seed=w) + noise(5, 4), [2, 1], w, n, e) for w, n, e in shapes]


@exercise.law(edges=few_models)
def a_round_feeds_at_most_one_row_for_each_place(
    solution, table, prompt, beam_width, max_new_tokens, eos_id
):
    """The width is what beam search costs: each place is one row of the model's batch."""
    model = Model(prefix_model(table))
    solution(model, prompt, beam_width, max_new_tokens, eos_id)
    fed = [tokens for (tokens,) in model.calls]
    rows = sum(len(tokens) for tokens in fed)
    at_most(rows, beam_width * max_new_tokens, "Rows fed to the model in all")
    at_most(max(map(len, fed), default=0), beam_width, "Rows in one call")
    for tokens in fed:
        want = prompt.expand(len(tokens), -1)
        same(tokens[:, : len(prompt)], want, "The beginning of the rows fed to the model")


exercise.mistake(
    "sums_logits",
    "You add up logits; they are not comparable between steps, so take the log-softmax first.",
    swap={"logits.log_softmax(dim=-1)": "logits"},
)
exercise.mistake(
    "sums_probabilities",
    "You add up probabilities; the probability of a text is their product, so add their logarithms.",
    swap={"logits.log_softmax(dim=-1)": "logits.softmax(dim=-1)"},
)
exercise.mistake(
    "keeps_k_per_beam",
    "Each hypothesis keeps its own best child, so one bad parent always stays; rank the children "
    "of all parents together.",
    swap={
        "beam = candidates[:beam_width]": (
            "kept, parents = [], set()\n"
            "        for hypothesis in candidates:\n"
            "            parent = tuple(hypothesis[1][:-1].tolist())\n"
            "            if hypothesis[2] or len(live) == 1 or parent not in parents:\n"
            "                kept.append(hypothesis)\n"
            "                parents.add(parent)\n"
            "        beam = kept[:beam_width]"
        )
    },
)
exercise.mistake(
    "one_place_too_many",
    "Your beam keeps beam_width + 1 hypotheses.",
    swap={
        "min(beam_width, log": "min(beam_width + 1, log",
        "candidates[:beam_width]": "candidates[: beam_width + 1]",
    },
)
exercise.mistake(
    "nothing_is_pruned",
    "You keep every child of every hypothesis; after each round only the beam_width best of all stay.",
    swap={
        "min(beam_width, log_probs.shape[-1])": "log_probs.shape[-1]",
        "candidates[:beam_width]": "candidates",
    },
)
exercise.mistake(
    "drops_finished",
    "A finished hypothesis is lost in the next round; it must compete on with its score.",
    swap={
        "candidates = [hypothesis for hypothesis in beam if hypothesis[2]]": "candidates = []",
        "            break\n": "            return max(beam)[1], max(beam)[0]\n",
    },
)
exercise.mistake(
    "finished_hold_no_place",
    "Finished hypotheses are set aside, so beam_width others go on beside them; they hold places "
    "in the beam.",
    swap={
        "candidates = [hypothesis for hypothesis in beam if hypothesis[2]]": (
            "candidates = []\n        done = [hypothesis for hypothesis in beam if hypothesis[2]]"
        ),
        "beam = candidates[:beam_width]": (
            "beam = sorted(done + candidates[:beam_width], key=lambda h: -h[0])"
        ),
    },
)
exercise.mistake(
    "finished_kept_outside",
    "Whatever generates eos is kept for the end, also where it was never among the best "
    "beam_width; finished hypotheses must hold a place in the beam like the others.",
    swap={
        "min(beam_width, log_probs.shape[-1])": "log_probs.shape[-1]",
        "candidates = [hypothesis for hypothesis in beam if hypothesis[2]]": "candidates = []",
        "beam = candidates[:beam_width]": (
            "done = [h for h in beam + candidates if h[2]]\n"
            "        beam = done + [h for h in candidates if not h[2]][:beam_width]\n"
            "        beam.sort(key=lambda h: h[0], reverse=True)"
        ),
    },
)
exercise.mistake(
    "extends_past_eos",
    "You go on extending hypotheses that have generated eos_id; they are finished.",
    swap={"token == eos_id": "False"},
)
exercise.mistake(
    "stops_at_first_eos",
    "You stop as soon as one hypothesis is finished; unfinished ones in the beam may still be "
    "better.",
    swap={
        "candidates.sort(key=lambda hypothesis: hypothesis[0], reverse=True)": (
            "candidates.sort(key=lambda hypothesis: hypothesis[0], reverse=True)\n"
            "        for score, tokens, finished in candidates[:beam_width]:\n"
            "            if finished:\n"
            "                return tokens, score"
        )
    },
)
exercise.mistake(
    "stops_when_one_is_finished",
    "You stop the search as soon as the beam holds a finished hypothesis; the unfinished ones go on "
    "until max_new_tokens.",
    swap={"if not live:": "if candidates or not live:"},
)
exercise.mistake(
    "prefers_finished",
    "You return the best finished hypothesis though an unfinished one has a higher score; at the "
    "end all of the beam compete.",
    swap={"score, tokens, _ = beam[0]": "score, tokens, _ = max(beam, key=lambda h: (h[2], h[0]))"},
)
exercise.mistake(
    "wrong_backpointer",
    "A new token is joined to the tokens of another parent than the one whose score it continues.",
    swap={"torch.cat([tokens,": "torch.cat([live[0][1],"},
)
exercise.mistake(
    "length_normalised",
    "You rank by the score divided by the length; here the total counts.",
    swap={
        "key=lambda hypothesis: hypothesis[0],": (
            "key=lambda hypothesis: hypothesis[0] / (len(hypothesis[1]) - len(prompt)),"
        )
    },
)
exercise.mistake(
    "returns_the_mean",
    "The score you return is divided by the number of tokens; it must be the sum.",
    swap={"return tokens, score": "return tokens, score / max(1, len(tokens) - len(prompt))"},
)
exercise.mistake(
    "prompt_logprob_included",
    "Your score counts the prompt's tokens too; only generated ones count.",
    swap={
        "live]))[:, -1]": (
            "live]))\n"
            "        if len(live[0][1]) == len(prompt):\n"
            "            first = logits[0, :-1].log_softmax(dim=-1).gather(-1, prompt[1:, None])\n"
            "            live = [(float(first.sum()), prompt, False)]\n"
            "        logits = logits[:, -1]"
        )
    },
)
exercise.mistake(
    "drops_eos",
    "The eos is missing at the end of a finished text; it is one of its tokens.",
    swap={
        "return tokens, score": (
            "ended = len(tokens) > len(prompt) and tokens[-1] == eos_id\n"
            "    return (tokens[:-1] if ended else tokens), score"
        )
    },
)
exercise.mistake(
    "fills_after_eos",
    "You fill a finished text up to full length; nothing comes after its eos.",
    swap={
        "return tokens, score": (
            "short = len(prompt) + max_new_tokens - len(tokens)\n"
            "    return torch.cat([tokens, prompt.new_full((short,), eos_id or 0)]), score"
        )
    },
)
exercise.mistake(
    "acts_greedily",
    "Your beam finds what greedy decoding finds, as if it had one place: its places must hold "
    "different hypotheses.",
    swap={"beam = candidates[:beam_width]": "beam = candidates[:1]"},
)
exercise.mistake(
    "eos_zero_ignored",
    "With eos_id=0 nothing finishes: 0 is false in Python, so compare with None.",
    swap={"token == eos_id": "bool(eos_id) and token == eos_id"},
)
exercise.mistake(
    "uses_first_position",
    "You read the logits at the first position; the next token's are at the last.",
    swap={"[:, -1]": "[:, 0]"},
)
exercise.mistake(
    "without_the_prompt",
    "You return the generated tokens alone; the text begins with the prompt.",
    swap={"return tokens, score": "return tokens[len(prompt) :], score"},
)
exercise.mistake(
    "one_too_few",
    "You stop one round early; there are max_new_tokens rounds.",
    swap={"range(max_new_tokens)": "range(max_new_tokens - 1)"},
)
exercise.mistake(
    "one_too_many",
    "You make one round too many; there are max_new_tokens.",
    swap={"range(max_new_tokens)": "range(max_new_tokens + 1)"},
)
exercise.mistake(
    "returns_the_last_of_the_beam",
    "You return the last hypothesis of the beam; the one with the highest score is asked for.",
    swap={"beam[0]": "beam[-1]"},
)
exercise.mistake(
    "score_of_the_last_token_alone",
    "A hypothesis keeps only the log-probability of its last token; add it to its parent's score.",
    swap={"(score + value, longer": "(value, longer"},
)
exercise.mistake(
    "eos_adds_nothing",
    "The eos adds nothing to your score; it is a generated token, and its log-probability counts.",
    swap={"(score + value, longer": "(score + (0.0 if token == eos_id else value), longer"},
)
exercise.mistake(
    "eos_in_prompt_finishes",
    "You take a prompt that holds eos_id for finished; only a generated eos_id counts.",
    swap={"[(0.0, prompt, False)]": "[(0.0, prompt, eos_id in prompt.tolist())]"},
)
exercise.mistake(
    "eos_at_the_prompts_end_finishes",
    "You take a prompt that ends in eos_id for finished; only a generated eos_id counts.",
    swap={"[(0.0, prompt, False)]": "[(0.0, prompt, bool(prompt[-1] == eos_id))]"},
)

exercise.walkthrough(r"""
## Where it comes from

Greedy decoding never looks back. If the likeliest first token leads to a place from which everything is
unlikely, the text as a whole is unlikely, and a better one with a slightly worse beginning is not seen.
To see it for certain one would have to look at all Vⁿ texts. Beam search looks at a few more than one:
it keeps the best `beam_width` beginnings, extends each by every token, and keeps the best `beam_width`
again.

The idea is older than neural networks. Harpy, a speech recogniser of 1976, understood a thousand words
on the computers of its day because it kept only the partial sentences near the best one. Graves
(algorithm 1 of his paper) uses it for a network whose next label depends on all labels before, so that
no two beginnings can ever be merged and nothing better than pruning is to be had. Neural translation
took it over.

Scores are sums of logarithms, since the product of a hundred probabilities is easily too small for a
float32.

## By hand

Tokens *end* (0), *a* (1) and *b* (2); the model looks at the last token only. `beam_width=2`, three
rounds, `eos_id=0`, and the prompt is one *end*, which ends nothing.

| after | end | a | b |
|---|---|---|---|
| the prompt | 0.24 | 0.4 | 0.36 |
| a | 0.25 | 0.4 | 0.35 |
| b | 0.9 | 0.05 | 0.05 |

| round | candidates with their probability, best first | the beam |
|---|---|---|
| 1 | a 0.4, b 0.36, end 0.24 | a, b |
| 2 | **b end** 0.324, a a 0.16, a b 0.14, a end 0.1, two of 0.018 | b end, a a |
| 3 | **b end** 0.324, a a a 0.064, a a b 0.056, a a end 0.04 | b end, a a a |

In round 3 *b end* is finished and yet a candidate: it is not extended, keeps its probability and its
place, and one place is left for the others. It wins with log 0.324 = −1.127. Greedy decoding, which is
a beam of width 1, takes *a* three times, with log 0.064 = −2.749.

```python
import torch

from grader.notebook import reference

search = reference("decoding/beam")
chances = torch.tensor([[0.24, 0.4, 0.36], [0.25, 0.4, 0.35], [0.9, 0.05, 0.05]])


def model(tokens):
    return chances[tokens].log()


{width: search(model, torch.tensor([0]), width, 3, eos_id=0) for width in (1, 2, 3)}
```

## A picture

Each line is a text on its way, with its score after each round. Scores only fall, and a finished text
keeps its own: the model can no longer hurt it.

```python
from grader.notebook import curve

lines = {
    "end": torch.tensor([1, 0.24, 0.24, 0.24]).log(),
    "b end": torch.tensor([1, 0.36, 0.36 * 0.9, 0.36 * 0.9]).log(),
    "a b end": torch.tensor([1, 0.4, 0.4 * 0.35, 0.4 * 0.35 * 0.9]).log(),
    "a a a": torch.tensor([1, 0.4, 0.4**2, 0.4**3]).log(),
}
picture = curve(lines, range(4), "Four texts", "round", "score")
picture.axes.set_xticks(range(4))
picture
```

After round 1 the greedy text *a a a* leads, and after round 3 it is last. A beam of two is enough to
keep *b* in sight until its good end shows.

How wide is wide enough? Random models with four tokens and texts of five: 1024 texts in all, few enough
to find the best by looking at each. How often does the beam find it? "Sure" models have logits four
times as far apart as "unsure" ones.

```python
torch.set_num_threads(1)  # with tensors so small, threads would only wait for each other
tails = torch.cartesian_prod(*[torch.arange(4)] * 5)
every = torch.nn.functional.pad(tails, (1, 0))  # all texts of five tokens after the prompt 0
widths = [1, 2, 3, 4, 6, 8]


def found(spread, seed):
    logits = spread * torch.randn(31, 4, generator=torch.Generator().manual_seed(seed))
    table = logits.log_softmax(dim=1)

    def model(tokens):
        return table[(tokens + 1).cumsum(dim=1) % 31]

    best = model(every)[:, :-1].gather(2, every[:, 1:, None]).sum(dim=(1, 2)).max().item()
    return [search(model, torch.tensor([0]), width, 5)[1] > best - 1e-4 for width in widths]


shares = {
    name: torch.tensor([found(spread, seed) for seed in range(40)]).double().mean(dim=0)
    for name, spread in (("sure models", 2.0), ("unsure models", 0.5))
}
title = "How often beam search finds the best of 1024 texts"
picture = curve(shares, widths, title, "beam width", "share of 40 models")
picture.axes.set_ylim(0, 1.05)
picture
```

A model that is sure of itself is easier to search, even greedily. Where the best text begins with a
token that is only third best, two places are too few; and unless everything is kept, no width proves
that nothing better was missed.

## Traps

**Losing what is finished.** Candidates are made by extending the beam, and a finished hypothesis has no
extension, so it falls out of the list without a line of code that says so. With `eos_id=None` nothing
ever shows.

{{trap: drops_finished}}

**Stopping at the first end.** The first hypothesis to finish is often the best, and short examples
never tell otherwise. But it may be the worst of the beam, with rivals far ahead that have more to say.

{{trap: stops_at_first_eos}}

**Adding up logits.** For one hypothesis they rank its children rightly, and with `beam_width=1` the
tokens are even those of greedy decoding. But logits are known up to a constant only, which differs from
parent to parent; the log-softmax takes it out.

{{trap: sums_logits}}

## What it costs

A round feeds the model up to `beam_width` rows instead of one, so a width of 5 costs five times the
compute of greedy decoding, and five caches. Looking at everything would take Vⁿ: for V = 50 000 and
four tokens, 6 · 10¹⁸ texts. A beam of 5 feeds 20 rows at most.

What is bought for it is a likelier text. For translation that is a better one, up to a point; for a
story or a chat it is not. People do not write the likeliest thing, and texts found by wide searches
tend to be dull.
""")
