"""Multi-head self-attention.

One softmax can look at one kind of thing at a time. Cut the channels into heads, let each head
attend by itself, and join what they found: the layer every transformer is made of.

Write `class MultiHeadSelfAttention(nn.Module)` with

- `__init__(self, d_model, n_heads)`: four `nn.Linear` children without bias, `q_proj`, `k_proj`,
  `v_proj` and `out_proj`, each d_model -> d_model. ValueError if n_heads does not divide d_model.
- `forward(self, x, causal=False)`: x (B, T, d_model) -> (B, T, d_model), with B and T from 1 on.

What it computes, with d = d_model // n_heads:

- q_proj, k_proj and v_proj turn each token into a query, a key and a value of d_model channels.
  Head h owns the h-th slice of d consecutive channels of all three: h * d to (h + 1) * d - 1.
- Each head computes softmax(q kᵀ / √d) v from its own slices. With `causal=True` token i sees the
  tokens 0 .. i only, in every head; with `causal=False` every token sees all.
- The heads' results stand side by side in the order of the heads, and go through out_proj.

What else holds:

- The state dict is the four weights, nothing else (4 d_model² numbers), so that weights can be
  exchanged by name. How they are initialised is free.
- Rows of the batch do not meet. Calls do not influence each other: B, T, `causal`, the weights and
  the dtype may change from call to call, and T has no limit. Training and eval mode give the same;
  there is no dropout.
- The module can be moved to another float dtype (float64, bfloat16, float16), and then takes and
  gives x of that dtype. The result is differentiable in x and in all four weights. x is not
  modified and need not be contiguous.
- Scores may be large (1e6 in float64): the result stays right.

Example: d_model = 2, two heads, all four weights the identity, x = [[[1, 0], [0, 1]]]. Head 0 sees
channel 0 alone: token 0 has the scores 1 and 0, weights 0.731 and 0.269, result 0.731; token 1 has
two zero scores, result 0.5. The output is [[[0.731, 0.5], [0.5, 0.731]]], and with causal=True
[[[1, 0], [0.5, 0.731]]].

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import math

import torch
from torch import nn

from grader.words import (
    FUSED_ATTENTION,
    Draw,
    Exercise,
    grid,
    must_raise,
    noise,
    same,
    shaped,
    skip,
)

exercise = Exercise(
    tier="A",
    level=2,
    minutes=20,
    needs=("attention/scaled_dot_product", "attention/causal"),
    banned=FUSED_ATTENTION,
    source="Vaswani et al. 2017, Attention Is All You Need, section 3.2.2, arXiv:1706.03762",
    hints=(
        "Attention already works with any number of leading dimensions. Which dimension should the "
        "heads become, so that one batched product serves all of them?",
        "Split the channels into (n_heads, d), then move the heads before time: reshaping alone "
        "cannot do the second step. On the way back undo both, in the opposite order.",
        "Each projection goes (B, T, d_model) -> (B, T, H, d) -> (B, H, T, d). Scores and mask live "
        "on the last two axes. The result goes back through (B, T, H, d) to (B, T, d_model) before "
        "out_proj.",
    ),
    ask=(
        (
            "Why many heads with the same total width?",
            "One softmax gives one mixture; several heads can follow several relations at once. "
            "The projections cost the same whatever the number of heads.",
        ),
        (
            "How would you fuse the three projections?",
            "Stack the three weights into one 3 d_model x d_model matrix, multiply once and split "
            "the result: one large product keeps the hardware busier than three.",
        ),
        (
            "Where does dropout go?",
            "On the attention weights after the softmax, and on the output of out_proj before the "
            "residual is added.",
        ),
    ),
)


@exercise.solution
class MultiHeadSelfAttention(nn.Module):
    """Self-attention in n_heads slices of the channels, between bias-free projections."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        """Four bias-free projections; ValueError if n_heads does not divide d_model."""
        super().__init__()
        if d_model % n_heads != 0:
            raise ValueError(f"n_heads {n_heads} does not divide d_model {d_model}")
        self.n_heads = n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: torch.Tensor, causal: bool = False) -> torch.Tensor:
        """x (B, T, d_model) -> (B, T, d_model); causal: no token sees a later one."""
        q = self._split(self.q_proj(x))  # (B, H, T, d)
        k = self._split(self.k_proj(x))  # (B, H, T, d)
        v = self._split(self.v_proj(x))  # (B, H, T, d)
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (B, H, T, T)
        if causal:
            later = torch.ones_like(scores, dtype=torch.bool).triu(1)
            scores = scores.masked_fill(later, -math.inf)
        heads = torch.softmax(scores, dim=-1) @ v  # (B, H, T, d)
        joined = heads.transpose(1, 2).flatten(2)  # (B, T, H, d) -> (B, T, d_model)
        return self.out_proj(joined)

    def _split(self, channels: torch.Tensor) -> torch.Tensor:
        """(B, T, d_model) -> (B, H, T, d): head h gets the h-th slice of the channels."""
        return channels.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)


NAMES = ("q_proj", "k_proj", "v_proj", "out_proj")


@exercise.inputs
def tokens_and_heads(draw: Draw) -> dict:
    n_heads, width = draw.choice((1, 2), (2, 1), (2, 3), (3, 2), (2, 2), (4, 3), (3, 1))
    sizes = (draw.size(1, 3), draw.size(1, 5), n_heads * width)
    dtype = draw.choice(torch.float64, torch.float64, torch.float64, torch.float32)
    return {
        "n_heads": n_heads,
        "weights": draw.choice("identity", draw.seed()),
        "x": draw.floats(*sizes, styles=("whole", "halves", "normal"), dtype=dtype),
        "causal": draw.flag(),
    }


@exercise.edges
def sizes_that_separate() -> list[dict]:
    small = [(2, 2, 1, 2), (2, 4, 1, 3), (1, 2, 1, 3), (2, 6, 2, 5), (3, 6, 2, 4), (4, 8, 2, 3)]
    small += [(2, 8, 3, 5), (3, 3, 1, 2), (2, 4, 1, 1)]
    cases = []
    for causal in (False, True):
        for i, (n_heads, d_model, batch, t) in enumerate(small):
            x = grid(batch, t, d_model, seed=t)
            for weights in ("identity", 5) if i < 4 and not causal else (5,):
                cases.append({"n_heads": n_heads, "weights": weights, "x": x / 2, "causal": causal})
    unusual = [noise(2, 4, 6).bfloat16(), noise(2, 4, 6).half()]
    unusual += [shaped(noise(2, 4, 6), layout) for layout in ("transposed", "expanded")]
    unusual += [300 * noise(2, t, 6, seed=t) for t in (4, 5, 3, 6)]
    return cases + [{"n_heads": 3, "weights": 9, "x": x, "causal": True} for x in unusual]


def state_dict(x, weights) -> dict:
    """The four weights, in x's dtype: identities, or noise that depends on the seed alone."""
    d = x.shape[-1]
    if weights == "identity":
        return {f"{name}.weight": torch.eye(d, dtype=x.dtype) for name in NAMES}
    made = [noise(d, d, seed=weights + i, dtype=x.dtype) / d**0.5 for i in range(4)]
    return {f"{name}.weight": weight for name, weight in zip(NAMES, made, strict=True)}


@exercise.rig
def run(solution, state, n_heads, x, causal):
    """The weights the module has; then its output and all gradients, where it has the right ones."""
    module = solution(x.shape[-1], n_heads).to(x.dtype)
    shapes = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    seen = {"state_dict": shapes, "output": None}
    seen.update({"output where x needs no gradient": None, "x after a call": None})
    seen.update({f"gradient of {name}": None for name in ("x", *state)})
    if shapes != {name: tuple(weight.shape) for name, weight in state.items()}:
        return seen
    module.load_state_dict(state)
    given = seen["x after a call"] = x.clone()
    seen["output where x needs no gradient"] = module(x=given, causal=causal)
    x = x.detach().requires_grad_()
    out = seen["output"] = module(x, causal=True) if causal else module(x)
    if not isinstance(out, torch.Tensor) or not out.requires_grad:
        return seen
    parameters = dict(module.named_parameters())
    leaves = [x, *(parameters[name] for name in state)]
    total = (out * torch.cos(torch.arange(out.numel())).reshape(out.shape).to(out.dtype)).sum()
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    for name, leaf, gradient in zip(("x", *state), leaves, found, strict=True):
        seen[f"gradient of {name}"] = torch.zeros_like(leaf) if gradient is None else gradient
    return seen


@exercise.rig
def call(solution, state, n_heads, calls, fresh=False):
    """The outputs of one module (or of a fresh one for each call), half of them in eval mode."""
    outputs, module = [], None
    for i, (x, causal) in enumerate(calls):
        if fresh or module is None:
            module = solution(d_model=x.shape[-1], n_heads=n_heads).to(x.dtype)
            module.load_state_dict(state)
        module.train(i < len(calls) / 2)
        outputs.append(module(x, causal))
    return outputs


@exercise.scenario
def output_and_gradients(solution, n_heads, weights, x, causal) -> dict:
    """Where softmax saturates or rounding is coarse, right gradients differ: values alone."""
    seen = run(solution, state_dict(x, weights), n_heads, x, causal)
    exact = x.dtype in (torch.float64, torch.float32) and x.abs().max() < 50
    return seen if exact else {name: seen[name] for name in seen if "gradient of" not in name}


@exercise.law(examples=8)
def permuting_tokens_permutes_outputs(solution, n_heads, weights, x, dice):
    """Without a mask attention sees a set of tokens; anything else mixes time with channels."""
    if x.dtype not in (torch.float64, torch.float32) or x.abs().max() > 50:
        skip()
    order = dice.sample(range(x.shape[1]), x.shape[1])
    calls = [[x, False], [x[:, order], False]]
    plain, moved = call(solution, state_dict(x, weights), n_heads, calls)
    same(moved, plain[:, order], f"With the tokens in the order {order}")


@exercise.law(examples=8)
def permuting_heads_changes_nothing(solution, n_heads, weights, x, causal, dice):
    """Heads are equals: each owns its slice of all four weights, wherever that slice stands."""
    if n_heads == 1 or x.dtype != torch.float64 or x.abs().max() > 50:
        skip()
    heads = dice.sample(range(n_heads), n_heads)
    order = torch.arange(x.shape[-1]).unflatten(0, (n_heads, -1))[heads].flatten()
    state = state_dict(x, weights)
    moved = {name: weight[order] for name, weight in state.items()}
    moved["out_proj.weight"] = state["out_proj.weight"][:, order]
    want = call(solution, state, n_heads, [[x, causal]])
    same(
        call(solution, moved, n_heads, [[x, causal]]), want, f"With the heads in the order {heads}"
    )


def one_module_many_calls() -> list[dict]:
    x = noise(3, 4, 6)
    return [{"n_heads": h, "x": x, "causal": h == 3} for h in (2, 3)]


@exercise.law(edges=one_module_many_calls)
def calls_and_batch_rows_do_not_meet(solution, n_heads, x, causal):
    """A layer is called on all lengths, in training and after it; nothing may stay from before."""
    parts = [x[:1, :2], x[1:2], x[:, :1], x[2:, :3], x]
    calls = [[part, flag] for part in parts for flag in (causal, not causal)]
    rows = [[row[None], causal] for part in parts for row in part]
    outputs = call(solution, state_dict(x, 3), n_heads, calls)[::2]
    alone = call(solution, state_dict(x, 3), n_heads, rows, fresh=True)
    for got in outputs:
        want = torch.cat([alone.pop(0) for _ in got])
        same(got, want, f"After other calls, the output for x of shape {tuple(got.shape)}")


@exercise.rig
def changed_between(solution, before, after, n_heads, x, late):
    """One module: a call, then other weights and another dtype, and a second call."""
    module = solution(x.shape[-1], n_heads).to(x.dtype)
    module.load_state_dict(before)
    module(x, True)
    module = module.to(late.dtype)
    module.load_state_dict(after)
    return module(late, True)


def other_dtypes() -> list[dict]:
    pairs = [(torch.float64, torch.float64), (torch.float32, torch.bfloat16)]
    pairs += [(torch.float16, torch.float64)]
    return [{"n_heads": 3, "x": noise(2, 4, 6).to(a), "then": b} for a, b in pairs]


@exercise.law(edges=other_dtypes)
def weights_and_dtype_may_change_between_calls(solution, n_heads, x, then):
    """Training changes weights after every call; what was kept from the first one is out of date."""
    late = x.to(then)
    before, after = state_dict(x, 3), state_dict(late, 8)
    got = changed_between(solution, before, after, n_heads, x, late)
    (want,) = call(solution, after, n_heads, [[late, True]])
    same(got, want, f"After a call in {x.dtype}, with new weights in {then}, the output")


@exercise.law(edges=lambda: [{"t": 2050}])
def sequences_have_no_longest_length(solution, t):
    """A mask that is built for some longest length fails on the first longer text."""
    x = noise(1, t, 2).float()
    calls = [[x, True], [x[:, :7], True]]
    long, short = call(solution, state_dict(x, 1), 1, calls)
    same(long[:, :7], short, f"The first outputs of {t} tokens")


@exercise.law(examples=3)
def the_children_are_four_linear_layers(solution, n_heads, x):
    """Optimisers, adapters and quantisers look for nn.Linear children by name."""
    found = children(solution, x.shape[-1], n_heads)
    want = {name: [True, True] for name in NAMES} | {"numbers": 4 * x.shape[-1] ** 2}
    same(found, want, "Children that are [nn.Linear, without bias], and how many parameters")


@exercise.rig
def children(solution, d_model, n_heads):
    module, found = solution(d_model, n_heads), {}
    for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
        child = getattr(module, name, None)
        found[name] = [isinstance(child, nn.Linear), getattr(child, "bias", None) is None]
    return {**found, "numbers": sum(p.numel() for p in module.parameters())}


def bad_heads() -> list[dict]:
    return [{"d_model": d, "n_heads": h} for d, h in ((6, 4), (2, 3), (5, 2), (9, 6), (4, 8))]


@exercise.law(edges=bad_heads)
def heads_that_do_not_divide_the_width_raise_value_error(solution, d_model, n_heads):
    """Heads own equal slices of the channels, so their number must divide d_model."""
    must_raise(ValueError, solution, d_model, n_heads)


exercise.mistake(
    "reshape_without_transpose",
    "You reshape (B, T, d_model) straight to (B, H, T, d), which mixes time and channels; split the "
    "channels first, then transpose.",
    swap={
        "channels.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)": (
            "channels.reshape(len(channels), self.n_heads, channels.shape[1], -1)"
        )
    },
)
exercise.mistake(
    "interleaved_heads",
    "Your heads own every n_heads-th channel; head h owns the h-th slice of consecutive ones.",
    swap={
        "(self.n_heads, -1)).transpose(1, 2)": "(-1, self.n_heads)).permute(0, 3, 1, 2)",
        "heads.transpose(1, 2).flatten(2)": "heads.permute(0, 2, 3, 1).flatten(2)",
    },
)
exercise.mistake(
    "concat_without_transpose",
    "You reshape (B, H, T, d) straight to (B, T, d_model), which mixes heads and time; transpose "
    "them first.",
    swap={"heads.transpose(1, 2).flatten(2)": "heads.reshape(x.shape)"},
)
exercise.mistake(
    "scale_by_d_model",
    "The scores are divided by sqrt(d_model); each head has d_model // n_heads channels.",
    swap={"math.sqrt(q.shape[-1])": "math.sqrt(x.shape[-1])"},
)
exercise.mistake(
    "no_scale",
    "The scores are not divided by the square root of a head's width.",
    swap={" / math.sqrt(q.shape[-1])": ""},
)
exercise.mistake(
    "heads_averaged",
    "You average the heads; their results are put side by side, d_model channels in all.",
    swap={"heads.transpose(1, 2).flatten(2)": "heads.mean(1).repeat(1, 1, self.n_heads)"},
)
exercise.mistake(
    "out_proj_missing",
    "The joined heads are returned without out_proj.",
    swap={"self.out_proj(joined)": "joined"},
)
exercise.mistake(
    "k_and_v_swapped",
    "Keys and values are swapped: scores come from k_proj, and what is averaged from v_proj.",
    swap={
        "k = self._split(self.k_proj": "k = self._split(self.v_proj",
        "v = self._split(self.v_proj": "v = self._split(self.k_proj",
    },
)
exercise.mistake(
    "q_and_k_swapped",
    "Queries and keys are swapped: rows of the scores are queries, columns are keys.",
    swap={"q @ k.transpose(-2, -1)": "k @ q.transpose(-2, -1)"},
)
exercise.mistake(
    "one_head_mask",
    "Your causal mask reaches the first head only; every head needs it.",
    swap={".triu(1)": ".triu(1) & (torch.arange(self.n_heads) == 0)[:, None, None]"},
)
exercise.mistake(
    "causal_ignored",
    "causal=True changes nothing: tokens still see later ones.",
    swap={"if causal:": "if False:"},
)
exercise.mistake(
    "causal_by_default",
    "Your layer is causal when nobody asks for it: the default is causal=False.",
    swap={"causal: bool = False": "causal: bool = True"},
)
exercise.mistake(
    "strict_triangle",
    "Your mask hides the diagonal: a token must see itself.",
    swap={".triu(1)": ".triu(0)"},
)
exercise.mistake(
    "softmax_over_queries",
    "Your softmax runs over the queries; the weights of one query over all keys sum to 1.",
    swap={"dim=-1)": "dim=-2).nan_to_num(0.0)"},
)
exercise.mistake(
    "fill_that_scores_reach",
    "You hide later tokens with a number that large scores reach; minus infinity is below all.",
    swap={"-math.inf": "-1e4"},
)
exercise.mistake(
    "bias_left_on",
    "Your linear layers have a bias; pass bias=False.",
    swap={
        f"self.{name} = nn.Linear(d_model, d_model, bias=False)": (
            f"self.{name} = nn.Linear(d_model, d_model)"
        )
        for name in NAMES
    },
)
exercise.mistake(
    "no_check",
    "n_heads that do not divide d_model go through; raise ValueError in the constructor.",
    swap={"if d_model % n_heads != 0:": "if False:"},
)

exercise.walkthrough(r"""
## Where it comes from

One softmax gives one mixture. A word may need several things at once, the verb it belongs to and the
noun it stands for, and a single row of weights that serves both has to average them. The remedy is to
cut the channels into slices and to let each slice attend by itself, with queries, keys and values of
its own. The results stand side by side, and one more matrix joins them (section 3.2.2 of the paper).

The slices cost little: whatever their number, the projections are the same, and so are the
multiplications in the attention itself. In the paper's own trial (its table 3, rows A) one head was 0.9
BLEU worse than the best number of heads, and far too many were worse again.

## By hand

Two channels and two heads, so that each head is 1 wide and √d is 1. All weights are the identity, but
q_proj also multiplies by ln 2: a score is ln 2 times a product of two numbers, and exponentiating gives
a power of two. The tokens are [1, 0], [0, 1] and [1, 1]. Head 0 has the numbers 1, 0, 1 to work with,
head 1 has 0, 1, 1.

| token | weights in head 0 | result | weights in head 1 | result |
|---|---|---|---|---|
| 0 | 2/5, 1/5, 2/5 | 4/5 | 1/3, 1/3, 1/3 | 2/3 |
| 1 | 1/3, 1/3, 1/3 | 2/3 | 1/5, 2/5, 2/5 | 4/5 |
| 2 | 2/5, 1/5, 2/5 | 4/5 | 1/5, 2/5, 2/5 | 4/5 |

```python
import math

import torch

from grader.notebook import reference

Layer = reference("attention/multi_head")


def layer(n_heads, **weights):
    # A layer with these weights, by the names of its projections.
    made = Layer(len(weights["q_proj"]), n_heads)
    made.load_state_dict({f"{name}.weight": weight for name, weight in weights.items()})
    return made.requires_grad_(False)


one = torch.eye(2)
x = torch.tensor([[[1.0, 0], [0, 1], [1, 1]]])
layer(2, q_proj=math.log(2) * one, k_proj=one, v_proj=one, out_proj=one)(x)
```

Each column is the work of one head: nothing of channel 1 has reached head 0. Only out_proj lets them
meet, and here it is the identity.

## A picture

Three heads made by hand, each with a taste of its own: head 0 asks for the word before, head 1 for
the first one, head 2 for the same word wherever it stands. (The first word has none before it and
asks for itself.) Heads as plain as the first are found in trained models too (Clark et al. 2019,
*What Does BERT Look At?*, section 3). The values are chosen so that each head hands out its
weights.

The picture on the right is one head of full width, with the very same queries and keys. Its scores are
the sums of the three, and nothing in its blend tells which relation asked for what.

```python
from grader.notebook import show

words = "the cat and the dog ran".split()
place, tastes = torch.eye(6), {"before": [0, 0, 1, 2, 3, 4], "first": [0] * 6}
same = [0, 1, 2, 0, 4, 5]  # the fourth word is the first one again
asked = torch.cat([*(place[of].T for of in tastes.values()), place[same].T])  # 18 channels, 6 words
found = torch.cat([place, place, place[same].T])
q, k, v = (torch.nn.functional.pad(part, (0, 12)) for part in (8 * asked, found, place.repeat(3, 1)))
weights = {"q_proj": q, "k_proj": k, "v_proj": v, "out_proj": torch.eye(18)}
words_in = torch.eye(6, 18)[None]  # each word has a channel of its own
heads = layer(3, **weights)(words_in)[0].split(6, dim=-1)
single = layer(1, **weights)(words_in)[0, :, :6]
names = ["head 0: the word before", "head 1: the first", "head 2: the same", "all in one head"]
show(dict(zip(names, [*heads, single], strict=True)), rows=words, columns=words)
```

## Traps

**A reshape where a transposition is needed.** The numbers of all heads lie side by side within a token.
Asking for the shape with the heads in front of time gives that shape at once and without an error, and
fills it in reading order: a "head" then is a stretch of the text. With one head, or one token, the
result is right.

{{trap: reshape_without_transpose}}

**Every other channel.** Dealing the channels out in turn, like cards, is as good a way to cut them. A
model trained from scratch with it learns just as well, and nobody notices until weights are loaded that
were trained with consecutive slices.

{{trap: interleaved_heads}}

**The width of the wrong thing.** The formula that one remembers from single-head attention divides by
the square root of the full width. With one head it is the same; with 16, scores come out four times
too small and all heads look at nearly everything.

{{trap: scale_by_d_model}}

## What it costs

The weights are 4 d_model² numbers, however many heads share them, and the multiplications stay the same
too. What grows with the heads is the number of scores, T² for each head, and with it the memory and the
work of softmax. Width 128, 128 tokens:

```python
from grader.notebook import curve, largest_tensor

x, counts = torch.randn(1, 128, 128), [1, 2, 4, 8, 16, 32]
weights = {f"{name}_proj": torch.eye(128) for name in ("q", "k", "v", "out")}
curve(
    {
        "scores": [largest_tensor(layer(n, **weights), x) for n in counts],
        "weights": [4 * 128 * 128 for _ in counts],
    },
    x=counts,
    title="One layer, d_model = 128, T = 128",
    across="heads",
    up="numbers",
    log=True,
)
```

Beyond 4 heads the scores outnumber the weights here. In practice the width of a head is fixed, often at
64 or 128, and a wider model gets more heads.
""")
