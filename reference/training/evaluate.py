"""Loss and perplexity on held-out data.

A number that tells how good a model is must not depend on how the data was cut into batches, and
taking it must leave no trace in the training that goes on afterwards.

Write `evaluate(model, batches, ignore_index=-100)`.

- batches is a list of pairs (inputs, targets), LongTensors (B, T) each; B, T and the number of
  tokens that count may differ from pair to pair. `model(inputs)` gives logits (B, T, V); targets
  belong to the logits at the same place (they are already shifted). A token whose target is
  `ignore_index` does not count. The loss of a token is its cross-entropy.
- Return `{"loss": float, "perplexity": float, "tokens": int}`: the mean loss over all tokens that
  count, of all batches together; exp(loss); and how many such tokens there are.
- Where exp(loss) is too large for a Python float (a loss above about 709.78), perplexity is inf.
- When no token counts at all, return nan, nan and 0. A batch may have none, and so may the list
  be empty.
- Every call of the model is made in evaluation mode, of all its submodules, and with autograd
  switched off, so that no graph is built.
- Afterwards the model and every submodule are back in the mode each of them had: some may have been
  in evaluation mode already, or in another mode than the model. So too when the model raises; its
  exception then goes on to the caller.
- Parameters, their `.grad` and `requires_grad`, the batches, and whether autograd was on are as
  they were.
- The loss stays finite for large logits (1e4).

Example: batch 1 has one token with loss 2, batch 2 has three with losses 1, 1 and 0. Then tokens is
4, loss (2 + 1 + 1 + 0) / 4 = 1 and perplexity e = 2.718. The mean of the two batch means, 1.333,
would be wrong.

Everything in torch may be used, `F.cross_entropy` too. Not allowed here: nothing in particular.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from grader.words import Draw, Exercise, grid, holds, noise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=12,
    needs=("training/cross_entropy",),
    source="Jelinek et al. 1977, Perplexity: a measure of the difficulty of speech recognition "
    "tasks, J. Acoust. Soc. Am. 62",
    hints=(
        "What must be added up over the batches, so that one division at the end gives the mean "
        "over tokens?",
        "Add up summed losses and token counts. Remember the mode of each module before you change "
        "it; what runs whether or not something is raised?",
        "List all modules with their modes, then switch to evaluation. In a try block, without "
        "gradients, add up the batches; in its finally block give each module its mode back. "
        "Divide and exponentiate once, at the end.",
    ),
    ask=(
        (
            "Why compare bits per byte rather than perplexity?",
            "Perplexity is per token, and another tokeniser cuts the text into other tokens; the "
            "bytes of a text are the same for all models: sum of losses / ln 2 / bytes.",
        ),
        (
            "How big must the evaluation set be?",
            "The mean's standard error is the losses' deviation over the root of their number "
            "(of documents rather, as tokens of one document depend on each other); it must be "
            "well below the difference to be seen.",
        ),
    ),
)


@exercise.solution
def evaluate(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    ignore_index: int = -100,
) -> dict[str, float | int]:
    """Mean loss over all counting tokens, its perplexity, and how many tokens there are.

    batches: (inputs (B, T), targets (B, T)) pairs; model(inputs) -> logits (B, T, V).
    """
    modes = [(module, module.training) for module in model.modules()]
    total, tokens = 0.0, 0
    try:
        model.eval()
        with torch.no_grad():
            for inputs, targets in batches:
                logits = model(inputs).flatten(0, 1)  # (B * T, V)
                labels = targets.flatten()  # (B * T,)
                losses = F.cross_entropy(logits, labels, ignore_index=ignore_index, reduction="sum")
                total += losses.item()
                tokens += int((labels != ignore_index).sum())
    finally:
        # One by one: model.train(...) would put all submodules into one and the same mode.
        for module, training in modes:
            module.training = training
    if tokens == 0:
        return {"loss": math.nan, "perplexity": math.nan, "tokens": 0}
    loss = total / tokens
    perplexity = torch.tensor(loss, dtype=torch.float64).exp().item()  # inf where it overflows
    return {"loss": loss, "perplexity": perplexity, "tokens": tokens}


IN, WIDTH, OUT = 6, 3, 4  # tokens that can be read, features, tokens that can be predicted


def weights(seed, scale=1.0):
    """A model's weights: whole numbers for seed 0, else noise."""
    make = grid if seed == 0 else noise
    shapes = {"embed": (IN, WIDTH), "out": (OUT, WIDTH)}
    drawn = {name: make(*shape, seed=seed + i) for i, (name, shape) in enumerate(shapes.items())}
    return {name: scale * value / 2 for name, value in drawn.items()}


def token_batches(sizes, ignore_index=-100, seed=0):
    """One pair for each (B, T, how many targets count), the counting ones in random places."""
    dice, pairs = torch.Generator().manual_seed(seed), []
    for b, t, live in sizes:
        inputs = torch.randint(IN, (b, t), generator=dice)
        classes = torch.tensor([c for c in range(OUT) if c != ignore_index])
        targets = classes[torch.randint(len(classes), (b * t,), generator=dice)]
        targets[torch.randperm(b * t, generator=dice)[live:]] = ignore_index
        pairs.append((inputs, targets.reshape(b, t)))
    return pairs


#: In training mode or not: the model, its embedding, its dropout, a block, a layer in the block.
MODES = (
    (True,) * 5,
    (False,) * 5,
    (True, True, False, True, True),
    (False, True, True, False, True),
)


@exercise.inputs
def models_and_batches(draw: Draw) -> dict:
    ignore_index = draw.choice(-100, 0, 2, -1, 99)
    shapes = [(draw.size(1, 2), draw.size(1, 4)) for _ in range(draw.size(1, 3))]
    sizes = [(b, t, draw.size(0, b * t)) for b, t in shapes]
    return {
        "batches": token_batches(sizes, ignore_index, draw.seed()),
        "options": {} if ignore_index == -100 else {"ignore_index": ignore_index},
        "seed": draw.size(0, 3),
        "modes": draw.choice(*MODES),
    }


def case(*sizes, **changed):
    """A case by hand, with a model in training mode."""
    ignore_index = changed.get("options", {}).get("ignore_index", -100)
    usual = {"options": {}, "seed": 0, "modes": MODES[0]}
    return {"batches": token_batches(sizes, ignore_index), **usual, **changed}


@exercise.edges
def batches_that_separate() -> list[dict]:
    """Unequal counts, ignored tokens, batches without any, losses at both ends."""
    unequal = (1, 1, 1), (1, 3, 3)
    cases = [case((1, 1, 1)), case((2, 3, 6)), case((1, 3, 2)), case((2, 2, 3), seed=1)]
    cases += [case(*unequal), case(*unequal, seed=1), case((2, 2, 4), (1, 2, 2), (2, 4, 8), seed=2)]
    cases += [case((1, 2, 2), (1, 2, 2)), case((1, 4, 3), (1, 4, 1)), case((1, 2, 0), (1, 3, 2))]
    cases += [case((1, 3, 2), (2, 2, 1), options={"ignore_index": i}) for i in (0, 3, -1, 99)]
    cases += [case((1, 1, 0)), case((1, 2, 0), (2, 2, 0)), case((2, 3, 0), seed=1, modes=MODES[2])]
    cases += [case((1, 3, 3), (1, 2, 2), seed=1, scale=s) for s in (0.0, 8.0, 25.0, 300.0, 5000.0)]
    cases += [case((1, 3, 3), seed=1, scale=40.0)]  # a loss of 701.2: exp is large, but no inf
    cases += [case((1, 3, 3), seed=2, scale=s) for s in (300.0, 1000.0)]
    cases += [case()]
    return [*cases, case((2, 3, 5), seed=1, single=True)]


@exercise.rig
def run(solution, weights, batches, options, modes, single=False, fails_at=None, autograd=True):
    """A model with submodules in modes of their own and gradients laid on its parameters; all that
    can be seen of one evaluation. fails_at: the call, counted from 0, in which the model raises.
    """
    calls = []
    dtype = torch.float32 if single else torch.float64

    class DropsFirst(nn.Module):
        """A dropout without chance: in training mode it always drops the first feature."""

        def forward(self, x):
            keep = torch.ones(x.shape[-1], dtype=x.dtype)
            keep[0] = 0.0 if self.training else 1.0
            return 1.5 * x * keep if self.training else x

    class Tiny(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding.from_pretrained(weights["embed"].to(dtype), freeze=False)
            self.drop = DropsFirst()
            self.block = nn.Sequential(nn.Identity())
            self.out = nn.Parameter(weights["out"].to(dtype))
            self.frozen = nn.Parameter(torch.ones(2, dtype=dtype), requires_grad=False)

        def forward(self, inputs):
            called = ["train" if m.training else "eval" for m in self.modules()]
            calls.append({"modes": called, "autograd": "on" if torch.is_grad_enabled() else "off"})
            if len(calls) - 1 == fails_at:
                raise RuntimeError("this model fails")
            return self.block(self.drop(self.embed(inputs))) @ self.out.T

    model = Tiny()
    for module, training in zip(model.modules(), modes, strict=True):
        module.training = training
    model.out.grad = torch.full_like(model.out, 5.0)
    result, raised = None, "nothing"
    with torch.set_grad_enabled(autograd):
        try:
            result = solution(model, batches, **options)
        except RuntimeError as error:
            if fails_at is None:
                raise
            raised = str(error)
        autograd_after = "on" if torch.is_grad_enabled() else "off"
    return {
        "result": result,
        "raised": raised,
        "calls": calls,
        "modes": ["train" if m.training else "eval" for m in model.modules()],
        "autograd": autograd_after,
        "parameters": [p.detach() for p in model.parameters()],
        "gradients": [p.grad for p in model.parameters()],
        "requires_grad": ["yes" if p.requires_grad else "no" for p in model.parameters()],
        "batches": batches,
    }


def evaluated(solution, batches, options, seed, modes, scale=1.0, **more):
    """What `run` shows, on the weights that a seed gives."""
    return run(solution, weights(seed, scale), batches, options, modes, **more)


@exercise.scenario
def loss_perplexity_and_tokens(solution, single=False, **case) -> dict:
    result = evaluated(solution, single=single, **case)["result"]
    if not isinstance(result, dict):
        return {"result": result}
    if not single:
        perplexity = result.get("perplexity")
        finite = isinstance(perplexity, float) and 0 < perplexity < math.inf
        # Its logarithm too: huge perplexities such as exp(100) and exp(200) must not look the same.
        return {
            "result": result,
            "ln of perplexity": math.log(perplexity) if finite else perplexity,
        }
    floats = {k: torch.tensor(v) if isinstance(v, float) else v for k, v in result.items()}
    return {"result": floats}  # float32, to be compared with its tolerance


@exercise.law(examples=6)
def every_call_is_made_in_evaluation_mode(solution, batches, options, seed, modes):
    """Dropout would make the loss random and too high, so it has to be off everywhere."""
    calls = evaluated(solution, batches, options, seed, modes)["calls"]
    seen = [call["modes"] for call in calls]
    same(seen, [["eval"] * 5 for _ in calls], "Modes of the model and its submodules, call by call")


@exercise.law(examples=6)
def no_graph_is_built(solution, batches, options, seed, modes):
    """A graph keeps every activation of every batch in memory."""
    calls = evaluated(solution, batches, options, seed, modes)["calls"]
    seen = [call["autograd"] for call in calls]
    same(seen, ["off" for _ in calls], "Autograd in the calls of the model")


def modes_that_separate() -> list[dict]:
    sizes = ([(1, 2, 2)], [(2, 2, 3), (1, 3, 1)], [(1, 1, 1), (1, 2, 2), (2, 1, 2)])
    return [case(*batches, modes=modes) for modes in MODES for batches in sizes]


@exercise.law(edges=modes_that_separate)
def every_submodule_gets_its_mode_back(solution, batches, options, seed, modes):
    """Training goes on after an evaluation, with dropout; and what was frozen stays frozen."""
    seen = evaluated(solution, batches, options, seed, modes)["modes"]
    want = ["train" if training else "eval" for training in modes]
    same(seen, want, "Modes of the model, embedding, dropout, block and its layer: they")


@exercise.law(edges=modes_that_separate)
def the_modes_come_back_when_the_model_raises(solution, batches, options, seed, modes):
    """One bad batch in an evaluation must not turn dropout off for the rest of the training."""
    well = evaluated(solution, batches, options, seed, modes)
    fails = evaluated(solution, batches, options, seed, modes, fails_at=len(batches) - 1)
    same(fails["raised"], "this model fails", "What the caller sees of the model's exception")
    want = ["train" if training else "eval" for training in modes]
    got = {"when all goes well": well["modes"], "when the model raises": fails["modes"]}
    same(got, dict.fromkeys(got, want), "Modes of the model and its submodules")


@exercise.law(examples=4)
def autograd_is_left_as_it_was(solution, batches, options, seed, modes):
    """Who has switched autograd off must not find it on, nor the other way round."""
    for before in (True, False):
        for fails_at in (None, 0):
            more = {"autograd": before, "fails_at": fails_at}
            seen = evaluated(solution, batches, options, seed, modes, **more)["autograd"]
            same(seen, "on" if before else "off", "Autograd after the evaluation")


def some_ignored() -> list[dict]:
    """Batches with ignored targets, so that whoever overwrites these is seen."""
    sizes = [(1, 3, 2), (2, 2, 1)]
    others = [case(*sizes, options={"ignore_index": i}) for i in (0, -1, 99)]
    return [case((1, 2, 2)), case(*sizes), case(*sizes, modes=MODES[2]), *others]


@exercise.law(edges=some_ignored)
def model_and_batches_are_left_as_they_were(solution, batches, options, seed, modes):
    """An evaluation between two micro-batches must not touch the gradients added up so far."""
    start, seen = weights(seed), evaluated(solution, batches, options, seed, modes)
    parameters = [start["out"], torch.ones(2).double(), start["embed"]]
    same(seen["parameters"], parameters, "The parameters afterwards")
    gradients = [torch.full_like(start["out"], 5.0), None, None]
    same(seen["gradients"], gradients, "The gradients afterwards")
    same(seen["requires_grad"], ["yes", "no", "yes"], "Afterwards requires_grad")
    same(seen["batches"], batches, "The batches afterwards")


def one_batch(draw: Draw) -> dict:
    rows, tokens = draw.size(2, 4), draw.size(1, 4)
    live = draw.size(1, rows * tokens)
    batch = token_batches([(rows, tokens, live)], -100, draw.seed())[0]
    return {"batch": batch, "seed": draw.size(0, 3)}


@exercise.law(inputs=one_batch, examples=6)
def any_split_into_batches_gives_the_same_result(solution, batch, seed, dice):
    """The batch size depends on the memory at hand; how good a model is does not."""
    inputs, targets = batch
    cut = dice.randrange(1, len(inputs))
    parts = [(inputs[:cut], targets[:cut]), (inputs[cut:], targets[cut:])]
    whole = evaluated(solution, [batch], {}, seed, MODES[0])["result"]
    split = evaluated(solution, parts, {}, seed, MODES[0])["result"]
    same(split, whole, f"With {len(inputs)} rows cut after row {cut}")


@exercise.law(inputs=one_batch, examples=3)
def a_model_that_knows_nothing_has_perplexity_v(solution, batch, seed):
    """Perplexity is the number of tokens among which the model hesitates: all V of them here."""
    found = evaluated(solution, [batch], {}, seed, MODES[0], scale=0.0)["result"]["perplexity"]
    right = math.isclose(found, OUT, rel_tol=1e-9)
    holds(right, f"With equal logits it is {found}, not {OUT}.", got=found)


exercise.mistake(
    "mean_of_batch_means",
    "You take the mean of the batches' means, so tokens in short batches weigh more. Add up losses "
    "and tokens, and divide once.",
    swap={
        "total += losses.item()": (
            "total += losses.item() / max(int((labels != ignore_index).sum()), 1)"
        ),
        "loss = total / tokens": "loss = total / len(batches)",
    },
)
exercise.mistake(
    "mean_of_perplexities",
    "You take the mean of the batches' perplexities; exponentiate the mean loss, once.",
    swap={
        "total, tokens = 0.0, 0": "total, tokens, parts = 0.0, 0, []",
        "total += losses.item()": (
            "n = int((labels != ignore_index).sum())\n"
            "                mean = losses.item() / max(n, 1)\n"
            "                parts += [math.exp(mean) if mean < 709 else math.inf] * (n > 0)\n"
            "                total += losses.item()"
        ),
        "torch.tensor(loss, dtype=torch.float64).exp().item()": "sum(parts) / len(parts)",
    },
)
exercise.mistake(
    "mean_of_counting_batch_means",
    "You take the mean of the batches' means, those without a token left out, so tokens in short "
    "batches weigh more. Add up losses and tokens, and divide once.",
    swap={
        "total += losses.item()": (
            "total += losses.item() / max(int((labels != ignore_index).sum()), 1)"
        ),
        "loss = total / tokens": (
            "loss = total / sum(bool((y != ignore_index).any()) for _, y in batches)"
        ),
    },
)
exercise.mistake(
    "mean_of_token_perplexities",
    "You take the mean of exp(loss) over the tokens; exponentiate the mean loss, once.",
    swap={
        "total, tokens = 0.0, 0": "total, tokens, parts = 0.0, 0, 0.0",
        "total += losses.item()": (
            "alone = F.cross_entropy(\n"
            "                    logits, labels, ignore_index=ignore_index, reduction='none'\n"
            "                )\n"
            "                parts += alone[labels != ignore_index].double().exp().sum().item()\n"
            "                total += losses.item()"
        ),
        "torch.tensor(loss, dtype=torch.float64).exp().item()": "parts / tokens",
    },
)
exercise.mistake(
    "sum_not_mean",
    "You return the sum of the losses; divide it by the number of tokens that count.",
    swap={"loss = total / tokens": "loss = total"},
)
exercise.mistake(
    "ignored_counted",
    "You count ignored tokens too; only targets other than ignore_index count.",
    swap={"int((labels != ignore_index).sum())": "labels.numel()"},
)
exercise.mistake(
    "perplexity_of_base_two",
    "You raise 2 to the loss; the loss is in natural logarithms, so perplexity is e to the loss.",
    swap={
        "torch.tensor(loss, dtype=torch.float64).exp().item()": "2.0**loss if loss < 1023 else math.inf"
    },
)
exercise.mistake(
    "overflow_not_caught",
    "math.exp raises OverflowError for a loss above 709; perplexity is inf there.",
    swap={"torch.tensor(loss, dtype=torch.float64).exp().item()": "math.exp(loss)"},
)
exercise.mistake(
    "zero_without_tokens",
    "Without a token there is no mean: loss and perplexity are nan, not 0 and 1.",
    swap={'"loss": math.nan, "perplexity": math.nan': '"loss": 0.0, "perplexity": 1.0'},
)
exercise.mistake(
    "divides_by_zero_tokens",
    "Without a token you divide by zero; return nan, nan and 0.",
    swap={"if tokens == 0:": "if False:"},
)
exercise.mistake(
    "not_in_eval_mode",
    "The model, or a part of it such as its dropout, is not in evaluation mode when you call it; "
    "call model.eval(), which reaches every submodule.",
    swap={"        model.eval()\n": ""},
)
exercise.mistake(
    "grad_enabled",
    "A graph is built for every batch; work under torch.no_grad().",
    swap={"torch.no_grad()": "torch.enable_grad()"},
)
exercise.mistake(
    "eval_left_on",
    "The model stays in evaluation mode, so training goes on without dropout; put the modes back.",
    swap={"module.training = training": "pass"},
)
exercise.mistake(
    "mode_forced_to_train",
    "You call model.train() at the end, whatever the modes were; put each module's own mode back.",
    swap={"module.training = training": "module.training = True"},
)
exercise.mistake(
    "mode_of_the_model_for_all",
    "You give every submodule the mode of the model; put each module's own mode back.",
    swap={"module.training = training": "module.training = modes[0][1]"},
)
exercise.mistake(
    "modes_lost_when_it_raises",
    "When the model raises, the modes are not put back; do that in a finally block.",
    swap={"    finally:\n": "    except ZeroDivisionError:\n        pass\n    else:\n"},
)

exercise.walkthrough(r"""
## Where it comes from

How hard is a task for a speech recogniser? The size of the vocabulary does not say, nor does the number of
words that may follow: if one of a thousand is nearly certain, the choice is easy. Jelinek and others proposed
in 1977 to count equivalent choice: the number of equally likely words among which one would hesitate as much.
That is the exponential of the entropy, and they called it perplexity. Today one does not measure a task with
it but a model, on text that it has not been trained on: e to the mean loss per token. A model that knows
nothing has as many as there are tokens in the vocabulary, a perfect one has 1.

Such a number must depend on the model and the text alone. Two things creep in: how the text was cut into
batches, because means of batches are easily averaged, and the state of training, since dropout makes every
answer a random one. The other way round, an evaluation in the middle of a training run must leave nothing
behind: no gradient, no graph, no module in another mode than before.

## By hand

The simplest model is a table of logits with a row for each token that is read; `nn.Embedding` is just that.
With one row it always gives the same probabilities, here 1/4, 1/4 and 1/2. So token 2 costs ln 2, and the
others cost ln 4 = 2 ln 2.

| batch | targets | sum of the losses | tokens | mean |
|---|---|---|---|---|
| 0 | 2 | 1 ln 2 | 1 | 1 ln 2 |
| 1 | 0, 1, 0 | 6 ln 2 | 3 | 2 ln 2 |
| both | | 7 ln 2 | 4 | 7/4 ln 2 = 1.2130 |

The perplexity is 2 to the 7/4, or 3.364. The mean of the two means would be 3/2 ln 2, with a perplexity of
2.828, and another one for every other way of cutting.

```python
import torch
from torch import nn

from grader.notebook import reference

evaluate = reference("training/evaluate")


def batch(*targets):
    return torch.zeros(1, len(targets), dtype=torch.long), torch.tensor([targets])


model = nn.Embedding.from_pretrained(torch.tensor([[1.0, 1.0, 2.0]]).log())
evaluate(model, [batch(2), batch(0, 1, 0)])
```

## A picture

A model that guesses the better the more it has read: the right token, always token 0 of ten, is ahead by
ln t at the t-th position of a text. (Its table is read by position.) Thirty texts of 1 to 30 tokens in random
order are padded and cut into batches of different sizes.

```python
from grader.notebook import curve

torch.manual_seed(0)
ahead = torch.zeros(30, 10)
ahead[:, 0] = torch.arange(1.0, 31).log()
model, positions = nn.Embedding.from_pretrained(ahead), torch.arange(30).repeat(30, 1)
targets = torch.where(positions > torch.randperm(30)[:, None], -100, 0)
sizes = [1, 2, 3, 5, 6, 10, 15, 30]
cuts = [list(zip(positions.split(size), targets.split(size))) for size in sizes]
together = [evaluate(model, cut)["loss"] for cut in cuts]
means = [sum(evaluate(model, [one])["loss"] for one in cut) / len(cut) for cut in cuts]
lines = {"all batches together": together, "mean of the batches": means}
curve(lines, sizes, "One model, one set of texts", "texts in a batch", "loss")
```

Short texts cost more per token, since there is less to go by. Alone in its batch, a short text has as much
say as a long one, and the mean of the batches is too high. With all texts in one batch both agree.

## Traps

**The mean of the means.** With batches of equal size it is right, and all batches but the last often are of
equal size. So the number is a little wrong, and changes a little with the batch size.

{{trap: mean_of_batch_means}}

**The mean of the perplexities.** A mean of exponentials is never below the exponential of the mean, and one
hard batch can make it much larger. On batches that are alike the two are close.

{{trap: mean_of_perplexities}}

**Back to training, whatever it was.** `model.train()` at the end is right if everything was in training mode
before. A part that had been frozen in evaluation mode is not frozen any more, and a model that is being
served starts to drop out.

{{trap: mode_forced_to_train}}

## How many tokens it takes

A mean over n tokens is uncertain by their standard deviation divided by √n. The losses below differ from
token to token by about 2, as those of a real model may. Each point is the spread of fifty evaluations, on n
other tokens each time.

```python
torch.manual_seed(0)
model = nn.Embedding.from_pretrained(2 * torch.randn(5000, 50))


def spread(n):
    targets = torch.zeros(1, n, dtype=torch.long)
    drawn = [torch.randint(5000, (1, n)) for _ in range(50)]
    return torch.tensor([evaluate(model, [(x, targets)])["loss"] for x in drawn]).std().item()


counts = [16, 64, 256, 1024]
lines = {"measured": [spread(n) for n in counts], "2 / √n": [2 / n**0.5 for n in counts]}
curve(lines, counts, "How much a loss differs by chance", "tokens", "spread", log=True)
```

Half the spread takes four times the tokens. To know this loss to within 0.01, at two standard deviations,
takes (2 · 2 / 0.01)² = 160,000 tokens. Two models on the same text can be told apart with fewer, since their
losses rise and fall together.
""")
