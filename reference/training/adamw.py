"""AdamW.

The optimizer that trains nearly every language model: each weight moves by a step of its own,
measured by the recent size of its gradient, and is pulled towards zero apart from that.

Write `class AdamW` with

- `__init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)`; params is any
  iterable of parameters, such as the generator `model.parameters()`,
- `step()`: update every parameter, in this way, where p is the parameter, g its `.grad`, (b1, b2)
  the betas, and m and v start as zeros:

      t = t + 1                              steps that THIS parameter has taken
      p = p - lr * weight_decay * p          decay, not part of the gradient ("decoupled")
      m = b1 * m + (1 - b1) * g              running mean of the gradient
      v = b2 * v + (1 - b2) * g * g          running mean of its square
      m_hat = m / (1 - b1**t)                both start at 0 and are too small at first:
      v_hat = v / (1 - b2**t)                this corrects it
      p = p - lr * m_hat / (sqrt(v_hat) + eps)

- `zero_grad()`: clear the gradients, to None or to zeros, also before the first `step`.

What must hold:

- A parameter whose `.grad` is None is skipped: no decay, no change of its m and v, and its t does
  not count on. A gradient of zeros is a gradient. Parameters of every shape decay.
- Each parameter has m, v and t of its own, whatever its shape or values, and so has each optimizer.
- The parameter objects stay the same ones, leaves that require a gradient: no graph grows on them.
  Their dtype stays, and m and v are as exact as it is. `step` does not change a `.grad`.
- It does the same as `torch.optim.AdamW`.

Example: p = [1], g = [4], lr=0.1, weight_decay=0.5. Decay gives 0.95; m_hat = 4, v_hat = 16, so
the step is 0.1 * 4/4 and p = [0.85]. A second step with g = [0] decays to 0.8075; m_hat = 1.8947,
sqrt(v_hat) = 2.8277, so p = [0.7405].

The class need not inherit from anything; `torch.optim.Optimizer` as a base is allowed. Not allowed
here: the optimizers of `torch.optim` (`AdamW`, `Adam`, `SGD`, ...) and their functional forms.
"""

import torch
from torch import nn

from grader.words import Draw, Exercise, grid, noise, same, shaped

exercise = Exercise(
    tier="A",
    level=2,
    minutes=20,
    needs=(),
    banned=(
        "torch.optim.AdamW",
        "torch.optim.Adam",
        "torch.optim.SGD",
        "torch.optim.Adamax",
        "torch.optim.NAdam",
        "torch.optim.RAdam",
        "torch.optim.Adagrad",
        "torch.optim.RMSprop",
        "torch.optim.Adadelta",
        "torch.optim.ASGD",
        "torch.optim.LBFGS",
        "torch.optim.Rprop",
        "torch.optim.SparseAdam",
        "torch.optim.Adafactor",
        "torch.optim.adamw.adamw",
        "torch.optim.adam.adam",
    ),
    source="Loshchilov, Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2, "
    "arXiv:1711.05101",
    hints=(
        "What must be remembered between two steps, and for each parameter apart?",
        "Follow the lines of the statement one by one, with the decay first. The moments m and v "
        "are remembered uncorrected; m_hat and v_hat are made anew at each step.",
        "Keep a list of the parameters, and lists of counts, m and v beside it. In step, under "
        "no_grad, go through them together, skip those without gradient, and change the parameter "
        "in place.",
    ),
    ask=(
        (
            "Why decouple the decay from the gradient?",
            "As L2 in the gradient it would be divided by sqrt(v_hat) too, so weights with large "
            "gradients would decay least; decoupled, all decay at one rate.",
        ),
        (
            "How much memory does the optimizer take?",
            "Two numbers for each weight, so in float32 8 bytes a weight, twice the weights "
            "themselves; that is why it is sharded (ZeRO) or kept in 8 bits.",
        ),
        (
            "Which parameters should not decay?",
            "By custom biases and the gains of normalisation layers, often embeddings: pulling "
            "them to zero is no regularisation of a map. One uses two parameter groups.",
        ),
    ),
)


@exercise.solution
class AdamW:
    """Adam with bias correction and decoupled weight decay."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01) -> None:
        """params: any iterable of parameters."""
        self.params = list(params)  # a generator could be walked through only once
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.steps = [0 for _ in self.params]
        self.means = [torch.zeros_like(p) for p in self.params]
        self.squares = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self) -> None:
        """Update every parameter that has a gradient."""
        b1, b2 = self.betas
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.steps[i] += 1
            m, v, t = self.means[i], self.squares[i], self.steps[i]
            m.mul_(b1).add_(p.grad, alpha=1 - b1)
            v.mul_(b2).add_(p.grad * p.grad, alpha=1 - b2)
            m_hat = m / (1 - b1**t)
            v_hat = v / (1 - b2**t)
            p.mul_(1 - self.lr * self.weight_decay)  # beside the gradient, not in it
            p.sub_(self.lr * m_hat / (v_hat.sqrt() + self.eps))

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.params:
            p.grad = None


SHAPES = ((1,), (2,), (2,), (), (2, 3), (3, 1))


def settings(draw: Draw) -> dict:
    return {
        "lr": draw.choice(0.1, 0.5, 0.01, 1e-3),
        "betas": draw.choice((0.9, 0.999), (0.5, 0.75), (0.0, 0.9), (0.75, 0.5)),
        "eps": draw.choice(1e-8, 1e-3, 0.1),
        "weight_decay": draw.choice(0.5, 0.0, 0.01, 0.1),
    }


@exercise.inputs
def runs(draw: Draw) -> dict:
    """Parameters, and for each step a gradient or None for each of them."""
    shapes = [draw.choice(*SHAPES) for _ in range(draw.size(1, 3))]
    styles = ("whole", "normal", "tiny", "large")
    values = [draw.floats(*shape, layouts=("contiguous", "transposed")) for shape in shapes]
    gradients = [
        [None if draw.size(0, 3) == 3 else draw.floats(*shape, styles=styles) for shape in shapes]
        for _ in range(draw.size(1, 4))
    ]
    return {"values": values, "gradients": gradients, "options": settings(draw)}


@exercise.edges
def runs_that_separate() -> list[dict]:
    """Whole numbers, gradients that come and go, equal parameters, long runs, other dtypes."""
    small = {"lr": 0.1, "betas": (0.5, 0.75), "eps": 0.125, "weight_decay": 0.5}
    usual = {"lr": 0.1, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.5}
    one, g = torch.ones(1).double(), torch.tensor([4.0]).double()
    steps = [[[g]], [[g], [g]], [[g], [0 * g]], [[0 * g], [g]], [[g], [-g], [g]]]
    steps += [[[None], [g], [g]], [[g], [None], [g]], [[g], [None], [None], [g]], [[None], [g]]]
    cases = [([one], s, options) for s in steps for options in (small, usual)]
    comes = [[g, None], [g, 2 * g], [None, g], [g, None], [-g, g]]
    cases += [([one, one], comes, options) for options in (small, usual)]
    long = [[noise(2, 2, seed=t)] for t in range(12)]
    cases += [([shaped(grid(2, 2, seed=1), "transposed")], long, small)]
    for dtype in (torch.float32, torch.bfloat16):
        cases += [
            ([grid(2, 3).to(dtype)], [[noise(2, 3, seed=t).to(dtype)] for t in range(3)], usual)
        ]
    return [{"values": v, "gradients": s, "options": options} for v, s, options in cases]


@exercise.rig
def run(solution, values, gradients, options, as_generator=False, refill=False, positional=False):
    """Take a step with each row of gradients. What is shown: the parameters after each step, the
    gradients as `step` left them, and what kind of thing the parameters are in the end.
    """
    parameters = [nn.Parameter(value) for value in values]
    given = (p for p in parameters) if as_generator else list(parameters)
    optimizer = solution(given, *options.values()) if positional else solution(given, **options)
    seen = {"parameters": [], "gradients": [], "kinds": []}
    for row in gradients:
        for p, g in zip(parameters, row, strict=True):
            if refill and p.grad is not None and g is not None:
                p.grad.copy_(g)  # the next gradient comes into the same memory
            else:
                p.grad = None if g is None else g.clone()
        optimizer.step()
        seen["parameters"].append([p.detach().clone() for p in parameters])
        seen["gradients"].append([None if p.grad is None else p.grad.clone() for p in parameters])
    for p in parameters:
        leaf = "a leaf" if p.is_leaf else "no leaf"
        seen["kinds"].append(leaf + (", requires grad" if p.requires_grad else ", frozen"))
    return seen


@exercise.scenario
def parameters_after_each_step(solution, values, gradients, options) -> dict:
    history = run(solution, values, gradients, options)["parameters"]
    return {f"parameters after step {t}": row for t, row in enumerate(history, 1)}


@exercise.law(examples=6)
def gradients_are_only_read(solution, values, gradients, options):
    """Who logs or clips the gradients after the step must find them as they were."""
    seen = run(solution, values, gradients, options)["gradients"]
    same(seen, gradients, "The gradients after each step")


@exercise.law(examples=4)
def parameters_stay_leaves_without_a_graph(solution, values, gradients, options):
    """A graph on the parameters would grow with every step until memory ends."""
    seen = run(solution, values, gradients, options)["kinds"]
    same(seen, ["a leaf, requires grad"] * len(values), "The parameters in the end")


@exercise.law(examples=8)
def gradients_may_come_into_the_same_memory(solution, values, gradients, options):
    """Backward adds into the tensor that is there, so state must not share memory with it."""
    want = run(solution, values, gradients, options)["parameters"]
    seen = run(solution, values, gradients, options, refill=True)["parameters"]
    same(seen, want, "With each gradient written into the memory of the last, the parameters")


@exercise.law(examples=8)
def a_generator_of_parameters_is_enough(solution, values, gradients, options):
    """`model.parameters()` is a generator: a second walk through it sees nothing."""
    want = run(solution, values, gradients, options)["parameters"]
    seen = run(solution, values, gradients, options, as_generator=True)["parameters"]
    same(seen, want, "Given a generator instead of a list, the parameters")


DEFAULTS = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}


def runs_with_defaults() -> list[dict]:
    values = [torch.tensor([1.0, 0.01]).double()]
    scales = (1.0, 1e-3, 1e-7, 1e-8)
    return [
        {"values": values, "gradients": [[s * noise(2, seed=t)] for t in range(4)]} for s in scales
    ]


@exercise.law(edges=runs_with_defaults)
def defaults_are_those_of_the_signature(solution, values, gradients):
    """A training script that names no option relies on these numbers."""
    want = run(solution, values, gradients, DEFAULTS)["parameters"]
    same(run(solution, values, gradients, {})["parameters"], want, "Without options, parameters")


@exercise.law(examples=4)
def options_come_in_the_order_of_the_signature(solution, values, gradients, options):
    """lr, betas, eps, weight_decay: callers may leave the names out."""
    options = {name: options.get(name, default) for name, default in DEFAULTS.items()}
    want = run(solution, values, gradients, options)["parameters"]
    seen = run(solution, values, gradients, options, positional=True)["parameters"]
    same(seen, want, "With options given without names, the parameters")


@exercise.rig
def two_at_once(solution, values, gradients, options):
    """Two optimizers on parameters of their own, stepping in turn with opposite gradients."""
    pairs = []
    for _ in range(2):
        parameters = [nn.Parameter(value.clone()) for value in values]
        pairs.append((parameters, solution(parameters, **options)))
    history = [[], []]
    for row in gradients:
        for k, (parameters, optimizer) in enumerate(pairs):
            for p, g in zip(parameters, row, strict=True):
                p.grad = None if g is None else g.clone() * (-1) ** k
            optimizer.step()
            history[k].append([p.detach().clone() for p in parameters])
    return history


@exercise.law(examples=6)
def two_optimizers_do_not_share_state(solution, values, gradients, options):
    """A generator and a discriminator are trained side by side, each with its own optimizer."""
    want = run(solution, values, gradients, options)["parameters"]
    seen = two_at_once(solution, values, gradients, options)[0]
    same(seen, want, "With a second optimizer stepping in between, the parameters of the first")


@exercise.rig
def with_backward(solution, values, rows, options):
    """An ordinary training loop on losses (row * p).sum(), and an unused parameter beside."""
    parameters = [nn.Parameter(value) for value in values]
    unused = nn.Parameter(torch.ones(2))
    optimizer = solution([unused, *parameters], **options)
    for p in parameters:
        p.grad = torch.full_like(p, 5.0)  # left there before the first step
    history, left = [], []
    for row in rows:
        optimizer.zero_grad()
        left.append([0.0 if p.grad is None else float(p.grad.abs().sum()) for p in parameters])
        sum((p * g).sum() for p, g in zip(parameters, row, strict=True)).backward()
        optimizer.step()
        history.append([p.detach().clone() for p in parameters])
    return {"left": left, "parameters": history}


@exercise.law(examples=8)
def zero_grad_lets_backward_start_from_nothing(solution, values, gradients, options):
    """Backward adds to what is there: what zero_grad leaves is taken again at the next step."""
    ones = [torch.ones_like(value) for value in values]
    rows = [[o if g is None else g for o, g in zip(ones, row, strict=True)] for row in gradients]
    seen = with_backward(solution, values, rows, options)
    left = [[0.0] * len(values) for _ in rows]
    same(seen["left"], left, "The sum of a gradient's sizes after zero_grad, step by step")
    want = run(solution, values, rows, options)["parameters"]
    same(seen["parameters"], want, "In a loop with zero_grad and backward, the parameters")


@exercise.law(examples=6)
def without_gradient_size_only_decay_is_left(solution, values, options):
    """With gradients of zero the weights shrink by 1 - lr * weight_decay at each step."""
    rows = [[torch.zeros_like(v) for v in values] for _ in range(3)]
    options = {"lr": 0.1, "weight_decay": 0.5} | options
    shrink = 1 - options["lr"] * options["weight_decay"]
    want = [[v * shrink**t for v in values] for t in (1, 2, 3)]
    same(
        run(solution, values, rows, options)["parameters"], want, "With zero gradients, parameters"
    )


@exercise.law(examples=6)
def the_scale_of_the_gradients_does_not_matter(solution, values, gradients, options):
    """Adam divides by the gradient's own size: a loss times 1000 takes the same steps."""
    options = {**options, "eps": 1e-30}
    larger = [[None if g is None else 1024 * g for g in row] for row in gradients]
    want = run(solution, values, gradients, options)["parameters"]
    seen = run(solution, values, larger, options)["parameters"]
    same(seen, want, "With gradients 1024 times as large and eps=1e-30, the parameters")


exercise.mistake(
    "l2_in_gradient",
    "Your decay is part of the gradient (Adam with L2): it is divided by sqrt(v_hat) too. Shrink "
    "the parameter itself.",
    swap={
        "m.mul_(b1).add_(p.grad, alpha=1 - b1)": (
            "g = p.grad + self.weight_decay * p\n            m.mul_(b1).add_(g, alpha=1 - b1)"
        ),
        "v.mul_(b2).add_(p.grad * p.grad, alpha=1 - b2)": "v.mul_(b2).add_(g * g, alpha=1 - b2)",
        "            p.mul_(1 - self.lr * self.weight_decay)  # beside the gradient, not in it\n": "",
    },
)
exercise.mistake(
    "decay_without_lr",
    "The decay is not multiplied by lr: a step takes away lr * weight_decay * p.",
    swap={"p.mul_(1 - self.lr * self.weight_decay)": "p.mul_(1 - self.weight_decay)"},
)
exercise.mistake(
    "no_decay",
    "The parameters do not decay: take away lr * weight_decay * p at each step.",
    swap={"p.mul_(1 - self.lr * self.weight_decay)": "pass"},
)
exercise.mistake(
    "decay_after_the_step",
    "You decay after the step, so the step itself is shrunk too; decay first.",
    swap={
        "            p.mul_(1 - self.lr * self.weight_decay)  # beside the gradient, not in it\n": "",
        "(v_hat.sqrt() + self.eps))": (
            "(v_hat.sqrt() + self.eps))\n            p.mul_(1 - self.lr * self.weight_decay)"
        ),
    },
)
exercise.mistake(
    "no_bias_correction",
    "m and v start at zero and are too small at first: divide by 1 - b1**t and 1 - b2**t.",
    swap={"m / (1 - b1**t)": "m", "v / (1 - b2**t)": "v"},
)
exercise.mistake(
    "bias_correction_of_the_mean_only",
    "You correct m but not v; both start at zero, and v grows the slower.",
    swap={"v / (1 - b2**t)": "v"},
)
exercise.mistake(
    "count_starts_at_zero",
    "Your first step has t = 0, so it divides by 1 - b1**0 = 0; count before you correct.",
    swap={
        "m, v, t = self.means[i], self.squares[i], self.steps[i]": (
            "m, v, t = self.means[i], self.squares[i], self.steps[i] - 1"
        )
    },
)
exercise.mistake(
    "count_starts_at_two",
    "Your first step has t = 2 in the correction, so it corrects too little; the first step is t = 1.",
    swap={
        "m, v, t = self.means[i], self.squares[i], self.steps[i]": (
            "m, v, t = self.means[i], self.squares[i], self.steps[i] + 1"
        )
    },
)
exercise.mistake(
    "first_step_divides_by_zero",
    "Your first step has t = 0, so 1 - b1**t is 0; count before you correct.",
    swap={"m / (1 - b1**t)": "m * (1 / (1 - b1 ** (t - 1)))"},
)
exercise.mistake(
    "eps_inside_sqrt",
    "eps is under the square root; it is added to the root.",
    swap={"(v_hat.sqrt() + self.eps)": "(v_hat + self.eps).sqrt()"},
)
exercise.mistake(
    "eps_before_bias_correction",
    "You add eps to sqrt(v) and correct afterwards; eps is added to sqrt(v_hat).",
    swap={"(v_hat.sqrt() + self.eps)": "((v.sqrt() + self.eps) / (1 - b2**t) ** 0.5)"},
)
exercise.mistake(
    "second_moment_not_squared",
    "v is the running mean of the gradient's SQUARE.",
    swap={"add_(p.grad * p.grad,": "add_(p.grad.abs(),"},
)
exercise.mistake(
    "root_missing",
    "You divide by v_hat; divide by its square root.",
    swap={"v_hat.sqrt()": "v_hat"},
)
exercise.mistake(
    "betas_swapped",
    "The betas are swapped: the first is for the mean, the second for the squares.",
    swap={"b1, b2 = self.betas": "b2, b1 = self.betas"},
)
exercise.mistake(
    "global_step_for_skipped_params",
    "You count steps once for all; a parameter without gradient has not taken the step, so each "
    "needs a count of its own.",
    swap={
        "b1, b2 = self.betas": "b1, b2 = self.betas\n        self.count = getattr(self, 'count', 0) + 1",
        "            self.steps[i] += 1\n": "            self.steps[i] = self.count\n",
    },
)
exercise.mistake(
    "decays_without_gradient",
    "A parameter whose .grad is None is skipped altogether: it does not decay either.",
    swap={
        "                continue\n": (
            "                p.mul_(1 - self.lr * self.weight_decay)\n                continue\n"
        )
    },
)
exercise.mistake(
    "none_taken_as_zero",
    "You take .grad None for a gradient of zeros; such a parameter is skipped, moments and count "
    "included.",
    swap={"                continue\n": "                p.grad = torch.zeros_like(p)\n"},
)
exercise.mistake(
    "count_shared_by_parameters",
    "One count goes up for every parameter in turn; each parameter has a count of its own.",
    swap={
        "            self.steps[i] += 1\n": (
            "            self.count = getattr(self, 'count', 0) + 1\n"
            "            self.steps[i] = self.count\n"
        )
    },
)
exercise.mistake(
    "state_shared_by_shape",
    "Parameters of the same shape (or value) share m and v; key the state by the parameter itself.",
    swap={
        "self.steps = [0 for _ in self.params]": (
            "shapes = [str(p.shape) for p in self.params]\n        self.steps = [0 for _ in shapes]"
        ),
        "self.means = [torch.zeros_like(p) for p in self.params]": (
            "means = {s: torch.zeros_like(p) for s, p in zip(shapes, self.params)}\n"
            "        self.means = [means[s] for s in shapes]"
        ),
        "self.squares = [torch.zeros_like(p) for p in self.params]": (
            "squares = {s: torch.zeros_like(p) for s, p in zip(shapes, self.params)}\n"
            "        self.squares = [squares[s] for s in shapes]"
        ),
    },
)
exercise.mistake(
    "state_and_count_shared_by_shape",
    "Parameters of the same shape (or value) share m, v and t; key the state by the parameter "
    "itself.",
    swap={
        "        m, v, t = self.means[i], self.squares[i], self.steps[i]\n": (
            "            k = [str(q.shape) for q in self.params].index(str(p.shape))\n"
            "            self.steps[k] += 1\n"
            "            m, v, t = self.means[k], self.squares[k], self.steps[k]\n"
        ),
        "            self.steps[i] += 1\n    ": "",
    },
)
exercise.mistake(
    "biases_do_not_decay",
    "Vectors and scalars do not decay with you; here parameters of every shape do.",
    swap={"            p.mul_(1 -": "            if p.dim() > 1:\n                p.mul_(1 -"},
)
exercise.mistake(
    "zero_gradient_skipped",
    "You skip a gradient of zeros; it is a gradient: the decay, m, v and t go on. Only .grad None "
    "is skipped.",
    swap={"if p.grad is None:": "if p.grad is None or not p.grad.any():"},
)
exercise.mistake(
    "single_precision_state",
    "Your m and v are float32 whatever the parameter is; they must be as exact as it: zeros_like(p).",
    swap={
        "self.means = [torch.zeros_like(p) for": "self.means = [torch.zeros(p.shape) for",
        "self.squares = [torch.zeros_like(p) for": "self.squares = [torch.zeros(p.shape) for",
    },
)
exercise.mistake(
    "default_decay_of_adam",
    "Without options your weights do not decay: the default of weight_decay is 0.01 (0 is Adam's).",
    swap={"weight_decay=0.01": "weight_decay=0.0"},
)
exercise.mistake(
    "gradient_modified",
    "step changes the gradients; work on new tensors.",
    swap={
        "m.mul_(b1).add_(p.grad, alpha=1 - b1)": (
            "old = p.grad.clone()\n            m.mul_(b1).add_(p.grad.mul_(1 - b1))"
        ),
        "v.mul_(b2).add_(p.grad * p.grad, alpha=1 - b2)": "v.mul_(b2).add_(old * old, alpha=1 - b2)",
    },
)
exercise.mistake(
    "exhausted_generator",
    "You keep the generator itself, which is empty after the first walk; make a list of it.",
    swap={
        "self.params = list(params)": "self.params = params",
        "for _ in self.params]": "for _ in range(99)]",
        "self.means = [torch.zeros_like(p) for p in self.params]": "self.means = {}",
        "self.squares = [torch.zeros_like(p) for p in self.params]": "self.squares = {}",
        "m, v, t = self.means[i], self.squares[i], self.steps[i]": (
            "t = self.steps[i]\n"
            "            m = self.means.setdefault(i, torch.zeros_like(p))\n"
            "            v = self.squares.setdefault(i, torch.zeros_like(p))"
        ),
    },
)
exercise.mistake(
    "zero_grad_does_nothing",
    "zero_grad leaves the gradients, so backward adds to the old ones.",
    swap={"            p.grad = None\n": "            pass\n"},
)

exercise.walkthrough(r"""
## Where it comes from

The gradients in a network differ in size by orders of magnitude from weight to weight, and plain descent
has one learning rate for all: too small for some, too large for others. Adam (Kingma and Ba 2015) keeps for
each weight a running mean of its gradient and one of the gradient's square, and moves by the first over the
root of the second. The size of the gradient cancels. A weight whose gradient keeps its sign moves by about
lr at each step, one whose gradient keeps changing its sign hardly moves.

The W came later. Weights were kept small by adding a multiple of the weight to its gradient, which in plain
descent is the same as shrinking the weight a little at each step. Under Adam it is not: what is added to
the gradient is divided by the gradient's size too. Loshchilov and Hutter (algorithm 2) take the decay out
of the gradient and let it act on the weight alone. In the paper it is scaled by the schedule but not by the
base learning rate; torch, and this exercise, multiply it by lr.

## By hand

One weight that starts at 2; lr = 0.1, betas 0.5 and 0.75, weight decay 0.5, so that decay takes away 5 % at
each step; eps is too small to matter.

| step | gradient | after decay | m | m_hat | v | v_hat | weight |
|---|---|---|---|---|---|---|---|
| 1 | 3 | 2 · 0.95 = 1.9 | 1.5 | 1.5 / 0.5 = 3 | 2.25 | 2.25 / 0.25 = 9 | 1.9 − 0.1 · 3/3 = 1.8 |
| 2 | −3 | 1.8 · 0.95 = 1.71 | −0.75 | −0.75 / 0.75 = −1 | 3.9375 | 3.9375 / 0.4375 = 9 | 1.71 + 0.1 · 1/3 = 1.7433 |

The first step has length lr whatever the gradient is: had it been 0.003, m_hat / √v_hat would still be 1. The
second gradient contradicts the first, and the step becomes short.

```python
import torch
from torch import nn

from grader.notebook import reference

AdamW = reference("training/adamw")


def walk(start, gradient, steps, **options):
    weight = nn.Parameter(start.clone())
    optimizer, seen = AdamW([weight], **options), [start]
    for step in range(steps):
        weight.grad = gradient(step, weight.detach())
        optimizer.step()
        seen.append(weight.detach().clone())
    return torch.stack(seen)


given = torch.tensor([[3.0], [-3.0]])
settings = {"lr": 0.1, "betas": (0.5, 0.75), "weight_decay": 0.5}
walk(torch.tensor([2.0]), lambda step, at: given[step], 2, **settings)
```

## A picture

A valley forty times as steep across as along: the loss (x² + 40 y²) / 2, from its left end. Plain descent
must keep its rate below 2/40 here, or it would climb up the sides.

```python
from grader.notebook import curve

start, steep = torch.tensor([-4.0, 1.5]), torch.tensor([1.0, 40.0])
adam = walk(start, lambda step, at: steep * at, 60, lr=0.15)
plain = start * (1 - 0.045 * steep) ** torch.arange(61)[:, None]  # each step takes 0.045 g away
picture = curve({"plain descent": plain[:, 1]}, plain[:, 0], "60 steps from (−4, 1.5)", "x", "y")
picture.axes.plot(adam[:, 0], adam[:, 1], label="AdamW")
x, y = torch.linspace(-4.3, 1, 60), torch.linspace(-1.8, 1.8, 60)
height = (x[None] ** 2 + 40 * y[:, None] ** 2) / 2
picture.axes.contour(x, y, height, levels=[0.5, 2, 8, 20, 45], colors="grey", linewidths=0.6)
picture.axes.legend(frameon=False)
picture
```

Plain descent jumps from side to side and creeps along the valley. AdamW's first steps go along x and y
alike, by lr each, though the gradient is fifteen times as large in y. A running mean has momentum: it rolls
past the minimum and turns back.

## Traps

**Decay in the gradient.** It is how decay was done before, and how `torch.optim.Adam` does it. Nothing
fails and the loss falls, so only a comparison shows it.

{{trap: l2_in_gradient}}

Which weights does it hit? Let 300 weights start at 1 and get gradients that are nothing but noise, of size
10 or of size 0.01. All that should be seen then is decay.

```python
def mean_weight(size, in_gradient):
    torch.manual_seed(0)
    noise = lambda step, at: size * torch.randn(300) + in_gradient * at
    return walk(torch.ones(300), noise, 500, lr=0.002, weight_decay=1.0 - in_gradient).mean(dim=1)


lines = {
    f"{name}, noise {size:g}": mean_weight(size, in_gradient)
    for name, in_gradient in (("in the gradient", 1.0), ("decoupled", 0.0))
    for size in (10, 0.01)
}
picture = curve(lines, title="What is left of the weights", across="step", up="mean weight")
picture.axes.lines[3].set_linestyle("--")
picture.axes.legend(frameon=False)
picture
```

Decoupled, both groups shrink alike, by a factor of 0.998 at each step: their lines lie on each other. In
the gradient, decay hardly reaches the weights with the large gradients.

**No correction.** m and v start at 0, m catches up within some 1/(1 − b1) = 10 steps, v within a thousand.
Without the correction the first step of the usual betas is 0.1 / √0.001 = 3.2 times too long, and the next
ones longer still. Later it makes no difference, so a long run hides it.

{{trap: no_bias_correction}}

**One count for all.** A parameter that was not used has no gradient and takes no step, so its moments are
younger than the optimizer. Where every parameter has a gradient at every step, one count will do.

{{trap: global_step_for_skipped_params}}

## What it costs

Two numbers for every weight, besides the weight and its gradient: 16 bytes a weight in float32, of which
half are m and v. For seven billion weights that is 112 GB before the first activation, which is why the
moments are spread over devices or kept in fewer bits.
""")
