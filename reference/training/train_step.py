"""One training step on several micro-batches.

A batch that does not fit into memory is fed in pieces, the micro-batches, whose gradients are added
up before ONE update. Done right, nobody can tell from the weights how the batch was cut.

Write `train_step(model, optimizer, batches, max_norm=None, ignore_index=-100)`.

- batches is a list of pairs (inputs, targets), LongTensors (B, T) each; B, T and the number of
  tokens that count may differ from pair to pair. `model(inputs)` gives logits (B, T, V); targets
  belong to the logits at the same place (they are already shifted).
- A token whose target is `ignore_index` does not count. The loss of a token is its cross-entropy.
- Make one update, with one `optimizer.step()`, whose gradient is that of the mean loss over ALL
  counting tokens of all micro-batches together. So every such token weighs the same, whichever
  micro-batch it is in, and a micro-batch may have none.
- Gradients from earlier calls, or left there by others, must not leak in, whichever parameter
  group of the optimizer they belong to.
- With max_norm, the whole gradient, all micro-batches together, is clipped to this norm before the
  update, as in training/clip_grad.
- Call the model once for each micro-batch (you may leave out one in which no token counts), in
  training mode, whatever mode it comes in. The mode it is left in is up to you.
- Return the mean loss as a float: over all counting tokens, with the weights from before the
  update, not affected by clipping.
- When no token at all counts, return 0.0 and make no update: no `optimizer.step()`.
- The loss stays finite for large logits (1e4). The batches are not modified.

Example: micro-batch 1 has one token with loss 2, micro-batch 2 has three with losses 1, 1 and 0.
The mean over tokens is (2 + 1 + 1 + 0) / 4 = 1, and this is returned; the mean of the two means
would be (2 + 0.667) / 2 = 1.333, and is wrong.

Everything in torch may be used: `F.cross_entropy` and `torch.nn.utils.clip_grad_norm_` too. Not
allowed here: nothing in particular.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from grader.words import Draw, Exercise, at_most, grid, holds, noise, same, skip

exercise = Exercise(
    tier="A",
    level=3,
    minutes=25,
    needs=("training/cross_entropy", "training/clip_grad"),
    source="Ott et al. 2018, Scaling Neural Machine Translation, arXiv:1806.00187",
    hints=(
        "By what must the loss of one token be divided, so that all tokens weigh the same? When do "
        "you know that number?",
        "Gradients of backward add up by themselves. A sum of losses over the tokens of one "
        "micro-batch, divided by the number of tokens in all of them, adds up to the mean.",
        "Count first, over all targets. Return if there are none. Then training mode, old "
        "gradients away, a summed loss divided by the count and backward for each micro-batch; "
        "after the loop clip, step, and return the sum of the losses.",
    ),
    ask=(
        (
            "Where does the all-reduce go with several devices?",
            "After the last micro-batch only (no_sync before it): gradients add up locally first, "
            "and clipping comes after the all-reduce.",
        ),
        (
            "What happens to the token count over ranks?",
            "It is summed over all ranks too, before the backward pass. DDP averages gradients, so "
            "multiply by the number of ranks and divide by the global count.",
        ),
        (
            "Where does a GradScaler fit in?",
            "Scale each loss before backward, unscale once after the last one, then clip, then "
            "scaler.step(optimizer) and scaler.update().",
        ),
    ),
)


@exercise.solution
def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    max_norm: float | None = None,
    ignore_index: int = -100,
) -> float:
    """One update on the mean loss over all counting tokens of all micro-batches.

    batches: (inputs (B, T), targets (B, T)) pairs; model(inputs) -> logits (B, T, V).
    Returns the mean loss from before the update; 0.0, without an update, if no token counts.
    """
    # Every token is to weigh the same, so the divisor must be known before the first backward.
    count = sum(int((targets != ignore_index).sum()) for _, targets in batches)
    if count == 0:
        return 0.0
    model.train()
    optimizer.zero_grad()
    mean = 0.0
    for inputs, targets in batches:
        logits = model(inputs).flatten(0, 1)  # (B * T, V)
        labels = targets.flatten()  # (B * T,)
        loss = F.cross_entropy(logits, labels, ignore_index=ignore_index, reduction="sum") / count
        loss.backward()  # adds to the gradients of the micro-batches before
        mean += loss.item()
    if max_norm is not None:
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return mean


IN, WIDTH, OUT = 6, 3, 4  # tokens that can be read, features, tokens that can be predicted


def weights(seed, scale=1.0):
    """A model's weights: whole numbers for seed 0, else noise."""
    make = grid if seed == 0 else noise
    shapes = {"embed": (IN, WIDTH), "out": (OUT, WIDTH), "bias": (OUT,)}
    drawn = {name: make(*shape, seed=seed + i) for i, (name, shape) in enumerate(shapes.items())}
    return {name: scale * value / 2 for name, value in drawn.items()}


def micro_batches(sizes, ignore_index=-100, seed=0):
    """One pair for each (B, T, how many targets count), the counting ones in random places."""
    dice, pairs = torch.Generator().manual_seed(seed), []
    for b, t, live in sizes:
        inputs = torch.randint(IN, (b, t), generator=dice)
        classes = [c for c in range(OUT) if c != ignore_index]
        picked = torch.randint(len(classes), (b * t,), generator=dice)
        targets = torch.tensor(classes)[picked]
        targets[torch.randperm(b * t, generator=dice)[live:]] = ignore_index
        pairs.append((inputs, targets.reshape(b, t)))
    return pairs


@exercise.inputs
def one_or_two_steps(draw: Draw) -> dict:
    ignore_index = draw.choice(-100, 0, 2, -1, 99)
    steps = []
    for _ in range(draw.size(1, 2)):
        shapes = [(draw.size(1, 2), draw.size(1, 4)) for _ in range(draw.size(1, 3))]
        sizes = [(b, t, draw.size(0, b * t)) for b, t in shapes]
        steps.append(micro_batches(sizes, ignore_index, draw.seed()))
    return {
        "steps": steps,
        "options": {} if ignore_index == -100 else {"ignore_index": ignore_index},
        "seed": draw.size(0, 3),
        "optimizer": draw.choice("SGD", "AdamW"),
        "training": draw.flag(),
        "stale": draw.flag(),
    }


def case(*sizes, steps=1, **changed):
    """A case by hand: plain SGD on a model in training mode without old gradients."""
    ignore_index = changed.get("options", {}).get("ignore_index", -100)
    drawn = [micro_batches(sizes, ignore_index, seed) for seed in range(steps)]
    usual = {"options": {}, "seed": 0, "optimizer": "SGD", "training": True, "stale": False}
    return {"steps": drawn, **usual, **changed}


UNEQUAL = (1, 1, 1), (1, 3, 3)


@exercise.edges
def steps_that_separate() -> list[dict]:
    """Unequal counts, ignored tokens, old gradients, modes, clipping, nothing to learn from."""
    cases = [case((1, 1, 1)), case((1, 3, 2)), case((2, 2, 3), seed=1)]
    cases += [case(*UNEQUAL), case(*UNEQUAL, seed=1), case((2, 2, 4), (1, 2, 2), (2, 4, 8), seed=2)]
    cases += [case((1, 2, 2), (1, 2, 2)), case((1, 4, 3), (1, 4, 1)), case((1, 2, 0), (1, 3, 2))]
    cases += [
        case(*UNEQUAL, steps=2, seed=s, optimizer=o) for s in (0, 1) for o in ("SGD", "AdamW")
    ]
    cases += [case(*sizes, stale=True) for sizes in ([(1, 1, 1)], [(1, 3, 2)], UNEQUAL)]
    cases += [case(*sizes, training=False) for sizes in ([(1, 2, 2)], [(2, 2, 3)], UNEQUAL)]
    for i in (0, 3, -1, 99):
        cases += [case((1, 3, 2), (2, 2, 1), options={"ignore_index": i})]
    for limit in (0.0625, 1.0, 100.0):
        cases += [case(*UNEQUAL, seed=1, options={"max_norm": limit})]
        cases += [case((1, 4, 2), (1, 2, 1), stale=True, steps=2, options={"max_norm": limit})]
    cases += [case((1, 2, 0), optimizer="AdamW"), case((1, 1, 0), (2, 2, 0), stale=True)]
    cases += [case((2, 3, 0), seed=1, training=False)]
    large = case((1, 3, 2), (1, 2, 2), seed=1)
    return [*cases, large | {"scale": 200.0}, large | {"single": True, "stale": True}]


@exercise.rig
def train(solution, weights, steps, options, optimizer, training, stale, single=False, lr=0.5):
    """A small model with a layer that works in training mode only and a parameter that is not
    used; one call of the solution for each item of `steps`, and all that can be seen of it.
    """
    calls, updates = [], []

    class DropsFirst(nn.Module):
        """A dropout without chance: in training mode it always drops the first feature."""

        def forward(self, x):
            keep = torch.ones(x.shape[-1], dtype=x.dtype)
            keep[0] = 0.0 if self.training else 1.0
            return 1.5 * x * keep if self.training else x

    class Tiny(nn.Module):
        def __init__(self):
            super().__init__()
            dtype = torch.float32 if single else torch.float64
            self.embed = nn.Parameter(weights["embed"].to(dtype))
            self.drop = DropsFirst()
            self.out = nn.Parameter(weights["out"].to(dtype))
            self.bias = nn.Parameter(weights["bias"].to(dtype))
            self.unused = nn.Parameter(torch.ones(2, dtype=dtype))

        def forward(self, inputs):
            modes = ["train" if m.training else "eval" for m in self.modules()]
            calls.append((inputs.tolist(), "after the update" if updates else "before", modes))
            return self.drop(self.embed[inputs]) @ self.out.T + self.bias

    base = getattr(torch.optim, optimizer)

    class Counted(base):
        def step(self, closure=None):
            with torch.no_grad():
                result = base.step.__wrapped__(self, closure)
            named = model.named_parameters()
            updates.append(
                {n: torch.zeros_like(p) if p.grad is None else p.grad.clone() for n, p in named}
            )
            return result

    model = Tiny().train(training)
    first, *others = model.parameters()
    groups = [{"params": [first]}, {"params": others}]  # as with decay for some of them only
    counted = Counted(groups, lr=lr, weight_decay=0.0)
    if stale:
        for p in model.parameters():
            p.grad = torch.full_like(p, 5.0)
    seen = []
    for batches in steps:
        calls.clear(), updates.clear()
        loss = solution(model, counted, batches, **options)
        a_float = isinstance(loss, (int, float)) and not isinstance(loss, bool)
        precise = torch.float32 if single or options.get("max_norm") else torch.float64
        seen.append(
            {
                "type of the loss": "float" if a_float else type(loss).__name__,
                "loss": torch.as_tensor(loss, dtype=precise).detach(),
                "optimizer steps": len(updates),
                "gradient at the step": {
                    n: g.to(precise) for n, g in (updates or [{}])[-1].items()
                },
                "parameters": {n: p.detach().to(precise) for n, p in model.named_parameters()},
                "calls": list(calls),
                "batches": batches,
            }
        )
    return seen


def played(solution, steps, seed, scale=1.0, **settings):
    """What `train` shows of each call, on the weights that a seed gives."""
    return train(solution, weights(seed, scale), steps, **settings)


SHOWN = ("type of the loss", "loss", "optimizer steps", "gradient at the step", "parameters")


@exercise.scenario
def what_each_call_does(solution, **case) -> dict:
    seen = played(solution, **case)
    return {f"call {n}": {name: call[name] for name in SHOWN} for n, call in enumerate(seen, 1)}


@exercise.law(examples=5)
def the_model_is_in_training_mode(solution, steps, options, seed, optimizer, training, stale):
    """Dropout must be at work, in every part of the model, also after an evaluation."""
    settings = {"options": options, "optimizer": optimizer, "training": False, "stale": stale}
    modes = [
        modes for call in played(solution, steps, seed, **settings) for _, _, modes in call["calls"]
    ]
    right = ["train", "train"]
    same(
        modes, [right for _ in modes], "The modes of the model and its dropout in each call, modes"
    )


@exercise.law(examples=8)
def the_model_is_called_once_for_each_micro_batch(
    solution, steps, options, seed, optimizer, training, stale
):
    """A second call costs a second forward pass, and with dropout it sees another network."""
    ignore_index = options.get("ignore_index", -100)
    if not all((y != ignore_index).any() for batches in steps for _, y in batches):
        skip()
    settings = {"options": options, "optimizer": optimizer, "training": training, "stale": stale}
    for batches, call in zip(steps, played(solution, steps, seed, **settings), strict=True):
        got = sorted((inputs, when) for inputs, when, _ in call["calls"])
        want = sorted((inputs.tolist(), "before") for inputs, _ in batches)
        same(got, want, "What the model was called with, and when")


@exercise.law(examples=4)
def the_batches_are_not_modified(solution, steps, options, seed, optimizer, training, stale):
    """They may be used again, for the next epoch or another model."""
    settings = {"options": options, "optimizer": optimizer, "training": training, "stale": stale}
    seen = played(solution, steps, seed, **settings)
    same([call["batches"] for call in seen], steps, "The batches afterwards")


def one_batch(draw: Draw) -> dict:
    rows, tokens = draw.size(2, 4), draw.size(1, 4)
    live = draw.size(1, rows * tokens)
    return {
        "batch": micro_batches([(rows, tokens, live)], -100, draw.seed())[0],
        "seed": draw.size(0, 3),
    }


USUAL = {"options": {}, "optimizer": "SGD", "training": True, "stale": False}


@exercise.law(inputs=one_batch, examples=6)
def any_split_into_micro_batches_gives_the_same_update(solution, batch, seed, dice):
    """How a batch is cut depends on the memory at hand; what is learned must not."""
    inputs, targets = batch
    cut = dice.randrange(1, len(inputs))
    parts = [(inputs[:cut], targets[:cut]), (inputs[cut:], targets[cut:])]
    whole = played(solution, [[batch]], seed, **USUAL)[0]
    split = played(solution, [parts], seed, **USUAL)[0]
    same(split["loss"], whole["loss"], f"With {len(inputs)} rows cut after row {cut}, the loss")
    same(split["parameters"], whole["parameters"], "Cut into two micro-batches, parameters")


@exercise.law(examples=5)
def the_order_of_micro_batches_does_not_matter(
    solution, steps, options, seed, optimizer, training, stale
):
    """All of them are one batch, and a batch has no order."""
    settings = {"options": options, "optimizer": optimizer, "training": training, "stale": stale}
    want = played(solution, steps[:1], seed, **settings)[0]
    got = played(solution, [steps[0][::-1]], seed, **settings)[0]
    same(got["loss"], want["loss"], "In reverse order, the loss")
    same(got["parameters"], want["parameters"], "In reverse order, parameters")


@exercise.law(inputs=one_batch, examples=5)
def the_clipped_update_has_at_most_the_limit_as_norm(solution, batch, seed):
    """Clipping is there to bound the step, so it is for the gradient that the optimizer sees."""
    batches = [(row[None], targets[None]) for row, targets in zip(*batch, strict=True)]
    settings = USUAL | {"options": {"max_norm": 0.125}}
    gradient = played(solution, [batches], seed, **settings)[0]["gradient at the step"]
    norm = math.sqrt(sum(float(g.double().square().sum()) for g in gradient.values()))
    at_most(norm, 0.125 * (1 + 1e-5), "The norm of the gradient at optimizer.step")


@exercise.law(inputs=one_batch, examples=3)
def a_model_that_knows_nothing_has_loss_ln_v(solution, batch, seed):
    """The first number one checks: uniform guesses among V tokens cost ln V each."""
    loss = played(solution, [[batch]], seed, scale=0.0, **USUAL)[0]["loss"]
    holds(math.isclose(loss, math.log(OUT), rel_tol=1e-9), f"It is {loss}, not ln {OUT}.", got=loss)


exercise.mistake(
    "mean_of_means",
    "You take the mean of the micro-batches' means, so tokens in short micro-batches weigh more. "
    "Divide the sum of all token losses by the number of all tokens that count.",
    swap={
        'reduction="sum") / count': (
            'reduction="sum") / (labels != ignore_index).sum().clamp(min=1) / len(batches)'
        )
    },
)
exercise.mistake(
    "mean_of_means_with_nan",
    "You take the mean of the micro-batches' means, and one without a counting token makes it NaN. "
    "Divide the sum of all token losses by the number of all tokens that count.",
    swap={', reduction="sum") / count': ") / len(batches)"},
)
exercise.mistake(
    "sum_over_batches",
    "You add the micro-batches' means, so the step grows with their number. Divide the sum of all "
    "token losses by the number of all tokens that count.",
    swap={
        'reduction="sum") / count': 'reduction="sum") / (labels != ignore_index).sum().clamp(min=1)'
    },
)
exercise.mistake(
    "mean_of_means_in_the_update_only",
    "The loss you return is right, but the gradient is that of the mean of the micro-batches' "
    "means. Divide each summed loss by the number of all tokens that count.",
    swap={
        'reduction="sum") / count': (
            'reduction="sum") / (labels != ignore_index).sum().clamp(min=1) / len(batches)'
        ),
        "mean += loss.item()": (
            "mean += loss.item() * len(batches) * int((labels != ignore_index).sum()) / count"
        ),
    },
)
exercise.mistake(
    "sum_over_batches_in_the_update_only",
    "The loss you return is right, but the gradient is that of the sum of the micro-batches' "
    "means. Divide each summed loss by the number of all tokens that count.",
    swap={
        'reduction="sum") / count': (
            'reduction="sum") / (labels != ignore_index).sum().clamp(min=1)'
        ),
        "mean += loss.item()": "mean += loss.item() * int((labels != ignore_index).sum()) / count",
    },
)
exercise.mistake(
    "nan_from_a_micro_batch_without_tokens",
    "The mean over no token is NaN, and NaN times 0 too: leave out a micro-batch in which nothing "
    "counts, or take sums.",
    swap={
        ', reduction="sum") / count': ") * int((labels != ignore_index).sum()) / count",
    },
)
exercise.mistake(
    "sum_over_tokens",
    "You add the losses of all tokens; their mean is asked for.",
    swap={'reduction="sum") / count': 'reduction="sum")'},
)
exercise.mistake(
    "counts_ignored_tokens",
    "You divide by the number of all targets; those equal to ignore_index do not count.",
    swap={
        "    model.train()\n": "    count = sum(y.numel() for _, y in batches)\n    model.train()\n"
    },
)
exercise.mistake(
    "zero_grad_missing",
    "Old gradients are still there and are added to; clear them before the first backward.",
    swap={"    optimizer.zero_grad()\n": ""},
)
exercise.mistake(
    "zero_grad_after_the_step",
    "You clear the gradients after the step only, so what others left there leaks in; clear them "
    "before the first backward.",
    swap={
        "    optimizer.zero_grad()\n": "",
        "    optimizer.step()\n": "    optimizer.step()\n    optimizer.zero_grad()\n",
    },
)
exercise.mistake(
    "zero_grad_between_micro_batches",
    "You clear the gradients at each micro-batch, so only the last one is learned from; clear them "
    "once, before the loop.",
    swap={
        "    optimizer.zero_grad()\n": "",
        "        loss.backward()": "        optimizer.zero_grad()\n        loss.backward()",
    },
)
exercise.mistake(
    "clip_per_micro_batch",
    "You clip after each backward; clip once, when all gradients are added up.",
    swap={
        "    if max_norm is not None:\n        nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n": "",
        "        mean += loss.item()\n": (
            "        mean += loss.item()\n        if max_norm is not None:\n"
            "            nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n"
        ),
    },
)
exercise.mistake(
    "clip_before_dividing",
    "You clip the gradient of the sum and divide it by the number of tokens afterwards; clip the "
    "gradient of the mean.",
    swap={
        'reduction="sum") / count': 'reduction="sum")',
        "mean += loss.item()": "mean += loss.item() / count",
        "    optimizer.step()\n": (
            "    for p in model.parameters():\n        if p.grad is not None:\n"
            "            p.grad /= count\n    optimizer.step()\n"
        ),
    },
)
exercise.mistake(
    "clip_missing",
    "max_norm has no effect on the update; clip after the last backward and before the step.",
    swap={"if max_norm is not None:": "if False:"},
)
exercise.mistake(
    "step_per_micro_batch",
    "You update at each micro-batch; add up all gradients, then make one step.",
    swap={
        "        mean += loss.item()\n": "        mean += loss.item()\n        optimizer.step()\n",
        "    optimizer.step()\n    return mean": "    return mean",
    },
)
exercise.mistake(
    "step_and_clear_per_micro_batch",
    "You clear, backpropagate and update at each micro-batch, as if it were a batch of its own; "
    "clear once, add up all gradients, then make one step.",
    swap={
        "    optimizer.zero_grad()\n": "",
        "        loss.backward()": "        optimizer.zero_grad()\n        loss.backward()",
        "        mean += loss.item()\n": "        mean += loss.item()\n        optimizer.step()\n",
        "    optimizer.step()\n    return mean": "    return mean",
    },
)
exercise.mistake(
    "eval_mode_left_on",
    "The model, or a part of it such as its dropout, is not in training mode when you call it; call "
    "model.train(), which reaches every submodule.",
    swap={"    model.train()\n": ""},
)
exercise.mistake(
    "update_without_tokens",
    "When no token counts you update all the same (momentum and decay still move the weights); "
    "return 0.0 first.",
    swap={"    if count == 0:\n        return 0.0\n": "    count = max(count, 1)\n"},
)
exercise.mistake(
    "ignore_index_not_passed_on",
    "You always ignore -100; the argument ignore_index says which target does not count.",
    swap={
        "    model.train()\n": "    ignore_index = -100\n    batches = [(x, y.where((y >= 0) & (y < 4), -100)) for x, y in batches]\n    count = sum(int((y != -100).sum()) for _, y in batches)\n    model.train()\n"
    },
)
exercise.mistake(
    "forward_twice",
    "You call the model twice for a micro-batch; take loss and gradient from one forward pass.",
    swap={"        loss.backward()": "        model(inputs)\n        loss.backward()"},
)
exercise.mistake(
    "batch_modified",
    "You write into the targets of the caller; work on a copy.",
    swap={
        "mean += loss.item()": "mean += loss.item()\n        targets[targets == ignore_index] = 0"
    },
)
exercise.mistake(
    "loss_over_all_targets",
    "The update is right, but you return a loss divided by the number of all targets; those equal "
    "to ignore_index do not count.",
    swap={"    return mean\n": "    return mean * count / sum(y.numel() for _, y in batches)\n"},
)
exercise.mistake(
    "loss_as_mean_of_means",
    "The update is right, but you return the mean of the micro-batches' means; return the mean "
    "over all tokens.",
    swap={
        "mean += loss.item()": (
            "mean += loss.item() * count / max(int((targets != ignore_index).sum()), 1) / len(batches)"
        )
    },
)
exercise.mistake(
    "loss_is_a_tensor",
    "You return a tensor; a float is asked for (a tensor may keep the whole graph alive).",
    swap={"mean += loss.item()": "mean = mean + loss.detach()"},
)
exercise.mistake(
    "returns_the_last_loss",
    "You return the last micro-batch's share; add up all of them.",
    swap={"mean += loss.item()": "mean = loss.item()"},
)


@exercise.mistake(
    "loss_after_update",
    "You measure the loss after the update; return the one the gradient was taken of.",
)
def _loss_after_update(model, optimizer, batches, max_norm=None, ignore_index=-100):
    if train_step(model, optimizer, batches, max_norm, ignore_index) == 0.0:
        return 0.0
    losses = [
        F.cross_entropy(
            model(x).flatten(0, 1), y.flatten(), ignore_index=ignore_index, reduction="sum"
        )
        for x, y in batches
    ]
    return sum(loss.item() for loss in losses) / sum(
        int((y != ignore_index).sum()) for _, y in batches
    )


exercise.walkthrough(r"""
## Where it comes from

Large batches have less noisy gradients, allow higher rates and keep a machine busy, but may not fit into its
memory. A gradient is a sum over examples, and a sum can be made piece by piece: one feeds the batch in
micro-batches, adds up their gradients, and updates the weights once. Ott et al. went from 25,000 to about
400,000 tokens a batch in this way, and with a higher rate trained markedly faster on the same machine.

A sum can be made piece by piece; a mean cannot. Loss functions return means, and the mean of the pieces'
means is the mean of all only where the pieces are equally large. With text they are not, since padding and
prompts do not count. In October 2024 it was noticed that widely used trainers averaged the means, and so
trained on another loss with micro-batches than without. What is asked for here is a step after which nobody
can tell from the weights how the batch was cut.

## By hand

The simplest model is a table of logits with a row for each token that is read; `nn.Embedding` is just that.
Ours has one row, [0, 0], so both tokens have the probability 1/2 and each costs ln 2 = 0.6931. The batch comes
in two pieces: one with the single target 0, one with the three targets 1, 1, 1.

The gradient of the mean loss with respect to the logits is what the model expects minus what comes: among
four tokens a quarter were 0 and three quarters were 1.

| | shares of the two tokens | gradient | logits after a plain step of rate 1 |
|---|---|---|---|
| all four tokens alike | 1/4, 3/4 | 1/2 − 1/4, 1/2 − 3/4 | −1/4, +1/4 |
| mean of the two means | 1/2, 1/2 | 0, 0 | 0, 0 |

In the second row the single token weighs as much as the three others together, and nothing is learnt.

```python
import torch
from torch import nn

from grader.notebook import reference

train_step = reference("training/train_step")


def one_step(classes, batches):
    model = nn.Embedding.from_pretrained(torch.zeros(1, classes), freeze=False)
    loss = train_step(model, torch.optim.SGD(model.parameters(), lr=1.0), batches)
    return loss, model.weight.detach()[0]


targets = torch.tensor([[0]]), torch.tensor([[1, 1, 1]])
one_step(2, [(torch.zeros_like(y), y) for y in targets])
```

## A picture

How much does each token weigh in the update? The same model tells, if every token has a target of its own:
after a plain step of rate 1, each logit has risen by the weight of its token, and fallen by 1/V for what the
model had expected. Four micro-batches of up to six tokens, the rest of each row ignored:

```python
from grader.notebook import show

lengths = [6, 1, 3, 2]
targets = torch.full((4, 6), -100)
for row, length in enumerate(lengths):
    targets[row, :length] = torch.arange(6 * row, 6 * row + length)
_, logits = one_step(24, [(torch.zeros_like(y), y) for y in targets.split(1)])
weights = (logits + 1 / 24).reshape(4, 6)
of_means = torch.tensor([[1 / 4 / n if j < n else 0.0 for j in range(6)] for n in lengths])
show({"weights, measured": weights, "mean of means": of_means}, rows="micro-batch", columns="token")
```

On the left all twelve tokens weigh 1/12. On the right, calculated, a row shares a quarter among its tokens,
so the one that is alone counts six times as much as those in the row of six.

## Traps

**Averaging the means.** It is what the loss function offers, and right whenever all micro-batches have
equally many tokens that count, as in pre-training. In fine-tuning answers differ in length, and the loss
curve looks as good as ever.

{{trap: mean_of_means}}

**Clipping each piece.** The limit is for the step, and the step is known only when the last piece is in.
Clipped piece by piece, gradients that would cancel each other are cut before they can. With a single
micro-batch, or below the limit, there is no difference.

{{trap: clip_per_micro_batch}}

**Tidying up afterwards.** Clearing gradients behind the update leaves everything clean for the next call.
But the first call starts from what others left there: a gradient that was looked at, or another loss.

{{trap: zero_grad_after_the_step}}

## What it costs

One batch of 16 rows in 1 to 16 pieces. How many numbers does the largest tensor of the step hold?

```python
from grader.notebook import curve, largest_tensor

torch.manual_seed(0)
model = nn.Sequential(nn.Embedding(50, 32), nn.Linear(32, 500))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randint(50, (16, 16)), torch.randint(500, (16, 16))
pieces = [1, 2, 4, 8, 16]
cut = [list(zip(x.chunk(n), y.chunk(n))) for n in pieces]
sizes = [largest_tensor(train_step, model, optimizer, batches) for batches in cut]
lines = {"largest tensor": sizes, "largest weight matrix": [model[1].weight.numel()] * 5}
curve(lines, pieces, "A batch of 256 tokens, 500 classes", "micro-batches", "numbers", log=True)
```

The largest tensor, the logits, halves as the pieces halve, down to the size of the weights, which cannot be
cut. The number of multiplications stays the same; the time does too, as long as a piece is large enough to
keep the machine busy, and rises when it is not.
""")
