"""Clipping gradients by their norm.

One bad batch can give a gradient a thousand times too long. Clipping keeps its direction and cuts
its length, so that one step cannot throw the model away.

Write `clip_grad_norm(parameters, max_norm)`. It looks at `p.grad` of every parameter p, and sees
all these gradients as ONE long vector:

- It returns the L2 norm of that vector, the square root of the sum of all squares, as it was
  before clipping: a tensor of shape () with the gradients' dtype (they all share one). It is as
  exact as they are: float64 gradients are not measured in float32.
- Only when this norm is greater than `max_norm`, every gradient is multiplied by
  max_norm / (norm + 1e-6), the same factor for all. Otherwise the gradients stay as they are, bit
  for bit. (A norm at most 1e-6 below max_norm may be taken either way.)
- Gradients are scaled in place: whoever holds the same tensor, or shares its memory, sees it.
- Parameters whose `.grad` is None are skipped, and their `.grad` stays None. Every other gradient
  counts, whatever its shape and memory layout, even where `requires_grad` is now False.
- `parameters` is any iterable, such as the generator `model.parameters()`, which can be walked
  through only once.
- Without any gradient at all the result is 0 (a tensor or a number).
- The parameters themselves do not change. max_norm is at least 1e-4.

Example: two gradients [3] and [0, 4] have norm 5. With max_norm=1 they become [0.6] and [0, 0.8]
(0.5999999 and 0.7999998, because of the 1e-6) and 5 is returned; with max_norm=10 they stay.

Not allowed here: `clip_grad_norm_`, `clip_grads_with_norm_`, `get_total_norm` and
`clip_grad_value_` of `torch.nn.utils`.
"""

import math

import torch
from torch import nn

from grader.words import Draw, Exercise, at_most, grid, holds, noise, same, shaped

exercise = Exercise(
    tier="A",
    level=1,
    minutes=8,
    needs=(),
    banned=(
        "torch.nn.utils.clip_grad_norm_",
        "torch.nn.utils.clip_grad_norm",
        "torch.nn.utils.clip_grad_value_",
        "torch.nn.utils.clip_grads_with_norm_",
        "torch.nn.utils.get_total_norm",
        "torch.nn.utils.clip_grad.clip_grad_norm_",
        "torch.nn.utils.clip_grad.clip_grad_norm",
        "torch.nn.utils.clip_grad.clip_grad_value_",
        "torch.nn.utils.clip_grad.clip_grads_with_norm_",
        "torch.nn.utils.clip_grad.get_total_norm",
    ),
    source="Pascanu, Mikolov, Bengio 2013, On the difficulty of training recurrent neural "
    "networks, section 3.2, arXiv:1211.5063",
    hints=(
        "There are two passes: one to measure, one to scale. What must be kept between them?",
        "Squares add up over all gradients; lengths do not. Take one square root, at the end.",
        "Put every gradient that is not None into a list first. Add up their squares, take the "
        "root, and if it is above the limit multiply each of the list in place by one factor.",
    ),
    ask=(
        (
            "Do you clip before or after unscaling in mixed precision?",
            "After: the loss scale multiplies every gradient, so the limit would otherwise be "
            "compared with a norm that is thousands of times too large.",
        ),
        (
            "What does a rising gradient norm tell you?",
            "Often that training is about to diverge: a rate too high, bad data, or logits that "
            "grow. Clipping hides the symptom, so log the norm from before clipping.",
        ),
        (
            "The parameters are sharded over several devices. What changes?",
            "Each device sums the squares of its own shard; the sums are added over all devices "
            "before the square root, so that all use one factor.",
        ),
    ),
)


@exercise.solution
def clip_grad_norm(parameters, max_norm: float) -> torch.Tensor:
    """Scale all gradients together, in place, so that their common norm is at most max_norm.

    Returns the norm before clipping, a tensor of shape (); 0 if no parameter has a gradient.
    """
    # A list, because a generator would be empty at the second walk.
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norm = torch.stack([g.square().sum() for g in grads]).sum().sqrt()  # ()
    if norm > max_norm:
        scale = max_norm / (norm + 1e-6)  # one factor for all keeps the direction
        for g in grads:
            g.mul_(scale)
    return norm


LIMITS = (1.0, 2.5, 0.5, 0.0625, 10.0, 200.0)
SHAPES = ((2,), (1,), (2, 3), (), (3, 2), (2, 1, 3))


@exercise.inputs
def gradients_and_a_limit(draw: Draw) -> dict:
    dtype, styles = draw.dtype(), ("whole", "halves", "normal", "large")
    layouts = ("contiguous", "transposed", "strided")
    grads = [
        draw.floats(*draw.choice(*SHAPES), styles=styles, dtype=dtype, layouts=layouts)
        for _ in range(draw.size(1, 4))
    ]
    return clear_of_the_limit(grads, draw.choice(*LIMITS))


@exercise.edges
def gradients_that_separate() -> list[dict]:
    """Whole norms, limits on both sides, lengths near 1e-6's reach, and other dtypes."""
    whole = [torch.tensor([3.0]).double(), torch.tensor([0.0, 4.0]).double()]
    cases = [(whole, 1.0), (whole, 10.0), (whole, 4.5), (whole, 6.0), ([whole[0]], 1.0)]
    cases += [(whole, 4.96), (whole, 4.999), (whole, 5.001)]  # close to the limit
    second = grid(2, seed=1)
    cases += [([3e3 * grid(2, 3), second], 0.5), ([1e25 * grid(2, 3), 1e25 * second], 0.5)]
    cases += [([grid(3, 4, seed=k) * 10.0**-k], 10.0**-k) for k in (1, 2, 3, 4)]
    cases += [([torch.full(shape, 7.0).double(), grid(3, 2)], 5.0) for shape in ((), (1,), (0,))]
    cases += [([0 * grid(2, 3)], 1.0), ([noise(40, 50), noise(50, seed=1), noise(1, seed=2)], 1.0)]
    cases += [([shaped(grid(2, 3), layout), second], 0.5) for layout in ("transposed", "strided")]
    halves = [torch.tensor([[3.0, -4.0]]), torch.tensor([12.0])]
    for dtype in (torch.bfloat16, torch.float16, torch.float32):
        cases += [([g.to(dtype) for g in halves], limit) for limit in (6.5, 26.0)]
    cases += [([torch.tensor([3.0]), torch.tensor([0.0, 4.0])], 5.0)]  # exactly at the limit
    return [{"gradients": grads, "max_norm": limit} for grads, limit in cases]


def clear_of_the_limit(grads, max_norm):
    """A case whose norm is not so close to the limit that rounding decides."""
    norm = math.sqrt(sum(float(g.double().square().sum()) for g in grads))
    near = abs(norm - max_norm) < 1e-2 * max_norm
    return {"gradients": grads, "max_norm": 2 * max_norm if near else max_norm}


@exercise.rig
def clip(solution, gradients, max_norm, as_generator=False, catch=False):
    """Lay the gradients on parameters, clip, and show what became of everything."""
    parameters = []
    for i, gradient in enumerate(gradients):
        like = torch.zeros(2) if gradient is None else gradient
        parameters.append(nn.Parameter(torch.full_like(like, i + 1.0)))
        parameters[-1].grad = gradient
    held = [None if g is None else g.detach() for g in gradients]  # the same memory
    for p in parameters[1::2]:
        p.requires_grad_(False)  # frozen after its gradient came
    try:
        if as_generator:
            norm = solution(parameters=(p for p in parameters), max_norm=max_norm)
        else:
            norm = solution(parameters, max_norm)
    except Exception as error:
        if not catch:
            raise
        return f"{type(error).__name__}: {error}"
    return {
        "norm": norm,
        "gradients": [p.grad for p in parameters],
        "parameters": [p.detach() for p in parameters],
        "held": held,
    }


@exercise.scenario
def norm_and_what_is_left(solution, gradients, max_norm) -> dict:
    seen = clip(solution, gradients, max_norm)
    return {name: seen[name] for name in ("norm", "gradients", "parameters")}


@exercise.law(examples=8)
def gradients_are_scaled_in_place(solution, gradients, max_norm):
    """Optimizers and flat buffers hold on to the tensors; a new one in `.grad` leaves those as
    they were.
    """
    seen = clip(solution, gradients, max_norm)
    same(seen["held"], seen["gradients"], "The memory that the gradients lay in before the call")


@exercise.law(examples=8)
def a_generator_is_enough(solution, gradients, max_norm):
    """`model.parameters()` is a generator: a second walk through it sees nothing."""
    want = clip(solution, gradients, max_norm)
    seen = clip(solution, gradients, max_norm, as_generator=True)
    same(seen["gradients"], want["gradients"], "Given a generator instead of a list, gradients")
    same(seen["norm"], want["norm"], "Given a generator instead of a list, the norm")


def with_missing(draw: Draw) -> dict:
    case = gradients_and_a_limit(draw)
    case["gradients"].insert(draw.size(0, len(case["gradients"])), None)
    return case


def missing_that_separate() -> list[dict]:
    one, two = torch.tensor([3.0]).double(), torch.tensor([0.0, 4.0]).double()
    orders = ([None, one, two], [one, None, two], [one, two, None], [None, one, None, None, two])
    return [{"gradients": order, "max_norm": limit} for order in orders for limit in (1.0, 10.0)]


@exercise.law(inputs=with_missing, edges=missing_that_separate, examples=14)
def parameters_without_a_gradient_are_skipped(solution, gradients, max_norm):
    """A frozen or unused parameter has no gradient: that is no reason to stop, nor to make one."""
    there = [g is not None for g in gradients]
    want = clip(solution, [g for g in gradients if g is not None], max_norm)
    seen = clip(solution, gradients, max_norm, catch=True)
    raised = isinstance(seen, str)
    holds(not raised, f"Where one .grad is None it raised {seen}.", got="raised" if raised else "")
    left = seen["gradients"]
    filled = [g for g, is_there in zip(left, there, strict=True) if not is_there and g is not None]
    holds(not filled, "A .grad that was None is a tensor afterwards.", got=filled)
    same([g for g in left if g is not None], want["gradients"], "Gradients beside one that is None")
    same(seen["norm"], want["norm"], "The norm beside a .grad that is None")


def nothing_to_clip() -> list[dict]:
    return [
        {"gradients": [None] * n, "max_norm": limit} for n, limit in ((1, 1.0), (3, 0.5), (0, 2.0))
    ]


@exercise.law(edges=nothing_to_clip)
def without_any_gradient_the_norm_is_zero(solution, gradients, max_norm):
    """Training code logs the norm at every step, also where nothing has a gradient."""
    norm = clip(solution, gradients, max_norm)["norm"]
    number = norm.tolist() if isinstance(norm, torch.Tensor) else norm
    holds(isinstance(number, (int, float)), f"Without a gradient it returned {norm}.", got=[norm])
    same(float(number), 0.0, "The norm without any gradient")


@exercise.law(examples=8)
def within_the_limit_not_a_bit_changes(solution, gradients, max_norm):
    """A limit that is not reached must not touch the training, not even by rounding."""
    norm = math.sqrt(sum(float(g.double().square().sum()) for g in gradients))
    limit = max(max_norm, 1.01 * norm)
    seen = clip(solution, gradients, limit)["gradients"]
    kept = all(torch.equal(a, b) for a, b in zip(seen, gradients, strict=True))
    holds(kept, f"Gradients changed, though norm {norm:.6g} is within {limit:.6g}.", got=seen)


@exercise.law(examples=8)
def clipped_gradients_have_at_most_the_limit_as_norm(solution, gradients, max_norm):
    """The limit is on the step as a whole, not on its parts."""
    seen = clip(solution, gradients, max_norm)["gradients"]
    norm = math.sqrt(sum(float(g.double().square().sum()) for g in seen))
    rounding = {torch.bfloat16: 1e-2, torch.float16: 1e-2}.get(seen[0].dtype, 1e-5)
    at_most(norm, max_norm * (1 + rounding), "The norm after clipping")


exercise.mistake(
    "per_parameter_clip",
    "You clip each gradient by its own norm; that turns the step's direction. One norm over all "
    "gradients, one factor for all.",
    swap={
        "if norm > max_norm:": "for g in grads:",
        "scale = max_norm / (norm + 1e-6)": "length = g.norm()",
        "for g in grads:\n            g.mul_(scale)": (
            "if length > max_norm:\n            g.mul_(max_norm / (length + 1e-6))"
        ),
    },
)
exercise.mistake(
    "clip_by_value",
    "You cut each number to the limit; the limit is for the length of the whole gradient.",
    swap={"g.mul_(scale)": "g.clamp_(-max_norm, max_norm)"},
)
exercise.mistake(
    "returns_clipped_norm",
    "You return the norm after clipping; return the one from before, which tells how training goes.",
    swap={
        "    return norm\n": "    return torch.where(norm > max_norm, max_norm * norm / (norm + 1e-6), norm)\n"
    },
)
exercise.mistake(
    "returns_the_limit_at_most",
    "You return at most max_norm; return the norm from before clipping.",
    swap={"    return norm\n": "    return norm.clamp(max=max_norm)\n"},
)
exercise.mistake(
    "always_scales",
    "You scale every time, so short gradients grow to max_norm; scale only a norm above it.",
    swap={"if norm > max_norm:": "if True:"},
)
exercise.mistake(
    "sum_of_norms",
    "You add the norms of the gradients; add their squares and take one root.",
    swap={
        "torch.stack([g.square().sum() for g in grads]).sum().sqrt()": (
            "torch.stack([g.norm() for g in grads]).sum()"
        )
    },
)
exercise.mistake(
    "root_missing",
    "Your norm is the sum of the squares; take its square root.",
    swap={".sum().sqrt()": ".sum()"},
)
exercise.mistake(
    "largest_entry_as_norm",
    "Your norm is the largest entry; the L2 norm is the root of the sum of all squares.",
    swap={
        "torch.stack([g.square().sum() for g in grads]).sum().sqrt()": (
            "torch.cat([g.flatten() for g in grads]).abs().max()"
        )
    },
)
exercise.mistake(
    "never_clips",
    "The gradients are not scaled at all; multiply each of them in place.",
    swap={"g.mul_(scale)": "g = g * scale"},
)
exercise.mistake(
    "no_epsilon",
    "You divide by the norm alone; the factor is max_norm / (norm + 1e-6).",
    swap={"(norm + 1e-6)": "norm"},
)
exercise.mistake(
    "returns_a_number",
    "You return a Python number; a tensor is asked for (and `.item()` waits for the device).",
    swap={"    return norm\n": "    return norm.item()\n"},
)
exercise.mistake(
    "replaces_grad",
    "You put a new tensor into .grad; scale the one that is there, in place.",
    swap={
        "grads = [p.grad for p in parameters if p.grad is not None]": (
            "owners = [p for p in parameters if p.grad is not None]\n"
            "    grads = [p.grad for p in owners]"
        ),
        "for g in grads:\n            g.mul_(scale)": (
            "for p in owners:\n            p.grad = p.grad * scale"
        ),
    },
)
exercise.mistake(
    "exhausted_generator",
    "You walk through `parameters` twice; a generator is empty at the second walk. Make a list "
    "first.",
    swap={
        "for g in grads:\n            g.mul_(scale)": (
            "for p in parameters:\n            if p.grad is not None:\n                p.grad.mul_(scale)"
        )
    },
)
exercise.mistake(
    "crashes_on_none",
    "A parameter that took no part in the loss has .grad None; skip it.",
    swap={
        "grads = [p.grad for p in parameters if p.grad is not None]": (
            "grads = [p.grad for p in parameters]\n    if all(g is None for g in grads):\n"
            "        return torch.tensor(0.0)"
        )
    },
)
exercise.mistake(
    "crashes_on_none_when_scaling",
    "You skip .grad None where you measure, but not where you scale; skip it in both loops.",
    swap={
        "grads = [p.grad for p in parameters if p.grad is not None]": (
            "parameters = list(parameters)\n"
            "    grads = [p.grad for p in parameters if p.grad is not None]"
        ),
        "for g in grads:\n            g.mul_(scale)": (
            "for p in parameters:\n            p.grad.mul_(scale)"
        ),
    },
)
exercise.mistake(
    "scales_a_copy",
    "reshape, flatten and contiguous copy a gradient whose memory is not in order, and you scale the "
    "copy; scale the gradient itself.",
    swap={"g.mul_(scale)": "g.reshape(-1).mul_(scale)"},
)
exercise.mistake(
    "single_precision_norm",
    "You return float32 whatever the gradients are; the norm has their dtype.",
    swap={"    return norm\n": "    return norm.float()\n"},
)
exercise.mistake(
    "frozen_left_out",
    "You leave out gradients of parameters that no longer require one; only .grad None is skipped.",
    swap={"if p.grad is not None]": "if p.grad is not None and p.requires_grad]"},
)
exercise.mistake(
    "no_answer_without_gradients",
    "Without any gradient return 0.",
    swap={"return torch.tensor(0.0)": "return None"},
)

exercise.walkthrough(r"""
## Where it comes from

A recurrent network applies the same weights once for every token, so its gradient is a product with a
factor for every token: factors a little above 1 make it explode, factors a little below make it vanish.
Pascanu, Mikolov and Bengio show what an exploding gradient looks like from the side of the loss: a wall
beside flat ground. Descent that comes upon the wall takes a step as long as the wall is steep, and lands
far from all that it has learnt.

The direction of such a gradient is useful, only its length is not. So their remedy (section 3.2) keeps the
one and cuts the other: a gradient whose norm is above a limit is scaled down to the limit. It has outlived
recurrent networks, since one bad batch does to any model what a wall does. And it brings a gauge along: the
norm from before the cut is the first thing to look at when a loss misbehaves.

All gradients of a model count as one long vector. Were every tensor cut by itself, those with long
gradients would be shortened and the others not, and the step would lead elsewhere.

## By hand

Three parameters with the gradients [2], [3, 0] and [6], and a limit of 3.5.

| | squares | sum | norm | factor | gradients afterwards |
|---|---|---|---|---|---|
| all together | 4, 9, 0, 36 | 49 | 7 | 3.5 / 7 = 1/2 | [1], [1.5, 0], [3] |
| one by one (wrong) | 4; 9, 0; 36 | 4; 9; 36 | 2; 3; 6 | 1; 1; 3.5 / 6 | [2], [3, 0], [3.5] |

What comes back is 7, the norm from before.

```python
import torch
from torch import nn

from grader.notebook import reference

clip = reference("training/clip_grad")
parameters = [nn.Parameter(torch.zeros(n)) for n in (1, 2, 1)]
for p, g in zip(parameters, ([2.0], [3.0, 0.0], [6.0])):
    p.grad = torch.tensor(g)
clip(parameters, 3.5), [p.grad.tolist() for p in parameters]
```

The small number in the contract's factor, 1e-6, shows in the seventh digit.

## A picture

The smallest wall there is: a state begins at 1, is multiplied by the weight w twenty times, and should
become 2. Below w = 1 next to nothing of it arrives, a little above far too much does. Two descents begin
at w = 0.8 with the rate 0.01, and one of them clips at 1.

```python
from grader.notebook import curve


def descent(limit):
    w, places = nn.Parameter(torch.tensor(0.8, dtype=torch.float64)), []
    while abs(w) < 2 and len(places) < 40:
        loss = (w**20 - 2) ** 2
        places.append((w.item(), loss.item()))
        w.grad = None
        loss.backward()
        clip([w], limit)
        w.data -= 0.01 * w.grad
    return places, w.item()


free, landed = descent(limit=1e9)
clipped, end = descent(limit=1.0)
w = torch.linspace(0.78, 1.21, 200)
picture = curve({"loss": (w**20 - 2) ** 2}, x=w, title="The wall", across="w", up="loss")
picture.axes.plot(*zip(*free), "X", label="free steps")
picture.axes.plot(*zip(*clipped), ".", label="clipped steps")
picture.axes.legend(frameon=False)
picture
```

The free descent takes longer and longer steps, is over the lowest point before it sees it, and stands on the
wall. Its next step leads to w = −552, the first of these two numbers; the second is where the clipped
descent is after 40 steps.

```python
landed, end
```

Clipped, no step is longer than 0.01. That is slower on the flat ground, and at the end w swings to and fro
around 2^(1/20) = 1.0353; a falling learning rate would settle that.

## Traps

**Each tensor by itself.** The loop over the parameters is there anyway, so it is tempting to clip within it.
With one parameter, as in many a test, it is right; with several it turns the direction.

{{trap: per_parameter_clip}}

**Scaling always.** Without the comparison, short gradients grow up to the limit. As long as all norms are
above it, as early in training, there is no difference. Later the steps do not become shorter any more.

{{trap: always_scales}}

**A generator walked through twice.** `model.parameters()` can be walked through once. Who measures in one
loop and scales in another scales nothing, and no error is raised: the norm is right, only the gradients
stay as they were. Tests that pass a list do not see it.

{{trap: exhausted_generator}}

## What it costs

Each gradient is read once for the norm and, where it is too long, read and written once more: next to
nothing beside a backward pass. What may cost is the comparison. On a GPU the norm is a number on the device,
and a Python `if` waits until all that was queued before is done.
""")
