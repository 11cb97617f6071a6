"""Maximal marginal relevance.

The best hits of a search often say the same thing. Pick rows that are close to the query and far
from what has been picked already.

Write `mmr(query, candidates, k, lam=0.5)`. It returns a list of row numbers of `candidates`, plain
ints, in the order in which they were picked: min(k, N) different ones.

    query: (d,)     candidates: (N, d)

- Similarity is the cosine, a·b / (‖a‖ ‖b‖). The rows and the query have any length; a zero vector
  has similarity 0 with everything. Similarities may be negative, and count as they are.
- The first pick is the row most similar to the query, whatever `lam` is.
- Each next pick is, among the rows not picked yet, the one with the highest

      lam · cos(query, row) - (1 - lam) · (the largest cos(row, p) of all rows p picked so far)

- Equal scores: the smaller row number. Not more can be picked than there are rows: k > N gives N
  picks, and N = 0 gives [].
- k < 1, lam below 0 or above 1, and a query of another length than the rows raise ValueError, also
  where N = 0. lam = 0 and lam = 1 are allowed.
- query and candidates are floats of one dtype. The result is as exact as that dtype: with float64
  a difference of 1e-8 between two scores decides. Apart from exact zeros, norms are 1e-5 or more.
- Compare rows with the query and with picks only: a matrix of all N × N similarities is too large.
  With N = 12,000 rows and k = 2 a call takes moments and little memory.

Example: query [4, 3], rows 0: [1, 0], 1: [0, 2], 2: [3, 4], 3: [4, -3], k = 3, lam = 0.5. The
cosines with the query are 0.8, 0.6, 0.96 and 0.28, so row 2 is first. Its cosines with rows 0, 1
and 3 are 0.6, 0.8 and 0. Row 0 scores 0.4 - 0.3 = 0.1, row 1 0.3 - 0.4 = -0.1, and row 3
0.14 - 0 = 0.14: row 3 is next. Row 0 is closer to row 3 (0.8) than to row 2, and scores
0.4 - 0.4 = 0 now; row 1 keeps -0.1. The result is [2, 3, 0]. With lam = 0.75 it is [2, 0, 1].

Equal scores are judged only where no rounding can decide. Failing cases show each pick with how
its score came about.
"""

import math

import torch

from grader.words import (
    Draw,
    Exercise,
    at_most,
    must_raise,
    noise,
    same,
    skip,
    traced,
)

exercise = Exercise(
    tier="B",
    level=2,
    minutes=18,
    needs=("rag/dense_search",),
    source="Carbonell and Goldstein 1998, The Use of MMR, Diversity-Based Reranking for Reordering "
    "Documents and Producing Summaries, SIGIR",
    hints=(
        "It is a greedy loop: one row is picked at a time, and what was picked changes the scores "
        "of the rest.",
        "Normalise once, then similarities are dot products. Per row you need two numbers: its "
        "similarity to the query, which stays, and the largest one to any pick, which only grows.",
        "After each pick compare all rows with that pick alone, and take the larger of this and "
        "what you had. Give rows that are picked the score minus infinity.",
    ),
    ask=(
        (
            "MMR or a reranker?",
            "They solve different problems: a cross-encoder reorders by relevance, reading query "
            "and text together, MMR removes repetition. Rerank first, then run MMR on the best.",
        ),
        (
            "How do you choose lam without labels?",
            "Look at what is lost: plot mean relevance and mean similarity among the picks over "
            "lam and take the knee, or measure answers end to end. 0.5 to 0.7 is a usual start.",
        ),
        (
            "Why not cluster the candidates and take one of each cluster?",
            "It also gives variety, but needs the number of clusters and all candidates at once, "
            "and takes something from irrelevant clusters. MMR weighs the two for each pick.",
        ),
    ),
)


def unit(vectors: torch.Tensor) -> torch.Tensor:
    """Vectors (..., d) scaled to norm 1; zero vectors stay zero, so their cosines are 0."""
    norms = vectors.norm(dim=-1, keepdim=True)  # (..., 1)
    return vectors / norms.masked_fill(norms == 0, 1)


@exercise.solution
def mmr(query: torch.Tensor, candidates: torch.Tensor, k: int, lam: float = 0.5) -> list:
    """At most k row numbers of candidates (N, d) in the order picked, for a query (d,).

    ValueError if k < 1, lam is outside 0..1, or the widths differ.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    if not 0 <= lam <= 1:
        raise ValueError(f"lam must be from 0 to 1: {lam}")
    if query.shape[-1] != candidates.shape[-1]:
        raise ValueError(f"widths differ: {query.shape[-1]} and {candidates.shape[-1]}")
    rows = unit(candidates)  # (N, d)
    relevance = rows @ unit(query)  # (N,) cosines with the query
    redundancy = torch.full_like(relevance, -math.inf)  # (N,) largest cosine with a pick
    free = torch.ones_like(relevance, dtype=torch.bool)  # (N,)
    score, picks = relevance, []  # nothing is redundant at first, so relevance alone decides
    while len(picks) < min(k, len(rows)):
        # argmax gives the first of equals.
        best = int(score.masked_fill(~free, -math.inf).argmax())
        picks.append(best)
        free[best] = False
        # Only the new pick can raise the largest cosine: N products for each pick.
        redundancy = torch.maximum(redundancy, rows @ rows[best])
        score = lam * relevance - (1 - lam) * redundancy
    return picks


def cosine(a, b) -> float:
    """In plain Python, for the words of a verdict."""
    a, b = a.tolist(), b.tolist()
    norms = math.hypot(*a) * math.hypot(*b)
    return sum(x * y for x, y in zip(a, b, strict=True)) / norms if norms else 0.0


def scored(query, candidates, lam, row, picks) -> tuple[float, str]:
    """The score of a row after those picks, and how it comes about."""
    near = cosine(query, candidates[row])
    if not picks:
        digits = 10 if 0 < 1 - near < 1e-4 else 4
        return near, f"{near:.{digits}g} to the query"
    most = max(cosine(candidates[row], candidates[p]) for p in picks)
    score = lam * near - (1 - lam) * most
    return score, f"{lam:g} · {near:.4g} - {1 - lam:g} · {most:.4g} = {score:.4g}"


def rounding_may_decide(query, candidates, k, lam) -> bool:
    """Whether a pick and a row left out come so close that rounding could swap them."""
    picks = mmr(query, candidates, k, lam)
    for i, pick in enumerate(picks):
        left = [row for row in range(len(candidates)) if row not in picks[: i + 1]]
        best, _ = scored(query, candidates, lam, pick, picks[:i])
        others = (scored(query, candidates, lam, row, picks[:i])[0] for row in left)
        if any(abs(best - other) < 1e-5 for other in others):
            return True
    return False


def clear_noise(n, d, k, lam, seed, dtype=torch.float64) -> tuple:
    """A query and rows without close calls. Of one seed, they might begin with the same numbers."""
    while True:
        query, candidates = (
            noise(d, seed=seed, dtype=dtype),
            noise(n, d, seed=seed + 1, dtype=dtype),
        )
        if not rounding_may_decide(query, candidates, k, lam):
            return query, candidates
        seed += 2


LAMS = (0.5, 0.25, 0.75, 0.0, 1.0, 0.9, 0.3)


@exercise.inputs
def small_vectors(draw: Draw) -> dict:
    n, d, dtype = draw.size(1, 6), draw.size(2, 3), draw.dtype()
    layouts = ("contiguous", "transposed", "strided")
    query = draw.floats(d, dtype=dtype, layouts=layouts)
    candidates = draw.floats(n, d, styles=("whole", "normal"), dtype=dtype, layouts=layouts)
    k, lam = draw.choice(2, 3, 1, 4, 9), draw.choice(None, *LAMS)
    if rounding_may_decide(query, candidates, k, 0.5 if lam is None else lam):
        query, candidates = clear_noise(n, d, k, 0.5 if lam is None else lam, 10 * k, dtype)
    return {
        "query": query,
        "candidates": candidates,
        "k": k,
        **({} if lam is None else {"lam": lam}),
    }


def case(query, rows, k, lam=None, dtype=torch.float64) -> dict:
    candidates = torch.tensor(rows, dtype=dtype)
    found = {"query": torch.tensor(query, dtype=dtype), "candidates": candidates, "k": k}
    return found | ({} if lam is None else {"lam": lam})


def at_angles(*degrees, length=1.0) -> list:
    """Rows of two numbers that point in those directions."""
    turns = map(math.radians, degrees)
    return [[length * math.cos(turn), length * math.sin(turn)] for turn in turns]


@exercise.edges
def rows_that_separate() -> list[dict]:
    x, y, z, zero = [1.0, 0, 0], [0.0, 1, 0], [0.0, 0, 1], [0.0, 0, 0]
    back = [-1.0, 0, 0]
    fan = at_angles(0, 10, 25, 60, -45, 100, -127, 171)
    return [
        case([4, 3], [[1, 0], [0, 2], [3, 4], [4, -3]], 3),
        case([4, 3], [[1, 0], [0, 2], [3, 4], [4, -3]], 3, 0.75),
        case([1, 0], [[1, 2]], 1), case([1, 0], [[1, 2]], 5), case([1, 2], [[-3, 1], [1, 1]], 1),
        {"query": torch.ones(3).double(), "candidates": torch.zeros(0, 3).double(), "k": 2},
        {"query": torch.ones(1), "candidates": torch.zeros(0, 1), "k": 1, "lam": 1.0},
        # Every share of diversity, in the plane.
        *(case([1, 0.1], fan, k, lam) for k in (4, 9) for lam in (None, *LAMS)),
        *(case([1, 0.3], at_angles(5, 60, -70, 0, 120), 5, lam) for lam in (0.0, 0.4, 0.6)),
        # All rows on the far side: every similarity to the query is negative.
        *(case([-1, 0.2], at_angles(-20, 15, 40, 85), k, lam) for k in (2, 4) for lam in LAMS[:4]),
        # The first pick is the most relevant row, also where lam is 0.
        case(y, [x, y, z], 1, 0.0), case([0, 1, 3], [x, y, z], 2, 0.0), case(z, [x, z, y], 1, 0.0),
        # Equal scores, on axes where no rounding can decide: the smaller row.
        case(x, [y, x, x], 1), case([1, 1, 0], [z, y, x], 3), case(x, [x, y, z], 3, 0.0),
        case(x, [x, x, y], 2), case(x, [y, x, x, z], 4), case(x, [x, y, x, z], 3, 0.25),
        case([0, 1, 1], [z, y, x, y, z], 5, 0.75), case([1, 1, 1], [x, x, y, y, z, z], 5),
        case(x, [y, z, y, z], 4), case(x, [x, x, x], 2, 0.0), case(y, [y, y], 2, 0.0), case(z, [x, z, z], 3, 0.0), case(x, [x, back, back, y], 4, 0.5),
        # A duplicate of a pick is never better than another row that is as relevant.
        case([1, 1, 0], [x, x, y], 2), case([1, 1, 0], [x, x, y], 2, 0.9),
        case([2, 1, 1], [y, y, z, x], 3, 0.5), case([1, 1, 1], [z, z, z, y], 2, 0.25),
        # Zero vectors are similar to nothing, not even to each other.
        case(zero, [x, y, z], 3), case(zero, [z, y, z], 3, 0.25), case(x, [zero, x, y], 3, 0.75),
        case(x, [zero, back, y], 2, 1.0), case(x, [zero, zero], 2), case(zero, [zero, x], 2, 0.0),
        case(x, [zero, zero, [-1, 2, 0]], 2), case(x, [[-1, 1, 0], zero, zero], 3, 0.25),
        case([1, 2], [[0, 0], [-3, 1], [0, 0]], 2), case([2, 1], [[0, 0], [0, 0], [-1, 1]], 3, 0.3),
        case([1, 0], [[1, 0.1], [0, 0], [-1, 3]], 3), case([1, 2], [[0, 0], [1, 0], [-2, -1]], 3),
        # Opposite rows: a negative similarity to the picks is worth something.
        case([1, 0], at_angles(20, 100, -150), 3, 0.25), case([1, 0], at_angles(5, 95, 180), 2, 0.3),
        case([1, 0], at_angles(10, 99, -140, 130), 3, 0.0), case([1, 1], [[2, 1], [-1, 2], [-3, -2]], 3),
        # Lengths play no part, large or small.
        case([5, 1], [[0.1, 0], [30, 31], [2, -1]], 3), case([3, 4], [[90, 0], [0.3, 0.5], [1, -9]], 3),
        case([0, 3e-5], [*at_angles(53, length=2e-5), *at_angles(51, 120)], 2),
        case([0, 3e-5], [*at_angles(52, length=1e4), *at_angles(53, -10, length=2e-5)], 2),
        case([0, 2], [*at_angles(58, length=2e-5), *at_angles(-75), *at_angles(57)], 2),
        # Differences that only float64 shows.
        case([1, 0], [[1, 2e-4], [1, 1e-4], [0, 1]], 1), case([0, 1], [[3e-4, 2], [-1e-4, 1]], 1),
        case([1, 0], [[0, -1], [2, 4e-4], [1, 1e-4], [3, 5e-4]], 1, 0.9),
        case([2, 0], [[5, 1e-3], [9, 1e-3]], 2, 1.0),
        # More rows than one looks at in a first selection by relevance.
        *({"query": noise(2, seed=s + 9), "candidates": noise(24, 2, seed=s), "k": 3, "lam": 0.2}
          for s in (1, 2, 3)),
        *({"query": noise(3, seed=s + 9, dtype=torch.float32), "lam": 0.4, "k": 9,
           "candidates": noise(9, 3, seed=s, dtype=torch.float32)} for s in (4, 5)),
    ]  # fmt: skip


@exercise.scenario
def picks_and_their_scores(solution, query, candidates, k, **lam) -> dict:
    """Each pick with how its score came about, and then the result as it is."""
    result = solution(query, candidates, k, **lam)
    if not isinstance(result, list):
        return {"picks": result, "result": result}
    picks: list[int] = []
    told = []
    for row in result:
        if type(row) is int and 0 <= row < len(candidates):
            _, words = scored(query, candidates, lam.get("lam", 0.5), row, picks)
            told.append(f"row {row}: {words}" if row not in picks else f"row {row} again")
            picks.append(row)
        else:
            told.append(f"{row!r}, which is no row number")
    return {"picks": told, "result": result}


@exercise.law(examples=8)
def fewer_picks_are_the_first_of_more(solution, query, candidates, k):
    """Each pick looks at earlier ones only, so asking for more must not change the first."""
    if k < 2:
        skip()
    more, fewer = (solution(query, candidates, n, 0.3) for n in (k, k - 1))
    same(fewer, more[: k - 1], f"With k={k - 1}, against the first picks of k={k}")


def several(draw: Draw) -> dict:
    n, d, lam = draw.size(3, 8), draw.size(2, 4), draw.choice(0.5, 0.25, 0.75, 0.9)
    query, candidates = clear_noise(n, d, 4, lam, draw.seed())
    return {"query": query, "candidates": candidates, "lam": lam}


@exercise.law(inputs=several, examples=8)
def lengths_change_nothing(solution, query, candidates, lam, dice):
    """The cosine knows directions only. Powers of two are used, which round nothing."""
    scales = [2.0 ** dice.randint(-10, 10) for _ in range(len(candidates) + 1)]
    *rescale, last = torch.tensor(scales, dtype=torch.float64)
    got = solution(query * last, candidates * torch.stack(rescale)[:, None], 4, lam)
    same(got, solution(query, candidates, 4, lam), "After rescaling the query and each row")


@exercise.law(inputs=several, examples=8)
def rows_in_another_order_are_picked_all_the_same(solution, query, candidates, lam, dice):
    """Where a row stands decides between equals only."""
    order = dice.sample(range(len(candidates)), len(candidates))
    got = solution(query, candidates[order], 4, lam)
    want = [order.index(row) for row in solution(query, candidates, 4, lam)]
    same(got, want, "After moving the rows")


def bad_arguments() -> list[dict]:
    good = {"d": 2, "rows": (3, 2), "k": 2, "lam": 0.5}
    changes = [
        *({"k": k} for k in (0, -1, -5)),
        *({"k": k, "rows": (0, 2)} for k in (0, -2)),
        *({"lam": lam} for lam in (-0.1, 1.1, 2.0, -3.0)),
        *({"lam": lam, "rows": (0, 2)} for lam in (-0.5, 1.5)),
        *({"d": d} for d in (1, 3, 5)),
        *({"rows": rows} for rows in ((3, 1), (2, 3), (4, 4))),
        *({"d": d, "rows": (0, 2)} for d in (1, 3)),
    ]
    return [good | change for change in changes]


@exercise.law(edges=bad_arguments, examples=18)
def bad_arguments_raise_value_error(solution, d, rows, k, lam):
    """k < 1, lam outside 0..1 and another width are wrong even where there is nothing to pick."""
    must_raise(ValueError, solution, noise(d), noise(*rows), k, lam)


@exercise.law(edges=lambda: [{"n": n, "k": k} for n, k in ((250, 2), (300, 3), (350, 1), (400, 2))])
def it_never_compares_all_rows_with_all(solution, n, k):
    """N × N similarities of a large index fit nowhere, and all but k rows of them are not used."""
    _, operations = traced(solution, noise(2, seed=n), noise(n, 2, seed=n + 1), k)
    largest = max((operation.largest for operation in operations), default=0)
    at_most(largest, 40 * n, f"Numbers in the largest tensor for {n} rows and k={k}")


@exercise.law(edges=lambda: [{"n": 12_000}])
def twelve_thousand_rows_take_moments(solution, n):
    """A search puts many rows before it, so the work must grow with N and not with N × N."""
    solution(noise(4, seed=1), noise(n, 4, seed=2), 2)


SCORE = "score = lam * relevance - (1 - lam) * redundancy"
LARGEST = "torch.maximum(redundancy, rows @ rows[best])"

exercise.mistake(
    "lambda_swapped",
    "You weigh relevance with 1 - lam and redundancy with lam. It is the other way round: lam = 1 is "
    "relevance alone.",
    swap={SCORE: "score = (1 - lam) * relevance - lam * redundancy"},
)
exercise.mistake(
    "relevance_not_weighted",
    "You subtract the redundancy from the whole relevance. Relevance has the weight lam.",
    swap={SCORE: "score = relevance - (1 - lam) * redundancy"},
)
exercise.mistake(
    "weights_forgotten",
    "You subtract redundancy from relevance without weights: lam plays no part.",
    swap={SCORE: "score = relevance - redundancy"},
)
exercise.mistake(
    "plus_sign",
    "You add the redundancy, so that rows like the picked ones are preferred. Subtract it.",
    swap={SCORE: "score = lam * relevance + (1 - lam) * redundancy"},
)
exercise.mistake(
    "no_diversity",
    "What is picked changes nothing in your scores, so these are the most relevant rows only. "
    "Subtract the largest similarity to a pick.",
    swap={SCORE: "score = relevance"},
)
exercise.mistake(
    "mean_redundancy",
    "You use the mean similarity to the picks. One near twin is enough to make a row redundant: use "
    "the largest.",
    swap={LARGEST: "(rows @ rows[picks].T).mean(dim=1)"},
)
exercise.mistake(
    "sum_redundancy",
    "You add up the similarities to all picks. One near twin is enough to make a row redundant: use "
    "the largest.",
    swap={LARGEST: "(rows @ rows[picks].T).sum(dim=1)"},
)
exercise.mistake(
    "min_redundancy",
    "You use the smallest similarity to the picks. One near twin is enough to make a row redundant: "
    "use the largest.",
    swap={LARGEST: "(rows @ rows[picks].T).amin(dim=1)"},
)
exercise.mistake(
    "last_pick_only",
    "You compare with the latest pick only. A row may be like an earlier one: use the largest over "
    "all picks.",
    swap={LARGEST: "rows @ rows[best]"},
)
exercise.mistake(
    "first_pick_only",
    "You compare with the first pick only. A row may be like a later one: use the largest over all "
    "picks.",
    swap={LARGEST: "rows @ rows[picks[0]]"},
)
exercise.mistake(
    "whole_matrix",
    "You compute the similarities of all rows with all. Only those with the picks are needed: one "
    "column for each pick.",
    swap={LARGEST: "torch.maximum(redundancy, (rows @ rows.T)[best])"},
)
exercise.mistake(
    "redundancy_to_all_candidates",
    "You compare each row with all others. Only rows that were picked make it redundant.",
    swap={
        LARGEST: "(rows @ rows.T).fill_diagonal_(-1).amax(dim=1)",
    },
)
exercise.mistake(
    "negative_similarity_ignored",
    "You take a negative similarity to the picks as 0, perhaps because the maximum starts at 0. A row "
    "opposite to all picks gains by it.",
    swap={"torch.full_like(relevance, -math.inf)": "torch.zeros_like(relevance)"},
)
exercise.mistake(
    "absolute_similarity",
    "You take the absolute value of similarities between rows. Opposite rows are not alike.",
    swap={LARGEST: "torch.maximum(redundancy, (rows @ rows[best]).abs())"},
)
exercise.mistake(
    "results_re_sorted",
    "You return the rows sorted by number. Keep the order in which they were picked.",
    swap={"return picks": "return sorted(picks)"},
)
exercise.mistake(
    "sorted_by_relevance",
    "You return the picks sorted by relevance. Keep the order in which they were picked.",
    swap={"return picks": "return sorted(picks, key=lambda row: -relevance[row])"},
)
exercise.mistake(
    "first_pick_by_formula",
    "You use the formula for the first pick too, so with lam = 0 it is row 0. The first pick is the "
    "most relevant row whatever lam is.",
    swap={"score, picks = relevance, []": "score, picks = lam * relevance, []"},
)
exercise.mistake(
    "first_pick_is_row_0",
    "You begin with row 0. The first pick is the row most similar to the query.",
    swap={"score, picks = relevance, []": "score, picks = torch.zeros_like(relevance), []"},
)
exercise.mistake(
    "repicks",
    "You pick rows again that were picked. Leave them out.",
    swap={"score.masked_fill(~free, -math.inf).argmax()": "score.argmax()"},
)
exercise.mistake(
    "picked_rows_score_zero",
    "You give picked rows the score 0, which is more than a negative score. Minus infinity is below "
    "all of them.",
    swap={"score.masked_fill(~free, -math.inf)": "score.masked_fill(~free, 0.0)"},
)
exercise.mistake(
    "picked_rows_score_minus_one",
    "You give picked rows the score -1, which a row can have too: with lam = 0, a copy of a pick. "
    "Minus infinity is below all of them.",
    swap={"score.masked_fill(~free, -math.inf)": "score.masked_fill(~free, -1.0)"},
)
exercise.mistake(
    "copies_dropped",
    "You leave out rows equal to a pick. They score low, but are picked when nothing better is left.",
    swap={
        "while len(picks) < min(k, len(rows)):": "while len(picks) < k and bool(free.any()):",
        "free[best] = False": "free &= (candidates != candidates[best]).any(dim=1)",
    },
)
exercise.mistake(
    "numbers_among_the_rest",
    "You return places among the rows that were left, which move on as rows are taken out. Return "
    "row numbers of candidates.",
    swap={
        "return picks": "return [row - sum(p < row for p in picks[:i]) for i, row in enumerate(picks)]"
    },
)
exercise.mistake(
    "last_of_equals",
    "Of equal scores you pick the larger row number; pick the smaller.",
    swap={
        "score.masked_fill(~free, -math.inf).argmax())": (
            "len(rows) - 1 - score.masked_fill(~free, -math.inf).flip(0).argmax())"
        ),
    },
)
exercise.mistake(
    "dot_not_cosine",
    "You use dot products of the vectors as they are, so long ones win. Divide by the norms.",
    swap={"return vectors / norms.masked_fill(norms == 0, 1)": "return vectors"},
)
exercise.mistake(
    "normalises_only_query",
    "You normalise the query but not the rows. Divide by both norms.",
    swap={"rows = unit(candidates)": "rows = candidates"},
)
exercise.mistake(
    "normalises_only_candidates",
    "You do not normalise the query, so its length shifts the weight between relevance and "
    "redundancy. Divide by both norms.",
    swap={"rows @ unit(query)": "rows @ query"},
)
exercise.mistake(
    "relevance_is_a_dot_product",
    "Your similarity to the query is the dot product of the vectors as they are. It is the cosine, "
    "as between rows.",
    swap={"rows @ unit(query)": "candidates @ query"},
)
exercise.mistake(
    "redundancy_is_a_dot_product",
    "Your similarity between rows is the dot product of the vectors as they are. It is the cosine, as "
    "to the query.",
    swap={LARGEST: "torch.maximum(redundancy, candidates @ candidates[best])"},
)
exercise.mistake(
    "zero_vector_nan",
    "A zero vector gives NaN in your cosine. Its similarity is 0 with everything.",
    swap={"norms.masked_fill(norms == 0, 1)": "norms"},
)
exercise.mistake(
    "zero_like_itself",
    "You take equal rows for similar even where they are zero. A zero vector has similarity 0 with "
    "everything, another zero vector too.",
    swap={
        LARGEST: (
            "torch.maximum(redundancy, ((rows == rows[best]).all(dim=1) & (rows == 0).all(dim=1))"
            " + rows @ rows[best])"
        )
    },
)
exercise.mistake(
    "eps_shrinks_small",
    "You add a constant to the norms, which makes the cosines of small vectors too small. Divide by "
    "the norm itself, and treat zero on its own.",
    swap={"norms.masked_fill(norms == 0, 1)": "(norms + 1e-6)"},
)
exercise.mistake(
    "works_in_float32",
    "You compute in fewer digits than float64 has, in float32 perhaps: scores that differ by 1e-8 "
    "become equal.",
    swap={
        "rows = unit(candidates)": "rows = unit(candidates.float())",
        "unit(query)": "unit(query.float())",
    },
)
exercise.mistake(
    "only_among_the_most_relevant",
    "You look only at the rows most similar to the query, a few times k. All rows are candidates.",
    swap={
        "free = torch.ones_like(relevance, dtype=torch.bool)": (
            "free = relevance >= relevance.sort(descending=True)[0][: 2 * k][-1:]"
        )
    },
)
exercise.mistake(
    "k_over_n_crash",
    "k larger than the number of rows raises. Return all of them then, in the order picked.",
    swap={
        "    rows = unit(candidates)": (
            '    if k > len(candidates):\n        raise ValueError("k is too large")\n'
            "    rows = unit(candidates)"
        )
    },
)
exercise.mistake(
    "other_default",
    "lam is 0.5 where none is given.",
    swap={"lam: float = 0.5": "lam: float = 0.7"},
)
exercise.mistake(
    "returns_a_tensor",
    "You return a tensor. Return a list of plain ints.",
    swap={"return picks": "return torch.tensor(picks)"},
)
exercise.mistake(
    "returns_rows",
    "You return the vectors. Return their row numbers.",
    swap={"return picks": "return candidates[picks]"},
)
exercise.mistake(
    "lam_zero_taken_for_none",
    "You put the default in the place of lam = 0, perhaps by `lam or 0.5`. 0 is false, but a value "
    "like any other.",
    swap={"    if not 0 <= lam <= 1:": "    lam = lam or 0.5\n    if not 0 <= lam <= 1:"},
)
exercise.mistake(
    "ends_of_lam_refused",
    "lam = 0 and lam = 1 raise. Both are allowed.",
    swap={"0 <= lam <= 1": "0 < lam < 1"},
)
exercise.mistake(
    "k_not_checked",
    "k < 1 goes through. Raise ValueError.",
    swap={"if k < 1:": "if False:"},
)
exercise.mistake(
    "lam_not_checked",
    "lam outside 0..1 goes through. Raise ValueError.",
    swap={"if not 0 <= lam <= 1:": "if False:"},
)
exercise.mistake(
    "widths_not_checked",
    "A query of another length than the rows is not checked. Raise ValueError, also where there are "
    "no rows.",
    swap={"if query.shape[-1] != candidates.shape[-1]:": "if False:"},
)
exercise.mistake(
    "widths_cut_to_the_shorter",
    "A longer vector is cut to the length of the shorter, as `zip` does. Raise ValueError, also where "
    "there are no rows.",
    swap={
        "if query.shape[-1] != candidates.shape[-1]:": "if False:",
        "rows @ unit(query)": "rows[:, : len(query)] @ unit(query)[: rows.shape[-1]]",
    },
)
exercise.mistake(
    "checks_only_with_rows",
    "You return [] for no rows before you look at the other arguments. Wrong ones raise ValueError "
    "there too.",
    swap={
        "    if k < 1:": "    if len(candidates) == 0:\n        return []\n    if k < 1:",
    },
)

exercise.walkthrough(r"""
## Where it comes from

Ask a news archive about an election, and the ten best hits are one agency report in ten newspapers. Each
is relevant. The second tells nothing that the first did not, and in a prompt it takes the room of a text
that would. Ranking by relevance cannot see this, because it looks at each text alone.

Carbonell and Goldstein put what is missing into one formula (SIGIR 1998): a text is worth what it brings
*in addition to what has been chosen already*. They called it marginal relevance: similarity to the query,
minus similarity to the nearest text chosen so far, weighted against each other by λ. Finding the best set
of k under such a measure is hard, so it is done greedily: the best row first, then always the best next
one. The result is a list whose first k entries are a fair choice for every k.

The *nearest* chosen text decides, not the average one. A row with a twin among the chosen is redundant,
however little it resembles the others.

## By hand

Directions in the plane are enough, since only angles count. The query points to 0°, row A to 15°, B to
30° and C to −45°. The cosines to know are cos 15° = 0.966, cos 30° = 0.866, cos 45° = 0.707 and cos 60° =
0.5.

A is nearest to the query and comes first. B is 15° from A, C is 60° from it:

| | to the query | to A | λ = 0.5 | λ = 0.8 |
|---|---|---|---|---|
| B | 0.866 | 0.966 | 0.433 − 0.483 = −0.050 | 0.693 − 0.193 = 0.500 |
| C | 0.707 | 0.5 | 0.354 − 0.250 = 0.104 | 0.566 − 0.100 = 0.466 |

At λ = 0.5 the different one is next, at λ = 0.8 the relevant one.

```python
import torch

from grader.notebook import reference

mmr = reference("rag/mmr")


def towards(*degrees):
    # Vectors of length 1 that point in these directions.
    angles = torch.tensor(degrees, dtype=torch.float64).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], dim=-1)


rows = towards(15, 30, -45)
{lam: mmr(towards(0)[0], rows, k=3, lam=lam) for lam in (0.5, 0.8)}
```

## A picture

Ten rows, again by direction: five near-copies around 10°, three around −30°, one at 70° and one at 130°.
The query points to 0°. For each λ, the numbers say in which order four rows are picked.

```python
from grader.notebook import show

degrees = [-33, -30, -28, 8, 9, 10, 11, 12, 70, 130]
lams = [1, 0.7, 0.65, 0.6, 0.5, 0.45, 0.3, 0]
table = []
for lam in lams:
    picks = mmr(towards(0)[0], towards(*degrees), k=4, lam=lam)
    table.append([picks.index(row) + 1 if row in picks else 0 for row in range(len(degrees))])
labels = [f"λ = {lam}" for lam in lams]
picture = show(table, "Order of the picks", rows=labels, columns=[f"{d}°" for d in degrees])
for text in picture.axes.texts:
    text.set_visible(text.get_text() != "0")
picture
```

The nearest row is first everywhere. Down to 0.7 four copies are picked. From 0.65 to 0.5 one row of
the other group comes in, second or third, and then copies again, because 70° is too far from the
query to be worth it. At 0.45 and below, the row at 130° comes second: it points away from the
query, and is picked for being different alone.

## Traps

**λ the other way round.** Libraries differ in what they call the weight: here 1 means relevance alone,
elsewhere a "diversity" of 1 means the opposite. With the default of 0.5 both are the same, so it shows
when somebody turns the knob, and the answers get worse in the direction that should have made them
better.

{{trap: lambda_swapped}}

**Only the latest pick.** For the first two picks this is the same formula. From the third on a row
may be a copy of the first pick, and this does not see it.

{{trap: last_pick_only}}

**A maximum that starts at 0.** Embeddings of real texts rarely point away from each other, so nobody
notices that negative similarities are cut off. Where they do occur, rows opposite to all picks lose what
they have gained.

{{trap: negative_similarity_ignored}}

## What variety costs

Forty stories, each printed by five newspapers with small changes; some have more to do with the query
than others. Of ten picks, how similar are they to the query, and how many different stories do they tell?

```python
from grader.notebook import curve

torch.manual_seed(0)
query = torch.randn(32)
stories = torch.linspace(0, 1.5, 40)[:, None] * query + torch.randn(40, 32)
rows = stories.repeat_interleave(5, dim=0) + 0.25 * torch.randn(200, 32)
lams = [i / 20 for i in range(21)]
relevance, told = [], []
for lam in lams:
    picks = mmr(query, rows, k=10, lam=lam)
    relevance.append(torch.cosine_similarity(rows[picks], query, dim=1).mean())
    told.append(len({row // 5 for row in picks}) / 10)
curve(
    {"mean cosine with the query": relevance, "different stories, of ten": told},
    x=lams,
    title="Ten picks of 200 rows",
    across="λ",
)
```

Relevance alone spends ten picks on four stories. At λ = 0.6 they tell ten, and the mean cosine has
fallen from 0.88 to 0.81. Below that there is nothing left to gain, and soon the picks lose sight of
the query. The bend lies elsewhere for other embeddings, and is worth looking for.
""")
