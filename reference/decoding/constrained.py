"""Constrained generation.

Make a language model write only what a rule permits: JSON, a date, a move in a game. In each step
the rule says which tokens may come next, and the best of these is taken, however much the model
would like another.

Write `constrained_generate(model, prompt, allowed, max_new_tokens, eos_id)`.

- `prompt` is a LongTensor (T,), T >= 1. `model(tokens)` takes a LongTensor (1, L) and returns
  logits (1, L, V) of any float dtype; those at the last position speak of the next token.
- `allowed(generated)` takes the list of the NEW tokens so far (ints; at first an empty list), not
  the prompt, and returns the set of ids that may come next.
- Each new token is, of the ids in that set, the one with the largest logit; among equal logits the
  lowest id. Logits may be negative, large or -inf: a permitted id is chosen even where its logit
  is -inf, if there is none better in the set. They may differ by as little as their dtype allows.
- Stop after appending `eos_id`, after max_new_tokens tokens, or when the set is empty. eos_id is a
  token like any other: it is chosen only when the set holds it. Inside the prompt it ends nothing.
- The result is a LongTensor (T + n,): the prompt and the n new tokens. n may be 0.
- The model is called once for each new token (also where the set leaves no choice), with the whole
  running sequence, and so is `allowed`. When a set is empty this takes one call of `allowed` more,
  and at most one of the model. `max_new_tokens=0` calls nothing.
- The set belongs to the caller: do not change it. The list belongs to `allowed`, which may keep it:
  do not change a list after handing it over, and hand over a list of its own each time.
- The prompt is not modified. The model comes in eval mode, is called in it and stays in it.

Example: prompt [7], logits [0.5, -1, -2, 3] in every step, eos_id 0. `allowed` returns {1, 2} for
[], {0, 2} for [1], and nothing else is asked: token 3 is best but not permitted, so 1 is chosen,
then 0, which ends it. The result is [7, 1, 0].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R. Likewise `allowed` returns number (sum + length of its list) mod S of
the S `sets`.
"""

import torch

from grader.words import Draw, Exercise, Function, Model, at_most, grid, holds, noise, same

exercise = Exercise(
    tier="C",
    level=3,
    minutes=20,
    needs=("decoding/greedy",),
    source="Willard and Louf 2023, Efficient Guided Generation for Large Language Models, "
    "arXiv:2307.09702",
    hints=(
        "Write greedy decoding for one row first, with a list of the new tokens.",
        "Compare permitted ids only with each other; then no number has to stand for the "
        "forbidden ones.",
        "In each round hand a copy of the list to `allowed`, leave the loop if the set is empty, "
        "pick the best logit among the sorted permitted ids, append it, and leave if it is eos_id.",
    ),
    ask=(
        (
            "How does greedy masking differ from sampling of the true conditional distribution?",
            "Masking renormalises step by step and does not see that a likely beginning may force "
            "an unlikely end; the model's distribution given that the whole text is permitted "
            "weighs beginnings by the chance that they can be finished.",
        ),
        (
            "How do you turn JSON Schema into `allowed`?",
            "Compile it to a grammar, run an automaton over characters, and for each state of it "
            "store which tokens, spelled out, keep it alive; then a step is a table look-up.",
        ),
    ),
)


@exercise.solution
def constrained_generate(
    model: torch.nn.Module, prompt: torch.Tensor, allowed, max_new_tokens: int, eos_id: int
) -> torch.Tensor:
    """prompt (T,) -> (T + n,): n <= max_new_tokens tokens, each the best that `allowed` permits.

    allowed(list of the new tokens so far) -> set of ids; stops after eos_id or at an empty set.
    """
    generated: list[int] = []
    while len(generated) < max_new_tokens:
        permitted = sorted(allowed(list(generated)))  # a copy goes out, the set stays as it is
        if not permitted:
            break
        tokens = torch.cat([prompt, prompt.new_tensor(generated)])  # (T + n,)
        with torch.no_grad():
            logits = model(tokens[None])[0, -1]  # (V,)
        # Only permitted logits take part, so that even -inf can win; argmax takes the first.
        best = permitted[int(logits[permitted].argmax())]
        generated.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, prompt.new_tensor(generated)])


@exercise.rig
def run(solution, table, prompt, sets, max_new_tokens, eos_id):
    """All that can be seen of one call. The model's logits depend on all tokens so far and their
    number; the rule permits the n-th set for the n-th token, in a circle moved on by the tokens.
    """
    given, modes, lists, then = [], [], [], []

    class Toy(torch.nn.Module):
        def forward(self, tokens):
            given.append(tokens.clone())
            modes.append(self.training)
            return table[(tokens + 1).cumsum(dim=1) % len(table)]

    def allowed(generated):
        lists.append(generated)
        then.append(list(generated))
        return sets[(len(generated) + sum(generated)) % len(sets)]

    before = [set(permitted) for permitted in sets]
    model = Toy().eval()
    result = solution(
        model=model,
        prompt=prompt,
        allowed=allowed,
        max_new_tokens=max_new_tokens,
        eos_id=eos_id,
    )
    return {
        "result": result,
        "model": given,
        "in training": sum(modes),
        "training later": model.training,
        "lists": then,
        "lists later": [list(generated) for generated in lists],
        "types of lists": sorted({type(generated).__name__ for generated in lists}),
        "sets": before,
        "sets later": sets,
    }


@exercise.inputs
def tables_and_sets(draw: Draw) -> dict:
    vocabulary, states = draw.size(3, 6), draw.size(2, 5)
    styles = ("whole", "ties", "normal")
    table = draw.floats(states, vocabulary, styles=styles, dtype=draw.dtype())
    chosen = draw.booleans(draw.size(1, 4), vocabulary, share=draw.choice(0.5, 0.3, 0.8))
    return {
        "table": table - draw.choice(0, 4),  # half of the time all are negative
        "prompt": draw.whole(draw.size(1, 4), high=vocabulary - 1),
        "sets": [set(row.nonzero().flatten().tolist()) for row in chosen],
        "max_new_tokens": draw.size(0, 5),
        "eos_id": draw.choice(0, 1, vocabulary - 1),
    }


def case(table, prompt, sets, max_new_tokens, eos_id) -> dict:
    return {
        "table": torch.as_tensor(table),
        "prompt": torch.as_tensor(prompt),
        "sets": sets,
        "max_new_tokens": max_new_tokens,
        "eos_id": eos_id,
    }


def fine_tables() -> list[torch.Tensor]:
    """Logits that a comparison of probabilities, or one from -1e9 up, mistakes."""
    order = torch.tensor([[0, 1, 2], [2, 0, 1], [1, 2, 0]]).double()
    halves = [(1e-3 + 1e-4 * order).to(half) for half in (torch.bfloat16, torch.half)]
    return [-1e30 * (1 + order), *halves]


@exercise.edges
def sets_that_separate() -> list[dict]:
    inf, any3 = torch.inf, {0, 1, 2}
    least = [[-inf, 1.0, -inf, 0.0], [-inf, -inf, 2.0, -inf], [3.0, -inf, -inf, -inf]]
    flat = torch.zeros(2, 40).double()
    halves = (torch.bfloat16, torch.half)
    return [
        case([[0.5, -1.0, -2.0, 3.0]], [3], [{1, 2}, {3}, {0, 2}], 4, 0),
        case([[-1.0, -2.0, -3.0]], [1], [{1, 2}], 2, 0),
        case([[-5.0, -4.0, -3.0], [-1.0, -9.0, -8.0]], [0, 1], [{0, 1}, {2, 1}], 3, 0),
        # A permitted id whose logit is minus infinity, alone and among its equals.
        *(case(least, [a], [{2, 3}, {0, 3}, {0, 2}], 4, 1) for a in (0, 1, 2)),
        *(case([[-inf, 1.0, -inf, 2.0]], [a], [ids], 2, 1) for a in (0, 1) for ids in ({2}, {0})),
        *(
            case([[0.0, 1.0, -inf, -inf]], [0], [ids], n, 1)
            for n in (1, 3)
            for ids in ({3}, {2, 3})
        ),
        # Equal logits, in sets that do not walk in order of their ids.
        *(case(flat, [0], [{a, b}], 2, 0) for a, b in ((8, 1), (16, 3), (24, 2), (32, 7))),
        # Nothing permitted: at once, and later; the end permitted or best but not permitted.
        *(case(grid(3, 4, seed=s), [1, 2], [set(), {1}], 3, 0) for s in range(2)),
        *(case(grid(3, 4, seed=s), [1, s], [{1, 2, 3}, {2, 3}, set()], 6, 0) for s in range(4)),
        *(case(grid(3, 3, seed=s), [0, 2, 0], [{1, 2}, {1}, any3], 6, 0) for s in range(4)),
        *(case([[9.0, 1.0, 2.0]], [0] * s, [{1, 2}], 3, 0) for s in (1, 2)),
        *(case(1e3 * grid(4, 3, seed=2).to(dtype), [2], [{0, 2}, {1}], 4, 1) for dtype in halves),
        case([[1.0, 1.0001, 2.0], [0.5, 0.5001, -3.0]], [0], [{0, 1}], 3, 2),
        *(case(table, [2], [{0, 1, 2}, {1, 2}], 4, 9) for table in fine_tables()),
        *(case(grid(4, 3, seed=a), [1, a], [{0, 1, 2}, {1, 2}], 4, a) for a in (0, 1, 2)),
        case(noise(997, 5), torch.arange(1100) % 5, [{0, 1, 3}, {2, 4}], 3, 4),
        case(noise(11, 7), [3], [{0, 1, 3}, {2, 4, 6}], 24, 5),
    ]


@exercise.scenario
def decoded(solution, table, prompt, sets, max_new_tokens, eos_id):
    return run(solution, table, prompt, sets, max_new_tokens, eos_id)["result"]


def steps(new, sets, max_new_tokens, eos_id) -> int:
    """How often `allowed` is asked for these new tokens: once more where nothing is permitted."""
    if len(new) == max_new_tokens or new[-1:] == [eos_id]:
        return len(new)
    return len(new) + 1


@exercise.law(examples=16)
def allowed_gets_the_new_tokens_once_a_step(solution, table, prompt, sets, max_new_tokens, eos_id):
    """A rule is written for the answer alone and may be slow: one call a token, on its list."""
    seen = run(solution, table, prompt, sets, max_new_tokens, eos_id)
    new = seen["result"][len(prompt) :].tolist()
    wanted = [new[:n] for n in range(steps(new, sets, max_new_tokens, eos_id))]
    same(seen["lists"], wanted, "The lists given to `allowed`")
    same(seen["types of lists"], ["list"] if wanted else [], "The types of what it was given")


@exercise.law(examples=16)
def a_list_once_handed_over_is_not_changed(solution, table, prompt, sets, max_new_tokens, eos_id):
    """`allowed` may keep its argument, say as the state of a search; it must not grow later."""
    seen = run(solution, table, prompt, sets, max_new_tokens, eos_id)
    same(seen["lists later"], seen["lists"], "The lists given to `allowed`, looked at afterwards")


@exercise.law(examples=16)
def the_sets_stay_as_they_are(solution, table, prompt, sets, max_new_tokens, eos_id):
    """A rule may return the same set again and again; whoever changes it changes the rule."""
    seen = run(solution, table, prompt, sets, max_new_tokens, eos_id)
    same(seen["sets later"], seen["sets"], "The sets that `allowed` returned, looked at afterwards")


@exercise.law(examples=16)
def the_model_gets_the_running_sequence(solution, table, prompt, sets, max_new_tokens, eos_id):
    """One call a token, on a batch of one row: the prompt and the new tokens so far."""
    seen = run(solution, table, prompt, sets, max_new_tokens, eos_id)
    row = seen["result"].tolist()
    new = row[len(prompt) :]
    limit = steps(new, sets, max_new_tokens, eos_id)
    at_most(len(seen["model"]), limit, f"Model calls for {len(new)} new tokens")
    wanted = [
        torch.tensor([row[: len(prompt) + n]]) for n in range(max(len(new), len(seen["model"])))
    ]
    same(seen["model"], wanted, "What the model was given")
    same(seen["in training"], 0, "The number of calls in training mode")
    holds(not seen["training later"], "The model was left in training mode.")


@exercise.law(examples=8)
def with_everything_permitted_it_is_greedy(solution, table, prompt, max_new_tokens, eos_id):
    """A rule that forbids nothing must change nothing."""
    everything = set(range(table.shape[1]))

    def logits(tokens):
        return table[(tokens + 1).cumsum(dim=1) % len(table)]

    allowed = Function(lambda _: everything)
    new = solution(Model(logits), prompt, allowed, max_new_tokens, eos_id)[len(prompt) :].tolist()
    greedy = []
    while len(greedy) < max_new_tokens and eos_id not in greedy:
        row = torch.tensor([prompt.tolist() + greedy])
        last = logits(row)[0, -1].tolist()
        greedy.append(last.index(max(last)))
    same(new, greedy, "The new tokens with everything permitted")


exercise.mistake(
    "mask_multiplies",
    "You multiply the logits by a mask, so a forbidden 0 beats a permitted negative logit; compare "
    "permitted logits only.",
    swap={
        "permitted[int(logits[permitted].argmax())]": (
            "int((logits.nan_to_num() * torch.zeros_like(logits).index_fill(0, "
            "torch.tensor(permitted), 1)).argmax())"
        )
    },
)
exercise.mistake(
    "mask_with_minus_infinity",
    "You hide forbidden logits with minus infinity; where the permitted ones are minus infinity "
    "too, a forbidden id wins. Compare permitted logits only.",
    swap={
        "permitted[int(logits[permitted].argmax())]": (
            "int(torch.full_like(logits, -torch.inf).index_copy(0, torch.tensor(permitted), "
            "logits[permitted]).argmax())"
        )
    },
)
exercise.mistake(
    "mask_with_a_finite_number",
    "You hide forbidden logits with a finite number, which beats a permitted minus infinity. "
    "Compare permitted logits only.",
    swap={
        "permitted[int(logits[permitted].argmax())]": (
            "int(torch.full_like(logits.double(), -1e9).index_copy(0, torch.tensor(permitted), "
            "logits[permitted].double()).argmax())"
        )
    },
)
exercise.mistake(
    "filters_after_argmax",
    "You take the best of all ids and stop when it is not permitted; take the best permitted one.",
    swap={
        "best = permitted[int(logits[permitted].argmax())]": (
            "best = int(logits.argmax())\n        if best not in permitted:\n            break"
        )
    },
)
exercise.mistake(
    "no_constraint",
    "You take the best of all ids, permitted or not.",
    swap={"permitted[int(logits[permitted].argmax())]": "int(logits.argmax())"},
)
exercise.mistake(
    "eos_always_allowed",
    "You let eos_id be chosen when it is not in the set.",
    swap={
        "if not permitted:\n            break": (
            "if not permitted:\n            break\n        permitted = sorted({*permitted, eos_id})"
        )
    },
)
exercise.mistake(
    "passes_full_sequence",
    "You give `allowed` the prompt too; it takes the new tokens only.",
    swap={"allowed(list(generated))": "allowed(prompt.tolist() + generated)"},
)
exercise.mistake(
    "empty_set_picks_token0",
    "Nothing is permitted and you write token 0; stop there.",
    swap={"if not permitted:\n            break": "permitted = permitted or [0]"},
)
exercise.mistake(
    "empty_set_picks_the_best",
    "Nothing is permitted and you write the best of all ids; stop there.",
    swap={
        "if not permitted:\n            break": (
            "permitted = permitted or list(range(model(prompt[None]).shape[-1]))"
        )
    },
)
exercise.mistake(
    "empty_set_writes_eos",
    "Nothing is permitted and you write eos_id; it is not permitted either, so stop there.",
    swap={"if not permitted:\n            break": "permitted = permitted or [eos_id]"},
)
exercise.mistake(
    "drops_eos",
    "You stop before eos_id is appended; it belongs to the result.",
    swap={
        "generated.append(best)\n        if best == eos_id:\n            break": (
            "if best == eos_id:\n            break\n        generated.append(best)"
        )
    },
)
exercise.mistake(
    "goes_on_after_eos",
    "You go on after eos_id; it ends the text.",
    swap={"if best == eos_id:\n            break": ""},
)
exercise.mistake(
    "highest_id_on_ties",
    "Among equal logits you choose the highest id; the lowest is asked for.",
    swap={"sorted(allowed(list(generated)))": "sorted(allowed(list(generated)), reverse=True)"},
)
exercise.mistake(
    "set_order_on_ties",
    "Among equal logits you choose what the set happens to give first; a set has no order. The "
    "lowest id is asked for.",
    swap={"sorted(allowed(list(generated)))": "list(allowed(list(generated)))"},
)
exercise.mistake(
    "same_list_every_time",
    "You hand over one list and append to it later, so whoever kept it sees it grow; hand over a "
    "copy.",
    swap={"allowed(list(generated))": "allowed(generated)"},
)
exercise.mistake(
    "uses_first_position",
    "You read the logits of the first position; the next token's are at the last one.",
    swap={"model(tokens[None])[0, -1]": "model(tokens[None])[0, 0]"},
)
exercise.mistake(
    "empties_the_set",
    "You take ids out of the set that `allowed` returned; it is the caller's.",
    swap={
        "permitted = sorted(allowed(list(generated)))": (
            "ids, permitted = allowed(list(generated)), []\n        while ids:\n"
            "            permitted = sorted([*permitted, ids.pop()])"
        )
    },
)
exercise.mistake(
    "lowest_if_the_best_is_not_permitted",
    "Where the best of all ids is not permitted you take any permitted one; take the best of them.",
    swap={
        "best = permitted[int(logits[permitted].argmax())]": (
            "best = int(logits.argmax())\n        best = best if best in permitted else permitted[0]"
        )
    },
)
exercise.mistake(
    "eos_zero_ignored",
    "You test eos_id for truth, so eos_id=0 ends nothing; 0 is an id like any other.",
    swap={"if best == eos_id:": "if eos_id and best == eos_id:"},
)
exercise.mistake(
    "eos_in_prompt_ends",
    "You look for eos_id in the prompt; only one that you append ends the text.",
    swap={
        "generated: list[int] = []": (
            "generated: list[int] = []\n    if eos_id in prompt.tolist():\n        return prompt"
        )
    },
)

exercise.walkthrough(r"""
## Where it comes from

A program asks a model for JSON and gets "Sure, here is the JSON you asked for:". Prompts that beg for
the format help most of the time, and a program has to work all of the time. But the model does not
write; the decoder does, a token at a time, and nothing obliges it to take a token that would break the
format. If a rule can say, for what is written so far, which tokens may come next, then the best of
*these* is taken, and whatever comes out keeps to the format.

Willard and Louf do this for regular expressions, and fast: a finite automaton reads the text, and
which tokens keep it alive depends on its state alone, so that can be worked out before the first
token is written. (For grammars the automaton gets a stack.) The loop of this exercise does not care
how the rule knows: it is a function from the new tokens to a set of ids.

## By hand

Five words: 0 *end*, 1 *red*, 2 *dark*, 3 *blue*, 4 *green*. Permitted answers are *red* and *dark
blue*. The model looks at the last word only, and likes green; its probabilities:

| after | end | red | dark | blue | green | permitted | taken |
|---|---|---|---|---|---|---|---|
| the prompt | 0 | 0.3 | 0.32 | 0 | 0.38 | red, dark | **dark** |
| dark | 0 | 0 | 0 | 0.02 | 0.98 | blue | **blue** |
| red or blue | 1 | 0 | 0 | 0 | 0 | end | **end** |

In the second line there is nothing to choose, and *blue* comes although the model gives it 0.02. The
rule sees one step and not the whole way: *red* and the end have 0.3 together, *dark blue* and the end
0.0064, almost fifty times less, and this is taken for its better beginning. The format is always kept;
whether the answer is still what the model meant is another matter.

```python
import torch

from grader.notebook import reference

generate = reference("decoding/constrained")
words = ["end", "red", "dark", "blue", "green"]
chances = torch.eye(5)[0].repeat(5, 1)  # the end is certain, but in two lines
chances[0] = torch.tensor([0, 0.3, 0.32, 0, 0.38])  # the prompt is an end, too
chances[2] = torch.tensor([0, 0, 0, 0.02, 0.98])
rule = {(): {1, 2}, (1,): {0}, (2,): {3}, (2, 3): {0}}

prompt = torch.tensor([0])
found = generate(lambda t: chances[t].log(), prompt, lambda new: rule[tuple(new)], 9, eos_id=0)
[words[token] for token in found.tolist()]
```

## A picture

A model with random logits over digits and a hyphen must write a date of 2024. Each column is a step,
and the numbers are the model's probabilities; crosses mark what the rule forbids there, and the frame
is what was taken.

```python
from grader.notebook import show

signs = [*"0123456789-", "end"]
dates = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
beginnings = {date[:length] for date in dates for length in range(1, 11)}


def a_date(new):
    text = "".join(signs[token] for token in new)
    return {id for id, sign in enumerate(signs) if text + sign in beginnings} or {11}


def model(tokens):
    return table[(tokens + 1).cumsum(dim=1) % 97]


table = 1.5 * torch.randn(97, 12, generator=torch.Generator().manual_seed(1))
found = generate(model, torch.tensor([11]), a_date, 20, eos_id=11)
new = found[1:].tolist()
written = "".join(signs[token] for token in new[:-1])
picture = show(model(found[None])[0, :-1].softmax(dim=1).T, written, signs, "step")
cross = {"marker": "x", "color": "tab:red", "linewidths": 0.7, "s": 330}
frame = {"marker": "s", "facecolors": "none", "edgecolors": "black", "linewidths": 2, "s": 330}
for step, taken in enumerate(new):
    forbidden = sorted(set(range(12)) - a_date(new[:step]))
    picture.axes.scatter([step] * len(forbidden), forbidden, **cross)
    picture.axes.scatter(step, taken, **frame)
picture
```

In steps 1, 3, 5, 7 and 8 the model's favourite is crossed out, and the best of the rest is taken even
where it has 0.01. In step 5 the model would end the text with 0.7; the rule says that a month follows.

## Traps

**Multiplying by a mask.** A mask of zeros and ones removes forbidden *probabilities*, so why not
logits? Because a logit of 0 is larger than a negative one. On a model whose best logits are positive
this works every time.

{{trap: mask_multiplies}}

**Checking afterwards.** The best token of all is taken, and the text ends if it is not permitted. A
model that knows the format well passes: its best token is a permitted one, most of the time, and the
constraint is there for the other times.

{{trap: filters_after_argmax}}

**Handing over the list itself.** The rule gets the list that the loop goes on appending to. A rule that
looks at it and answers never notices. One that stores it, for instance in the table of states it has
seen, finds all its states equal.

{{trap: same_list_every_time}}

## What it costs

A rule that tries every token of the vocabulary takes the longer the larger that is, in every step, and
perhaps longer than the model. But its answer depends on where it is in the format, and on nothing else.
So the answers can be worked out once for every such state, and a step is then one look into a table.
Here a vocabulary of random tokens, one to three signs each, is asked what may begin a date.

```python
import random

from grader.notebook import curve, seconds


def permitted(vocabulary, text):
    return {id for id, token in enumerate(vocabulary) if text + token in beginnings}


dice = random.Random(0)
sizes, trying, looking = [250, 1000, 4000, 16_000, 64_000], [], []
for size in sizes:
    vocabulary = ["".join(dice.choices("0123-abc", k=dice.randint(1, 3))) for _ in range(size)]
    trying.append(1e6 * seconds(permitted, vocabulary, ""))
    table_of_states = {"": permitted(vocabulary, "")}
    looking.append(1e6 * seconds(table_of_states.get, ""))
lines = {"trying every token": trying, "looking up the state": looking}
title = "What may come first? Measured here"
curve(lines, sizes, title, "tokens in the vocabulary", "microseconds", log=True)
```

The upper line grows with the vocabulary, and the lower one does not grow at all.
""")
