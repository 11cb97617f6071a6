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
- An old cache stays usable: continuing twice from one cache gives both continuations right.
- Each call projects its T_new tokens only.

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
    x = draw.floats(draw.size(1, 3), sum(sizes), n_heads * width, styles=("whole", "normal"))
    return {"n_heads": n_heads, "x": x, "sizes": sizes, "seed": draw.seed()}


@exercise.edges
def splits_that_separate() -> list[dict]:
    splits = [[1], [3], [1, 1], [2, 1], [1, 2], [1, 1, 1], [3, 2], [1, 4, 2], [5, 1, 1]]
    return [
        {"n_heads": 2, "x": noise(2, sum(sizes), 6), "sizes": sizes, "seed": 1} for sizes in splits
    ]


def weights(d_model, seed):
    """A state dict in float64 that depends on the seed alone."""
    names = ("q_proj", "k_proj", "v_proj", "out_proj")
    return {f"{name}.weight": noise(d_model, d_model, seed=seed + i) for i, name in enumerate(names)}


@exercise.rig
def feed(solution, state, n_heads, chunks, branch=()):
    """Outputs of feeding the chunks one after the other; then of each chunk in `branch` in turn,
    always from the cache that the last of the chunks gave.
    """
    module = solution(chunks[0].shape[-1], n_heads).double()
    module.load_state_dict(state)
    outputs, cache = [], None
    for chunk in chunks:
        out, cache = module(chunk, cache)
        outputs.append(out)
    return outputs + [module(chunk, cache)[0] for chunk in branch]


@exercise.rig
def feed_for_gradients(solution, state, n_heads, x, sizes):
    """All outputs, and the derivative of a weighting of them with respect to x."""
    module = solution(x.shape[-1], n_heads).double()
    module.load_state_dict(state)
    x, outputs, cache = x.clone().requires_grad_(), [], None
    for chunk in x.split(sizes, dim=1):
        out, cache = module(chunk, cache)
        outputs.append(out)
    out = torch.cat(outputs, dim=1)
    total = (out * torch.cos(torch.arange(out.numel()).double()).reshape(out.shape)).sum()
    return {"out": out, "gradient of x": torch.autograd.grad(total, [x])[0]}


@exercise.scenario
def outputs_of_all_chunks(solution, n_heads, x, sizes, seed) -> dict:
    return feed_for_gradients(solution, weights(x.shape[-1], seed), n_heads, x, sizes)


@exercise.law
def any_split_into_chunks_gives_the_same_outputs(solution, n_heads, x, sizes, seed):
    """Chunking is how a server feeds a prompt; it must not change what the model says."""
    state = weights(x.shape[-1], seed)
    whole = feed(solution, state, n_heads, [x])[0]
    parts = feed(solution, state, n_heads, list(x.split(sizes, dim=1)))
    same(torch.cat(parts, dim=1), whole, f"Fed in chunks of {sizes}")


@exercise.law
def an_old_cache_can_be_continued_twice(solution, n_heads, x, sizes, seed):
    """Beam search and prompt reuse branch from one cache, so it must not be changed in place."""
    one, two = x[:, :1] + 1, x[:, :2] - 1
    chunks, branch = list(x.split(sizes, dim=1)), [one, two, two, one]
    outputs = feed(solution, weights(x.shape[-1], seed), n_heads, chunks, branch)
    same(outputs[-1], outputs[-4], "Continued a second time from the same cache")


@exercise.law(examples=6)
def each_call_projects_the_new_tokens_only(solution, sizes, seed):
    """Projecting the past again makes a sequence of T tokens cost T squared projections."""
    d_model, new = 16, sizes[0]
    module = solution.hold(d_model, 2)
    cache = module.hold(noise(2, 20, d_model).float())[1]
    _, operations = traced(module, noise(2, new, d_model).float(), cache)
    flops = sum(op.flops for op in operations if _sums_over(op, d_model))
    rows = flops // (2 * d_model**2)
    at_most(rows, 4 * 2 * new, f"Rows that went through a projection, for 2 x {new} new tokens")


def _sums_over(operation, width):
    """Whether a matrix product sums over `width` channels: projections do, scores do not."""
    return any(shape[-1] == width for shape in operation.inputs[-2:] if shape)


def bad_heads() -> list[dict]:
    return [{"d_model": d, "n_heads": h} for d, h in ((6, 4), (2, 3), (5, 2), (9, 6))]


@exercise.law(edges=bad_heads)
def heads_that_do_not_divide_the_width_raise_value_error(solution, d_model, n_heads):
    """Heads own equal slices of the channels, so their number must divide d_model."""
    must_raise(ValueError, solution, d_model, n_heads)


@exercise.law(examples=3)
def it_has_four_projections_without_bias(solution, n_heads, x):
    """Weights are exchanged by name, so the children's names and shapes are part of the contract."""
    d_model = x.shape[-1]
    state = solution.hold(d_model, n_heads).state_dict()
    shapes = {name: tuple(weight.shape) for name, weight in state.items()}
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
    swap={"scores.masked_fill(later, -math.inf)": "scores.masked_fill(later & (t == t_new), -math.inf)"},
)
exercise.mistake(
    "mask_missing_at_prefill",
    "The first chunk is not masked: with cache=None its tokens still may not see the future.",
    swap={"scores.masked_fill(later, -math.inf)": "scores.masked_fill(later & (t != t_new), -math.inf)"},
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
    swap={"return self.out_proj(mixed), (k, v)": (
        "return self.out_proj(mixed), (k[:, :, t - t_new:], v[:, :, t - t_new:])"
    )},
)
exercise.mistake(
    "scaled_by_d_model",
    "The scores are divided by sqrt(d_model); each head has d_model // n_heads channels.",
    swap={"math.sqrt(heads[1])": "math.sqrt(x.shape[-1])"},
)
exercise.mistake(
    "concatenated_after_the_new",
    "You put the cached keys and values after the new ones; the past comes first.",
    swap={"torch.cat([cache[0], k]": "torch.cat([k, cache[0]]",
          "torch.cat([cache[1], v]": "torch.cat([v, cache[1]]"},
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
    "inplace_cache",
    "You change the cache that was passed in; whoever still holds it cannot continue from it. "
    "Return a new one.",
)
class _InPlace(CachedSelfAttention):
    def forward(self, x, cache=None):
        cache = [] if cache is None else cache
        past = (torch.cat([k for k, _ in cache], 2), torch.cat([v for _, v in cache], 2))  if cache else None
        out, (k, v) = super().forward(x, past)
        new = x.shape[1]
        cache.append((k[:, :, -new:], v[:, :, -new:]))
        return out, cache
