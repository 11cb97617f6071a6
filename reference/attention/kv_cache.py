"""Self-attention with a key and value cache.

Decoding feeds a few new tokens at a time. Instead of projecting the whole past again, keep its
keys and values, project the new tokens only, and let them attend to everything seen so far.

Write `class CachedSelfAttention(nn.Module)` with

- `__init__(self, d_model, n_heads)`: four `nn.Linear` children without bias, `q_proj`, `k_proj`,
  `v_proj` and `out_proj`, each d_model -> d_model. Head h owns the h-th slice of d_model // n_heads
  consecutive channels. ValueError if n_heads does not divide d_model.
- `forward(self, x, cache=None)` -> `(out, cache)`: x (B, T_new, d_model), T_new >= 1, are the next
  T_new tokens; out has the shape of x. `cache=None` starts a sequence; later calls get the cache
  that an earlier call returned. What a cache is, is up to you.

What must hold:

- Causal over everything seen: a token attends to itself and to all tokens before it, those of
  earlier calls included, with scores divided by sqrt(d_model // n_heads).
- Feeding a sequence in any split of chunks gives the same outputs as feeding it whole, and the
  same gradients.
- An old cache stays usable: continuing twice from one cache gives both continuations right, in
  training and in evaluation mode, with gradients and without.
- Each call projects its T_new tokens only, and compares only their queries with the keys.
- The module itself remembers nothing: several sequences may go through it in turn, each with its
  own cache. Rows of the batch do not meet. A sequence has no longest length.
- The state dict is the four weights and nothing else.
- Moved to another float dtype (float64, bfloat16, float16), the module takes and gives that dtype.
  Results are as exact as the dtype. Scores may be large (1e4).

Example: feeding tokens 0, 1 and then token 2 with the returned cache gives, for token 2, the same
output as feeding 0, 1, 2 at once, and calls `k_proj` on two rows first, then on one.

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import math

import torch
from torch import nn

from grader.words import (
    FUSED_ATTENTION,
    Draw,
    Exercise,
    at_most,
    grid,
    must_raise,
    noise,
    same,
    traced,
)

exercise = Exercise(
    tier="A",
    level=3,
    minutes=30,
    needs=("attention/multi_head", "attention/causal"),
    banned=FUSED_ATTENTION,
    source="Shazeer 2019, Fast Transformer Decoding, section 2.4, arXiv:1911.02150",
    hints=(
        "What does a new token need of the past? Not its queries: only what it is compared with "
        "and what it collects.",
        "Project the new tokens, join their keys and values to the cached ones along time, and "
        "attend from the new queries to all of them. The first new token stands at position "
        "T_old, not 0.",
        "Return new tensors made by concatenation along the time axis of (B, heads, T, width), so "
        "that the caller's old cache is not touched; mask key j for new query i where "
        "j > T_old + i.",
    ),
    ask=(
        (
            "How many bytes is the cache?",
            "2 (keys and values) x layers x batch x tokens x kv heads x head width x bytes per "
            "number.",
        ),
        (
            "What limits prefill, and what limits decoding?",
            "Prefill multiplies large matrices and is bound by compute; decoding reads all weights "
            "and the cache for one token and is bound by memory bandwidth.",
        ),
        (
            "How do rotary positions use the length of the cache?",
            "New tokens are rotated by positions T_old, T_old + 1, ...; cached keys are stored "
            "already rotated.",
        ),
    ),
)


@exercise.solution
class CachedSelfAttention(nn.Module):
    """Causal multi-head self-attention that is fed a sequence chunk by chunk."""

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

    def forward(self, x: torch.Tensor, cache=None):
        """x (B, T_new, d_model) and a cache or None -> (out (B, T_new, d_model), new cache)."""
        heads = (self.n_heads, x.shape[-1] // self.n_heads)
        q = self.q_proj(x).unflatten(-1, heads).transpose(1, 2)  # (B, H, T_new, d)
        k = self.k_proj(x).unflatten(-1, heads).transpose(1, 2)  # (B, H, T_new, d)
        v = self.v_proj(x).unflatten(-1, heads).transpose(1, 2)  # (B, H, T_new, d)
        if cache is not None:
            # New tensors: whoever still holds the old cache may continue from it.
            k = torch.cat([cache[0], k], dim=2)  # (B, H, T, d)
            v = torch.cat([cache[1], v], dim=2)  # (B, H, T, d)
        t_new, t = q.shape[2], k.shape[2]
        scores = q @ k.transpose(-2, -1) / math.sqrt(heads[1])  # (B, H, T_new, T)
        position = torch.arange(t, device=x.device)
        later = position > position[t - t_new :, None]  # (T_new, T)
        weights = scores.masked_fill(later, -math.inf).softmax(dim=-1)
        mixed = (weights @ v).transpose(1, 2).flatten(2)  # (B, T_new, d_model)
        return self.out_proj(mixed), (k, v)


@exercise.inputs
def chunks_of_a_sequence(draw: Draw) -> dict:
    n_heads, width = draw.choice((1, 2), (2, 1), (2, 3), (3, 2), (2, 2))
    sizes = [draw.size(1, 3) for _ in range(draw.size(1, 4))]
    styles = ("whole", "normal", "large")
    x = draw.floats(draw.size(1, 3), sum(sizes), n_heads * width, styles=styles)
    return {"n_heads": n_heads, "x": x, "sizes": sizes, "seed": draw.seed()}


@exercise.edges
def splits_that_separate() -> list[dict]:
    splits = [[1], [3], [1, 1], [2, 1], [1, 2], [1, 1, 1], [3, 2], [2, 2, 2], [1, 4, 2], [5, 1, 1]]
    cases = [
        {"n_heads": 2, "x": noise(2, sum(sizes), 6), "sizes": sizes, "seed": 1} for sizes in splits
    ]
    cases += [
        {"n_heads": 1, "x": noise(1, sum(sizes), 2), "sizes": sizes, "seed": 2}
        for sizes in ([2, 2], [1, 3, 1], [3, 3, 3])
    ]
    # Here every score is far below the numbers one might hide others with.
    cases += [
        {"n_heads": 1, "x": 40 + grid(1, 4, 2), "sizes": sizes, "seed": OPPOSED}
        for sizes in ([4], [2, 2], [1, 3])
    ]
    return cases


NAMES = ("q_proj", "k_proj", "v_proj", "out_proj")
OPPOSED = -1


def weights(d_model, seed):
    """A state dict in float64 that depends on the seed alone. OPPOSED makes keys minus queries."""
    drawn = [noise(d_model, d_model, seed=seed + i) for i in range(4)]
    if seed == OPPOSED:
        ones = torch.ones(d_model, d_model).double()
        drawn = [2 * ones, -2 * ones, drawn[2], drawn[3]]
    return {f"{name}.weight": weight for name, weight in zip(NAMES, drawn, strict=True)}


@exercise.rig
def feed(solution, state, n_heads, steps):
    """The outputs of a tree of calls: each step is a chunk and the number of the step whose cache
    it continues, or None for a new sequence. As on a server: evaluation mode, no gradients.
    """
    dtype = steps[0][1].dtype
    module = solution(steps[0][1].shape[-1], n_heads).to(dtype).eval()
    module.load_state_dict(state)
    outputs, caches = [], []
    with torch.no_grad():
        for parent, chunk in steps:
            out, cache = module(chunk) if parent is None else module(chunk, caches[parent])
            outputs.append(out)
            caches.append(cache)
    return outputs


@exercise.rig
def feed_for_gradients(solution, state, n_heads, x, sizes):
    """All outputs, and the derivatives of a weighting of them by x and by the weights."""
    module = solution(x.shape[-1], n_heads).double()
    module.load_state_dict(state)
    x, outputs, cache = x.clone().requires_grad_(), [], None
    for chunk in x.split(sizes, dim=1):
        out, cache = module(chunk, cache=cache)
        outputs.append(out)
    out = torch.cat(outputs, dim=1)
    total = (out * torch.cos(torch.arange(out.numel()).double()).reshape(out.shape)).sum()
    names = ["x", *state]
    leaves = [x, *(dict(module.named_parameters())[name] for name in state)]
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    pairs = zip(names, leaves, found, strict=True)
    return {"out": out} | {
        f"gradient of {name}": torch.zeros_like(leaf) if gradient is None else gradient
        for name, leaf, gradient in pairs
    }


@exercise.scenario
def outputs_of_all_chunks(solution, n_heads, x, sizes, seed) -> dict:
    return feed_for_gradients(solution, weights(x.shape[-1], seed), n_heads, x, sizes)


@exercise.law(examples=8)
def any_split_into_chunks_gives_the_same_outputs(solution, n_heads, x, sizes, seed):
    """Chunking is how a server feeds a prompt; it must not change what the model says."""
    state, chunks = weights(x.shape[-1], seed), x.split(sizes, dim=1)
    steps = [(i - 1 if i else None, chunk) for i, chunk in enumerate(chunks)]
    *parts, whole = feed(solution, state, n_heads, [*steps, (None, x)])
    same(torch.cat(parts, dim=1), whole, f"Fed in chunks of {sizes}")


@exercise.law(examples=7)
def an_old_cache_can_be_continued_twice(solution, n_heads, x, seed):
    """Beam search and prompt reuse branch from one cache, so it must not be changed in place."""
    one, two, last = x[:, :1] + 1, x[:, -1:] - 1, x[:, :2]
    # Two branches from the cache of step 0 go on, and after another sequence it is used once more.
    steps = [(None, x), (0, one), (0, two), (1, last), (2, last), (None, last), (0, one)]
    whole = [(None, torch.cat([x, first, last], dim=1)) for first in (one, two)]
    out = feed(solution, weights(x.shape[-1], seed), n_heads, steps + whole)
    got = {
        "the first branch": torch.cat([out[1], out[3]], dim=1),
        "the second branch": torch.cat([out[2], out[4]], dim=1),
        "the first token once more": out[6],
    }
    t = x.shape[1]
    want = dict(zip(got, (out[7][:, t:], out[8][:, t:], out[7][:, t : t + 1]), strict=True))
    same(got, want, "Against feeding each branch whole")


@exercise.law(examples=5)
def sequences_fed_in_turn_do_not_meet(solution, n_heads, x, seed):
    """A server feeds many sequences through one module; what belongs to one is in its cache."""
    other = x.flip(1) - 1
    turns = [(None, x), (None, other), (0, x), (1, other)]
    whole = [(None, torch.cat([tokens, tokens], dim=1)) for tokens in (x, other)]
    out = feed(solution, weights(x.shape[-1], seed), n_heads, turns + whole)
    got = [torch.cat(out[0:3:2], dim=1), torch.cat(out[1:4:2], dim=1)]
    same(got, out[4:], "Two sequences in turn, against each fed whole")


@exercise.law(examples=5)
def rows_of_the_batch_do_not_meet(solution, n_heads, x, seed):
    """Rows are different conversations that only share a matrix product."""
    three = torch.cat([x[:1], x[:1] + 1, x[:1] - 2])
    steps = [(None, three), (0, three), (None, three[1:2]), (2, three[1:2])]
    out = feed(solution, weights(x.shape[-1], seed), n_heads, steps)
    same([out[0][1:2], out[1][1:2]], out[2:], "Row 1 of the batch, against the row alone")


def other_dtypes() -> list[dict]:
    return [
        {"dtype": dtype, "x": noise(2, sum(sizes), 6), "sizes": sizes}
        for dtype in (torch.float32, torch.bfloat16, torch.float16)
        for sizes in ([3], [2, 3])
    ] + [
        {"dtype": torch.float64, "x": noise(1, 143, 6), "sizes": [1, 140, 2]},
        # Scores of about 100 show where a cache is kept in a shorter dtype than the module's.
        {"dtype": torch.float32, "x": 8 * noise(2, 5, 6), "sizes": [2, 3]},
    ]


@exercise.law(edges=other_dtypes)
def it_works_in_every_dtype_and_at_any_length(solution, dtype, x, sizes):
    """Servers run in half precision, and conversations get long."""
    state = {name: (weight / 3).to(dtype) for name, weight in weights(6, 5).items()}
    x = x.to(dtype)
    steps = [(i - 1 if i else None, c) for i, c in enumerate(x.split(sizes, dim=1))]
    got = torch.cat(feed(solution, state, 2, steps), dim=1)
    exact = CachedSelfAttention(6, 2).double()
    exact.load_state_dict({name: weight.double() for name, weight in state.items()})
    same(got, exact(x.double())[0].detach().to(dtype), f"In {str(dtype)[6:]}")


@exercise.law(examples=4)
def each_call_works_for_the_new_tokens_only(solution, sizes):
    """Projecting or comparing the past again makes a sequence of T tokens cost T times as much."""
    d_model, past, new = 16, 20, sizes[0]
    module = solution.hold(d_model, 2)
    cache = module.hold(noise(2, past, d_model).float())[1]
    _, operations = traced(module, noise(2, new, d_model).float(), cache)
    projecting = sum(op.flops for op in operations if _sums_over(op, d_model))
    rows = projecting // (2 * d_model**2)
    at_most(rows, 4 * 2 * new, f"Rows that went through a projection, for 2 x {new} new tokens")
    comparing = sum(op.flops for op in operations) - projecting
    queries = comparing / (4 * d_model * (past + new))
    says = f"Queries that were compared with all {past + new} keys, for 2 x {new} new tokens"
    at_most(queries, 3 * 2 * new, says)


def _sums_over(operation, width):
    """Whether a matrix product sums over `width` channels: projections do, scores do not."""
    return any(shape[-1] == width for shape in operation.inputs[-2:] if shape)


def bad_heads() -> list[dict]:
    return [{"d_model": d, "n_heads": h} for d, h in ((6, 4), (2, 3), (5, 2), (9, 6))]


@exercise.law(edges=bad_heads)
def heads_that_do_not_divide_the_width_raise_value_error(solution, d_model, n_heads):
    """Heads own equal slices of the channels, so their number must divide d_model."""
    must_raise(ValueError, solution, d_model, n_heads)


@exercise.rig
def state_after_use(solution, d_model, n_heads, x):
    """The shapes of the state dict, of a module that was used."""
    module = solution(d_model, n_heads).double()
    module(x, module(x)[1])
    return {name: tuple(weight.shape) for name, weight in module.state_dict().items()}


@exercise.law(examples=3)
def it_has_four_projections_without_bias(solution, n_heads, x):
    """Weights are exchanged by name, so the children's names and shapes are part of the contract."""
    d_model = x.shape[-1]
    shapes = state_after_use(solution, d_model, n_heads, x)
    same(shapes, dict.fromkeys(weights(d_model, 0), (d_model, d_model)), "The state dict")


exercise.mistake(
    "top_left_mask",
    "Your mask is built from the new tokens alone, so a chunk's tokens do not see the cached ones "
    "they may see: new token i stands at position T_old + i.",
    swap={"position[t - t_new :, None]": "position[:t_new, None]"},
)
exercise.mistake(
    "no_mask_in_chunk",
    "The tokens of one chunk see each other's future: a chunk of several tokens needs a mask also "
    "when there is a cache.",
    swap={
        "scores.masked_fill(later, -math.inf)": "scores.masked_fill(later & (t == t_new), -math.inf)"
    },
)
exercise.mistake(
    "mask_missing_at_prefill",
    "The first chunk is not masked: with cache=None its tokens still may not see the future.",
    swap={
        "scores.masked_fill(later, -math.inf)": "scores.masked_fill(later & (t != t_new), -math.inf)"
    },
)
exercise.mistake(
    "no_mask",
    "There is no causal mask: tokens see the future of their own chunk.",
    swap={"scores.masked_fill(later, -math.inf)": "scores"},
)
exercise.mistake(
    "stale_detach",
    "The cache is detached, so no gradient flows through the cached tokens.",
    swap={"(k, v)\n": "(k.detach(), v.detach())\n"},
)
exercise.mistake(
    "cache_keeps_the_last_chunk_only",
    "Your cache holds the newest chunk only; join it to what was cached before.",
    swap={
        "return self.out_proj(mixed), (k, v)": (
            "return self.out_proj(mixed), (k[:, :, t - t_new:], v[:, :, t - t_new:])"
        )
    },
)
exercise.mistake(
    "scaled_by_d_model",
    "The scores are divided by sqrt(d_model); each head has d_model // n_heads channels.",
    swap={"math.sqrt(heads[1])": "math.sqrt(x.shape[-1])"},
)
exercise.mistake(
    "concatenated_after_the_new",
    "You put the cached keys and values after the new ones; the past comes first.",
    swap={
        "torch.cat([cache[0], k]": "torch.cat([k, cache[0]]",
        "torch.cat([cache[1], v]": "torch.cat([v, cache[1]]",
    },
)
exercise.mistake(
    "concatenated_along_heads",
    "You join old and new keys along the heads; time is axis 2 of (B, heads, T, width).",
    swap={
        "torch.cat([cache[0], k], dim=2)": "torch.cat([cache[0], k], dim=1)",
        "torch.cat([cache[1], v], dim=2)": "torch.cat([cache[1], v], dim=1)",
    },
)
exercise.mistake(
    "strict_triangle",
    "A token must see itself; your mask hides its own key.",
    swap={"position > position[": "position >= position["},
)
exercise.mistake(
    "small_finite_fill",
    "You hide scores with a number that large scores reach; minus infinity is below all of them.",
    swap={"-math.inf": "-1e4"},
)
exercise.mistake(
    "not_scaled",
    "The scores are not divided by sqrt(d_model // n_heads).",
    swap={" / math.sqrt(heads[1])": ""},
)
exercise.mistake(
    "no_check",
    "n_heads that does not divide d_model goes through; raise ValueError.",
    swap={"if d_model % n_heads != 0:": "if False:"},
)
exercise.mistake(
    "keys_and_values_swapped",
    "Keys and values are swapped in the cache you return.",
    swap={"(k, v)\n": "(v, k)\n"},
)
exercise.mistake(
    "no_out_proj",
    "The heads' outputs are returned without out_proj.",
    swap={"self.out_proj(mixed), ": "mixed, "},
)


@exercise.mistake(
    "reprojects_everything",
    "You project the whole past again at each call; keep keys and values, not inputs.",
)
class _Reprojects(CachedSelfAttention):
    def forward(self, x, cache=None):
        seen = x if cache is None else torch.cat([cache, x], dim=1)
        out, _ = super().forward(seen)
        return out[:, -x.shape[1] :], seen


@exercise.mistake(
    "projects_cached_inputs_again",
    "Your cache holds inputs, and their keys and values are projected again at each call; keep the "
    "keys and values.",
)
class _ProjectsInputs(CachedSelfAttention):
    def forward(self, x, cache=None):
        past = None
        if cache is not None:
            heads = (self.n_heads, x.shape[-1] // self.n_heads)
            past = [
                project(cache).unflatten(-1, heads).transpose(1, 2)
                for project in (self.k_proj, self.v_proj)
            ]
        return super().forward(x, past)[0], x if cache is None else torch.cat([cache, x], dim=1)


@exercise.mistake(
    "caches_queries",
    "You keep the past queries too and compute all their outputs again; only the new queries are "
    "needed.",
)
class _CachesQueries(CachedSelfAttention):
    def forward(self, x, cache=None):
        new, d = [], x.shape[-1] // self.n_heads
        for project in (self.q_proj, self.k_proj, self.v_proj):
            new.append(project(x).unflatten(-1, (self.n_heads, d)).transpose(1, 2))
        if cache is not None:
            new = [torch.cat(pair, dim=2) for pair in zip(cache, new, strict=True)]
        q, k, v = new
        scores = q @ k.transpose(-2, -1) / math.sqrt(d)
        later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        mixed = scores.masked_fill(later, -math.inf).softmax(dim=-1) @ v
        return self.out_proj(mixed.transpose(1, 2).flatten(2)[:, -x.shape[1] :]), new


@exercise.mistake(
    "kept_on_the_module",
    "You keep the past on the module, so sequences and branches mix; all of it belongs in the cache "
    "that is returned.",
)
class _KeptOnTheModule(CachedSelfAttention):
    def forward(self, x, cache=None):
        out, self.past = super().forward(x, None if cache is None else self.past)
        return out, True


@exercise.mistake(
    "length_kept_on_the_module",
    "The number of cached tokens is counted on the module, so with two sequences or branches the "
    "mask is off; take it from the cache that was passed in.",
)
class _LengthKept(CachedSelfAttention):
    def forward(self, x, cache=None):
        heads = (self.n_heads, x.shape[-1] // self.n_heads)
        q, k, v = (
            project(x).unflatten(-1, heads).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        seen = 0
        if cache is not None:
            k, v, seen = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2), self.seen
        self.seen = seen + x.shape[1]
        scores = q @ k.transpose(-2, -1) / math.sqrt(heads[1])
        later = ~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(seen)
        mixed = scores.masked_fill(later, -math.inf).softmax(dim=-1) @ v
        return self.out_proj(mixed.transpose(1, 2).flatten(2)), (k, v)


@exercise.mistake(
    "shared_buffer",
    "Caches share one buffer, and a second branch writes over what the first wrote there. Return "
    "new tensors.",
)
class _SharedBuffer(CachedSelfAttention):
    def forward(self, x, cache=None):
        buffer, length = ([], 0) if cache is None else cache
        past = [torch.cat(halves, dim=2) for halves in zip(*buffer[:length], strict=True)] or None
        out, joined = super().forward(x, past)
        buffer[length:] = [tuple(half[:, :, -x.shape[1] :] for half in joined)]
        return out, (buffer, length + 1)


@exercise.mistake(
    "inplace_cache",
    "You change the cache that was passed in; whoever still holds it cannot continue from it. "
    "Return a new one.",
)
class _InPlace(CachedSelfAttention):
    def forward(self, x, cache=None):
        cache = [] if cache is None else cache
        past = [torch.cat(halves, dim=2) for halves in zip(*cache, strict=True)] or None
        out, joined = super().forward(x, past)
        cache.append(tuple(half[:, :, -x.shape[1] :] for half in joined))
        return out, cache


exercise.walkthrough(r"""
## Where it comes from

A decoder writes one token at a time, and each time the new token must look at all that came before it.
Feeding the whole text again for each token is right and wasteful: the keys and values of the old tokens
come out the same as last time, because nothing that comes later reaches back to them. So keep them.
What a step then has to compute is the query, key and value of the new token, and one row of scores.

This is *incremental* attention, described with its price in Shazeer (2019, section 2.4). The price is
that a step reads the whole cache to do very little with it, and so waits for memory; that observation
led to heads that share keys and values (`attention/grouped_query`).

A prompt is fed in one piece or in a few, called prefill, and the answer token by token. So the same
layer must take chunks of any size, and a token must not be able to tell how the text was cut.

## By hand

One channel and one head. All weights are 1, but q_proj is ln 2: a score is ln 2 times the product of two
numbers, so exponentiating gives 2 to the power of that product. The tokens are 1, 2, 0 and 1.

| token | unnormalised weights | result |
|---|---|---|
| 1 | 2 | 1 |
| 2 | 4, 16 | (4 · 1 + 16 · 2)/20 = 1.8 |
| 0 | 1, 1, 1 | (1 + 2 + 0)/3 = 1 |
| 1 | 2, 4, 1, 2 | (2 · 1 + 4 · 2 + 1 · 0 + 2 · 1)/9 = 1.3333 |

```python
import math

import torch

from grader.notebook import reference

Layer = reference("attention/kv_cache")


def layer(n_heads, **weights):
    # A layer with these weights, by the names of its projections.
    made = Layer(len(weights["q_proj"]), n_heads)
    made.load_state_dict({f"{name}.weight": weight for name, weight in weights.items()})
    return made.requires_grad_(False)


one = torch.ones(1, 1)
small = layer(1, q_proj=math.log(2) * one, k_proj=one, v_proj=one, out_proj=one)
text = torch.tensor([1.0, 2, 0, 1]).reshape(1, 4, 1)
whole, _ = small(text)
first, cache = small(text[:, :2])
second, cache = small(text[:, 2:3], cache)
third, cache = small(text[:, 3:], cache)
print("whole: ", whole.flatten())
print("chunks:", torch.cat([first, second, third], dim=1).flatten())
```

## A picture

Eight tokens arrive in four calls: a prompt of four, one token, one more, and two at once. Each token has
a channel of its own and the values hand out the weights, so the rows of all outputs are the attention
pattern. Each weight is marked with the number of the call that computed it; 0 means that nobody did, or
that it was hidden.

```python
from grader.notebook import show

torch.manual_seed(0)
eye = torch.eye(8)
watched = layer(1, q_proj=torch.randn(8, 8), k_proj=torch.randn(8, 8), v_proj=eye, out_proj=eye)
cache, calls = None, torch.zeros(8, 8)
for number, (begin, end) in enumerate([(0, 4), (4, 5), (5, 6), (6, 8)], 1):
    weights, cache = watched(eye[None, begin:end], cache)
    calls[begin:end] = number * (weights[0] > 0)
show(calls, "The call that computed it", rows="token that looks", columns="token that is seen")
```

Every call adds rows at the bottom and never goes back to an old one. The last call has a triangle of its
own at its right end: its first token does not see its second, although both came at the same time.

## Traps

**No mask once there is a cache.** A single new token may see everything, so a step needs no mask, and
with one token at a time the results are right. They stop being so when a second piece of a prompt comes
in, or several guessed tokens are checked at once.

{{trap: no_mask_in_chunk}}

**Writing into the cache.** Appending to the lists that were passed in saves a line. As long as each
cache is continued once, nobody can tell. Beam search continues it several times, and a server that keeps
the cache of a common prompt does so all day.

{{trap: inplace_cache}}

**Keeping the inputs.** Storing the tokens instead of their keys and values gives the right numbers in
every test of numbers. But each step projects the whole past again, which is the work that the cache was
to save.

{{trap: projects_cached_inputs_again}}

## What it costs

What is needed to write the last token of a text: feeding all of it, or one token and the cache of the
others.

```python
from grader.notebook import curve, seconds

torch.manual_seed(0)
names = ("q_proj", "k_proj", "v_proj", "out_proj")
wide = layer(4, **{name: torch.randn(128, 128) / 11 for name in names})
lengths = [32, 64, 128, 256, 512]
texts = [torch.randn(1, t, 128) for t in lengths]
caches = [wide(text[:, :-1])[1] for text in texts]
again = [1e3 * seconds(wide, text) for text in texts]
cached = [1e3 * seconds(wide, t[:, -1:], c) for t, c in zip(texts, caches, strict=True)]
curve(
    {"everything again": again, "with the cache": cached},
    x=lengths,
    title="One more token, d_model = 128, measured here",
    across="tokens in the text",
    up="milliseconds",
    log=True,
)
```

The lower line hardly rises: at this size most of a step is the fixed cost of calling torch. For a whole
answer the steps add up. Without a cache, T tokens send 1 + 2 + ... + T = T(T + 1)/2 rows
through the projections, with it T: for 1000 tokens that is 500,500 against 1000. In return the cache
takes 2 · d_model numbers for each token and layer.
""")
