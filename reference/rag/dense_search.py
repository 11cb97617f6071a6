"""Dense search.

Texts embedded as vectors are compared by the angle between them. Find the rows of an index that
point most nearly where the query points: exact search, the baseline that every approximate index is
measured against.

Write `dense_search(query, index, k)`. It returns a pair `(scores, rows)`: the cosine similarities
of the best rows and their row numbers, best first.

- query is (d,) or (B, d), index is (N, d); B and d are at least 1, N may be 0. Both are float
  tensors of one dtype, float32 or float64. Vectors are not normalised: cosine similarity is their
  dot product divided by both lengths.
- With k' = min(k, N), scores and rows are (k',) for a query (d,), and (B, k') for a batch, each of
  its queries searched on its own. N = 0 gives empty tensors of width 0: (0,) or (B, 0).
- scores has the dtype of the input and is as exact as it; rows is a LongTensor (int64).
- A zero vector has similarity 0 with everything, as query or as row, and gives no NaN. A row of
  zeros ranks like any other: before rows with negative similarity.
- Lengths that are not 0 lie between 1e-10 and 1e10. So no constant may be added to them: with 1e-6
  added, a vector of length 1e-8 would come out a hundred times too short.
- Equal scores go to the smaller row. (Where they are equal on paper only, rounding may decide.)
- A query and an index of different widths raise ValueError, whatever their widths are: 1 does not
  stretch. k < 1 raises ValueError. Both do so where N is 0, too.
- Nothing is looped over the N rows in Python: one product of matrices compares them all, so that
  20,000 rows take a moment. The operators and the lines of Python that run are counted. A loop over
  the B queries is fine.
- query and index are not modified.

Example: query [3, 4] and index [[5, 0], [6, 8], [0, 0], [10, 0]]. The lengths are 5, and 5, 10, 0
and 10. The similarities are 15 / (5 * 5) = 0.6, 50 / (5 * 10) = 1, 0, and 30 / (5 * 10) = 0.6. With
k = 3 the scores are [1, 0.6, 0.6] and the rows [1, 0, 3]: rows 0 and 3 tie, the smaller is first.
"""

import torch

from grader.words import Draw, Exercise, at_most, must_raise, noise, same, traced

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    source="Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, section 6.3",
    hints=(
        "Normalise both sides first; then one matrix product gives all cosine similarities.",
        "A zero vector cannot be divided by its length. Leave it as it is, and its dot products are "
        "0 by themselves.",
        "topk promises nothing about ties. A stable sort from high to low keeps equal scores in the "
        "order of their rows; cut it after k. A query (d,) can go through as a batch of one.",
    ),
    ask=(
        (
            "Dot product, cosine or L2 on normalised vectors?",
            "All three rank alike there: |a - b|^2 = 2 - 2 a.b. On other vectors the dot product "
            "favours long ones, which is right only if the model was trained so.",
        ),
        (
            "When do you need an approximate index?",
            "A million rows of 768 floats are 3 GB and about a billion multiplications a query: "
            "milliseconds on a GPU, a tenth of a second on a CPU. Beyond that, or under heavy load, "
            "HNSW or IVF give most of the recall for a fraction of the work.",
        ),
        (
            "What if the query is embedded by another model than the index?",
            "The two spaces have nothing to do with each other, so the ranking is noise even where "
            "the widths agree. Store the model's name with the index and embed all texts again when "
            "it changes.",
        ),
    ),
)


def unit(vectors: torch.Tensor) -> torch.Tensor:
    """Vectors (..., d) at length 1; zero vectors stay zero."""
    length = vectors.norm(dim=-1, keepdim=True)  # (..., 1)
    return vectors / torch.where(length == 0, 1, length)


@exercise.solution
def dense_search(
    query: torch.Tensor, index: torch.Tensor, k: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The k best rows of index (N, d) for query (d,) or (B, d) by cosine similarity.

    Gives (scores, rows), each (k',) or (B, k') with k' = min(k, N), best first.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    if query.shape[-1] != index.shape[-1]:
        raise ValueError(f"query has width {query.shape[-1]}, index {index.shape[-1]}")
    similarity = unit(query) @ unit(index).T  # (N,) or (B, N)
    # Stable: equal scores stay in the order of their rows.
    scores, rows = similarity.sort(dim=-1, descending=True, stable=True)
    return scores[..., :k], rows[..., :k]


GAP = 1e-3  # scores nearer than this are equal, or not among the cases


def cosines(query, index):
    """Similarities (B, N) in float64."""
    return unit(query.double().reshape(-1, query.shape[-1])) @ unit(index.double()).T


def well_apart(query, index):
    """The rows of index less those whose place would depend on rounding."""
    kept: list[int] = []
    similarity = cosines(query, index)  # (B, N)
    no_query = (query.reshape(-1, query.shape[-1]) == 0).all(-1, keepdim=True)  # (B, 1)
    no_row = (index == 0).all(-1)  # (N,)
    for row in range(len(index)):
        apart = (similarity[:, kept] - similarity[:, row : row + 1]).abs() > GAP
        if bool((apart | no_query | (no_row[kept] & no_row[row])).all()):
            kept.append(row)
    return index[kept]


#: Vectors that give exact similarities in any order of computing, so that ties are ties: of length
#: a power of two, with entries that are powers of two times a common one.
EXACT = torch.tensor(
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [-1, 0, 0, 0], [4, 0, 0, 0],
     [1, -1, 1, -1], [0, 0, 2, 0], [2, 2, 2, 2], [0, -1, 0, 0], [-2, 2, 2, -2]]
)  # fmt: skip


def exact(*which, dtype=torch.float64):
    """Rows of EXACT by their numbers."""
    return EXACT[list(which)].to(dtype)


@exercise.inputs
def vectors(draw: Draw) -> dict:
    dtype = draw.dtype()
    queries, n = draw.choice(None, 1, 2, 3), draw.size(0, 6)
    if draw.flag():
        query = exact(*(draw.size(0, len(EXACT) - 1) for _ in range(queries or 1)), dtype=dtype)
        index = exact(*(draw.size(0, len(EXACT) - 1) for _ in range(n)), dtype=dtype)
    else:
        d, scale = draw.size(2, 5), draw.choice(1, 1, 1e-8, 1e7)
        query = draw.floats(queries or 1, d, styles=("whole", "normal"), dtype=dtype)
        index = draw.floats(n, d, styles=("whole", "normal"), dtype=dtype)
        query, index = query * draw.choice(1, 1e-8, 1e7), well_apart(query, index) * scale
    query = query[0] if queries is None else query
    return {"query": query, "index": index, "k": draw.choice(9, 1, 2, 3)}


@exercise.edges
def vectors_that_separate() -> list[dict]:
    def case(query, index, k=9):
        return {
            "query": torch.tensor(query).double(),
            "index": torch.tensor(index).double(),
            "k": k,
        }

    some = [[1, 0, 2], [0, 3, 1], [-2, 1, 0], [5, 5, 5]]
    cases = [
        case([3, 4], [[5, 0], [6, 8], [0, 0], [10, 0]], 3), case([2, 1], [[1, 2]], 1),
        case([1, 0], [[1, 9], [1, 0], [5, 1]]), case([[1, 0], [0, 1]], [[1, 3], [2, 1], [-1, -4]]),
        case([[1, 0]], [[1, 3], [2, 1], [-1, -4]], 2), case([1, 2, 3], some), case([1, 2, 3], some, 1),
        case([[1, 2, 3], [3, 0, -1]], some, 2), case([[1, 2, 3]], some, 4),
        case([[1, 2, 3], [3, 0, -1], [0, 0, 1], [1, 1, 0]], some, 4), case([8], [[-2], [4], [0], [8]]),
        case([[8], [-2], [0]], [[-2], [4], [0], [8]], 3), case([-1, -2], [[1, 0], [0, 0], [0, 1]]),
        case([0, 0], [[1, 0], [0, 0], [0, 1], [2, 2]], 3), case([1, 1], [[0, 0], [0, 0]], 1),
        case([[0, 0], [1, 0]], [[-1, 0], [0, 0], [1, 2]]),
        case([0.001, 0.002], [[1, 3], [1e4, 2e3], [0.3, 0.0]]),
    ]  # fmt: skip
    for dtype in (torch.float64, torch.float32):
        for shape, n in (((3,), 0), ((2, 3), 0), ((1, 3), 0)):
            query, index = noise(*shape, dtype=dtype), torch.zeros(n, 3, dtype=dtype)
            cases += [{"query": query, "index": index, "k": k} for k in (1, 4)]
        query, index = noise(2, 4, seed=3, dtype=dtype), noise(6, 4, seed=4, dtype=dtype)
        scales = torch.tensor([1e-9, 1, 1e9, 1e-6, 3e-10, 1e5], dtype=dtype)[:, None]
        cases.append({"query": query, "index": index * scales, "k": 6})
        cases.append({"query": query[0] * 1e-9, "index": index * scales, "k": 6})
        cases.append({"query": query * 1e9, "index": index * 1e-9, "k": 3})
        cases.append({"query": query[0] * 1e-9, "index": index * 1e-9, "k": 4})
        for k in (1, 3, 9):
            cases.append(
                {"query": exact(3, dtype=dtype)[0], "index": exact(*range(11), dtype=dtype), "k": k}
            )
        query = exact(0, 2, 6, dtype=dtype)
        cases.append({"query": query, "index": exact(5, 0, 2, 3, 8, 0, dtype=dtype), "k": 4})
    # Long enough for a sort or topk that is not stable to show it.
    many = exact(*([0, 7, 3, 4, 2, 1] * 16))
    return [
        *cases,
        *({"query": exact(q)[0], "index": many, "k": k} for q, k in ((0, 20), (3, 70), (2, 90))),
    ]


@exercise.scenario
def best_rows(solution, query, index, k) -> dict:
    scores, rows = solution(query, index, k)
    return {"scores": scores, "rows": rows}


@exercise.law(examples=8)
def a_batch_is_searched_one_query_at_a_time(solution, query, index, k):
    """Queries of one batch do not know of each other."""
    batch = query.reshape(-1, query.shape[-1])
    scores, rows = solution(batch, index, k)
    singles = [solution(one, index, k) for one in batch]
    same(scores, torch.stack([s for s, _ in singles]), "The scores of the batch, against its rows")
    same(rows, torch.stack([r for _, r in singles]), "The rows of the batch, against its rows")


@exercise.law(examples=8)
def lengths_do_not_matter(solution, query, index, k, dice):
    """Cosine similarity looks at directions: rescaling a vector changes nothing."""
    factors = [2.0 ** dice.randint(0, 4) for _ in range(len(index))]
    stretched = index * torch.tensor(factors, dtype=index.dtype)[:, None]
    scores, rows = solution(query, index, k)
    says = "After the rows and the query were multiplied by powers of two"
    same(list(solution(query * 4, stretched, k)), [scores, rows], says)


@exercise.law(
    edges=lambda: [
        {"index": noise(n, d, seed=seed, dtype=dtype), "row": row}
        for n, d, seed, dtype, row in (
            (1, 2, 1, torch.float64, 0),
            (3, 2, 2, torch.float64, 2),
            (5, 3, 3, torch.float64, 1),
            (7, 4, 4, torch.float32, 6),
            (9, 6, 5, torch.float64, 4),
            (1200, 4, 6, torch.float64, 1187),
        )
    ]
)
def a_row_finds_itself(solution, index, row):
    """The angle between a vector and itself is 0, so its similarity is 1."""
    scores, rows = solution(index[row] * 3, index, 1)
    same(rows, torch.tensor([row]), f"The best row for 3 times row {row}")
    same(scores, torch.ones(1, dtype=index.dtype), "Its score")


@exercise.rig
def lines_of_python(solution, query, index, k):
    """How many lines of Python run in one call."""
    import sys

    count, before = [0], sys.gettrace()

    def tracer(frame, event, arg):
        count[0] += event == "line"
        return tracer

    sys.settrace(tracer)
    try:
        solution(query, index, k)
    finally:
        sys.settrace(before)
    return count[0]


@exercise.law(edges=lambda: [{"n": n, "d": d} for n, d in ((300, 48), (400, 48), (500, 64))])
def rows_are_compared_all_at_once(solution, n, d):
    """One product of matrices does in a moment what a loop over the rows takes seconds for."""
    index = noise(n, d, seed=1, dtype=torch.float32)
    query = noise(d, seed=2, dtype=torch.float32)
    _, operations = traced(solution, query, index, 5)
    at_most(len(operations), 200, f"Operators of torch that ran for one query and {n} rows")
    lines = lines_of_python(solution, query, index, 5)
    at_most(lines, 8 * n, f"Lines of Python that ran for one query and {n} rows of width {d}")


@exercise.law(
    edges=lambda: [
        {"query": noise(*query), "index": noise(n, d)}
        for query, n, d in (
            ((2,), 3, 3), ((4,), 2, 3), ((3,), 3, 2), ((2, 4), 4, 3), ((3, 4), 3, 5),
            ((3,), 4, 1), ((2, 3), 4, 1), ((1,), 4, 3), ((3, 1), 3, 4), ((5,), 1, 1),
            ((2,), 0, 3), ((2, 4), 0, 3), ((1,), 0, 2),
        )
    ]
)  # fmt: skip
def different_widths_raise_value_error(solution, query, index):
    """Vectors of two widths come from two models; broadcasting would hide it."""
    must_raise(ValueError, solution, query, index, 1)


@exercise.law(
    edges=lambda: [
        {"query": noise(*query), "index": noise(n, 3), "k": k}
        for k in (0, -1, -3)
        for query, n in (((3,), 2), ((2, 3), 4), ((3,), 0))
    ]
)
def k_below_one_raises_value_error(solution, query, index, k):
    """A slice up to 0 or -1 would give nothing, or all but the worst."""
    must_raise(ValueError, solution, query, index, k)


exercise.mistake(
    "dot_not_cosine",
    "You rank by the dot product, which favours long vectors. Divide by both lengths.",
    swap={"unit(query) @ unit(index).T": "query @ index.T"},
)
exercise.mistake(
    "normalises_only_query",
    "You normalise the query only. The lengths of the rows differ too: divide by both.",
    swap={"@ unit(index).T": "@ index.T"},
)
exercise.mistake(
    "normalises_only_index",
    "You normalise the rows only. The ranking is right, but the scores are not cosines: divide by "
    "the length of the query too.",
    swap={"unit(query) @": "query @"},
)
exercise.mistake(
    "l2_distance_descending",
    "You sort distances from high to low, so the farthest rows come first. Similarities are asked "
    "for.",
    swap={"unit(query) @ unit(index).T": "(unit(query)[..., None, :] - unit(index)).norm(dim=-1)"},
)
exercise.mistake(
    "negated_distance",
    "Your scores are distances of the normalised vectors with a minus sign. They rank alike, but "
    "cosine similarities are asked for.",
    swap={"unit(query) @ unit(index).T": "-(unit(query)[..., None, :] - unit(index)).norm(dim=-1)"},
)
exercise.mistake(
    "zero_vector_nan",
    "You divide zero vectors by their length 0, which gives NaN. Their similarity is 0.",
    swap={"torch.where(length == 0, 1, length)": "length"},
)
exercise.mistake(
    "eps_added",
    "You add a small number to the lengths, so short vectors come out too short. Divide by the exact "
    "length, and leave zero vectors out.",
    swap={"torch.where(length == 0, 1, length)": "(length + 1e-6)"},
)
exercise.mistake(
    "eps_of_1e_8_added",
    "You add 1e-8 to the lengths, so short vectors come out too short. Divide by the exact length, "
    "and leave zero vectors out.",
    swap={"torch.where(length == 0, 1, length)": "(length + 1e-8)"},
)
exercise.mistake(
    "short_vectors_cut_off",
    "You divide by 1e-8 where a vector is shorter than that. Lengths go down to 1e-10.",
    swap={"torch.where(length == 0, 1, length)": "length.clamp_min(1e-8)"},
)
exercise.mistake(
    "product_of_lengths_cut_off",
    "You divide by 1e-8 where the product of both lengths is less. It goes down to 1e-20: normalise "
    "each side by itself, or leave out the products that are 0.",
    swap={
        "unit(query) @ unit(index).T": (
            "query @ index.T / (\n"
            "        query.norm(dim=-1, keepdim=True) * index.norm(dim=-1)\n"
            "    ).clamp_min(1e-8)"
        )
    },
)
exercise.mistake(
    "short_vectors_count_as_zero",
    "You take very short vectors for zero vectors. Only length 0 is.",
    swap={"torch.where(length == 0, 1, length)": "torch.where(length < 1e-6, torch.inf, length)"},
)
exercise.mistake(
    "scaled_by_squared_length",
    "You divide by the squared length. Divide by the length, the root of the sum of squares.",
    swap={"torch.where(length == 0, 1, length)": "torch.where(length == 0, 1, length) ** 2"},
)
exercise.mistake(
    "sum_instead_of_length",
    "You divide by the sum of absolute values. The length is the root of the sum of squares.",
    swap={"vectors.norm(dim=-1, keepdim=True)": "vectors.abs().sum(dim=-1, keepdim=True)"},
)
exercise.mistake(
    "normalised_over_rows",
    "You normalise along the wrong axis: each vector by its own length, over the last axis.",
    swap={"vectors.norm(dim=-1, keepdim=True)": "vectors.norm(dim=0, keepdim=True)"},
)
exercise.mistake(
    "one_length_for_all",
    "You divide by one length for the whole tensor. Each vector has its own.",
    swap={"vectors.norm(dim=-1, keepdim=True)": "vectors.norm()"},
)
exercise.mistake(
    "topk_over_wrong_dim",
    "You sort along the queries of a batch. Sort along the rows, the last axis.",
    swap={"sort(dim=-1,": "sort(dim=0,"},
)
exercise.mistake(
    "returns_sorted_rows",
    "You return the best rows in the order of their numbers. Best first is asked for.",
    swap={"rows[..., :k]\n": "rows[..., :k].sort(dim=-1).values\n"},
)
exercise.mistake(
    "worst_first",
    "You return the rows with the lowest similarity.",
    swap={"descending=True": "descending=False"},
)
exercise.mistake(
    "ties_to_the_larger_row",
    "Where scores are equal you put the larger row first. The smaller one comes first.",
    swap={
        "= similarity.sort(dim=-1, descending=True, stable=True)": (
            "= (x.flip(-1) for x in similarity.sort(dim=-1, stable=True))"
        )
    },
)
exercise.mistake(
    "ties_left_to_topk",
    "You leave ties to topk, which gives equal scores in any order. Sort stably and cut after k, so "
    "that the smaller row comes first.",
    swap={
        "similarity.sort(dim=-1, descending=True, stable=True)": (
            "similarity.topk(min(k, similarity.shape[-1]), dim=-1)"
        )
    },
)
exercise.mistake(
    "k_over_n_crash",
    "A k larger than the number of rows raises. Return all rows then.",
    swap={
        "similarity.sort(dim=-1, descending=True, stable=True)": (
            "similarity.sort(dim=-1, descending=True, stable=True)\n"
            "    rows.narrow(-1, 0, k)"
        )
    },
)  # fmt: skip
exercise.mistake(
    "all_rows",
    "You return all rows. At most k are asked for.",
    swap={"scores[..., :k], rows[..., :k]": "scores, rows"},
)
exercise.mistake(
    "rows_first",
    "You return the row numbers first. The pair is (scores, rows).",
    swap={"scores[..., :k], rows[..., :k]": "rows[..., :k], scores[..., :k]"},
)
exercise.mistake(
    "always_a_batch",
    "For a query (d,) you return (1, k'). A single query gives (k',).",
    swap={
        "    similarity = unit(query)": (
            "    query = query.reshape(-1, query.shape[-1])\n    similarity = unit(query)"
        )
    },
)
exercise.mistake(
    "batch_of_one_squeezed",
    "For a query (1, d) you return (k',). A batch of one stays a batch.",
    swap={
        "    similarity = unit(query)": (
            "    query = query[0] if query.shape[:-1] == (1,) else query\n"
            "    similarity = unit(query)"
        )
    },
)  # fmt: skip
exercise.mistake(
    "computed_in_float32",
    "You compute in float32, whatever comes in. The scores are to be as exact as the input.",
    swap={"unit(query) @ unit(index).T": (
        "(unit(query.float()) @ unit(index.float()).T).to(query.dtype)"
    )},
)  # fmt: skip
exercise.mistake(
    "scores_in_float32",
    "Your scores are always float32. They have the dtype of the input.",
    swap={"return scores[..., :k]": "return scores[..., :k].float()"},
)
exercise.mistake(
    "scores_of_absolute_value",
    "You rank by the absolute value. A similarity of -1 is the worst there is.",
    swap={"unit(index).T": "unit(index).T\n    similarity = similarity.abs()"},
)
exercise.mistake(
    "scores_from_zero_to_one",
    "You map the similarities to 0..1. They are wanted as they are, from -1 to 1.",
    swap={"unit(index).T": "unit(index).T\n    similarity = (similarity + 1) / 2"},
)
exercise.mistake(
    "widths_not_checked",
    "Different widths do not raise ValueError. Compare them yourself: torch raises another error, "
    "or broadcasts.",
    swap={"if query.shape[-1] != index.shape[-1]:": "if False:"},
)
exercise.mistake(
    "width_one_stretches",
    "A width of 1 goes through and is broadcast to the other width. Raise ValueError.",
    swap={
        "if query.shape[-1] != index.shape[-1]:": (
            "if 1 not in (query.shape[-1], index.shape[-1], len({query.shape[-1], "
            "index.shape[-1]})):"
        ),
        "unit(query) @ unit(index).T": "(unit(query)[..., None, :] * unit(index)).sum(-1)",
    },
)
exercise.mistake(
    "k_not_checked",
    "k < 1 goes through. Raise ValueError, also where the index is empty.",
    swap={"if k < 1:": "if False:"},
)
exercise.mistake(
    "empty_index_before_checks",
    "You return for an empty index before you check. Wrong widths and k < 1 raise ValueError there "
    "too.",
    swap={
        "    if k < 1:\n": (
            "    if len(index) == 0:\n"
            "        none = query.new_zeros(*query.shape[:-1], 0)\n"
            "        return none, none.long()\n"
            "    if k < 1:\n"
        )
    },
)
exercise.mistake(
    "k_of_zero_passes",
    "k = 0 goes through. Raise ValueError for it as for a negative k.",
    swap={"if k < 1:": "if k < 0:"},
)
exercise.mistake(
    "negative_k_passes",
    "A negative k goes through. Raise ValueError for it as for 0.",
    swap={"if k < 1:": "if k == 0:"},
)


@exercise.mistake(
    "one_row_at_a_time",
    "You compare the query with one row after the other. One matrix product does all at once.",
)
def _in_a_loop(query, index, k):
    scores, rows = dense_search(query, index, k)
    for row in index:
        _ = (unit(query) * unit(row)).sum(-1)
    return scores, rows


exercise.walkthrough(r"""
## Where it comes from

A keyword finds what is written with the same letters. To find what means the same, texts are turned into
vectors by a model that was trained to put texts on one subject into one direction. Searching is then
geometry: which rows of the index lie nearest to the query?

Nearest in what sense? The textbook (section 6.3) asks this for counts of words, and the answer has
stayed. The distance between two points will not do: a text pasted twice after itself says nothing new,
yet its counts are three times as large and its point far away. What the two have in common is the
direction. So the measure is the angle between the vectors, or its cosine, which is 1 for the same
direction, 0 for a right angle and −1 for opposite ones, and needs no more than a dot product and two
lengths.

Exact search compares the query with every row. That sounds wasteful, and is one product of matrices, the
operation that computers are best at.

## By hand

The query is (4, 3), of length 5.

| row | vector | length | dot product | cosine |
|---|---|---|---|---|
| 0 | (30, 40) | 50 | 120 + 120 = 240 | 240 / 250 = 0.96 |
| 1 | (8, 6) | 10 | 32 + 18 = 50 | 50 / 50 = 1 |
| 2 | (0, −2) | 2 | −6 | −6 / 10 = −0.6 |
| 3 | (0, 0) | 0 | 0 | 0, by agreement |
| 4 | (5, 0) | 5 | 20 | 20 / 25 = 0.8 |

By dot product row 0 would win, since it is long; by cosine row 1 does, which points exactly where the
query points. The zero row comes before the one that points away from the query.

```python
import torch

from grader.notebook import reference

search = reference("rag/dense_search")
index = torch.tensor([[30.0, 40.0], [8.0, 6.0], [0.0, -2.0], [0.0, 0.0], [5.0, 0.0]])
search(torch.tensor([4.0, 3.0]), index, k=5)
```

## A picture

What does a score say about where a row lies? Take every point of a grid as a row, and colour it by its
score for the query (4, 3), the black dot: red for the highest, blue for the lowest.

```python
from grader.notebook import show

side = torch.arange(-30, 31) / 5
grid = torch.cartesian_prod(side, side)  # (3721, 2): x, y
query = torch.tensor([4.0, 3.0])
scores, rows = search(query, grid, k=len(grid))
cosine = torch.empty(len(grid)).scatter(0, rows, scores)  # back in the order of the grid
dot = (grid * query).sum(dim=1)

maps = {"cosine": cosine, "dot product, scaled": dot / dot.max()}
picture = show({name: m.view(61, 61).T.flip(0) for name, m in maps.items()}, rows="y", columns="x")
for axes in picture.figure.axes:
    axes.images[0].set(cmap="coolwarm", clim=(-1, 1), extent=(-6, 6, -6, 6))
    axes.set(xticks=[-6, 0, 6], yticks=[-6, 0, 6], xlim=(-6, 6), ylim=(-6, 6))
    axes.plot(4, 3, "ko")
picture.figure.set_size_inches(7, 3.6)
picture
```

On the left equal scores lie on rays from the origin: only the direction counts. On the right they lie on
straight lines across the query's direction, and the best point is a corner of the square, because it is
far out. If all rows have one length they lie on a circle, and on a circle both pictures rank alike.

## Traps

**The bare dot product.** Many embedding models give vectors of length 1, and with those it is
right. It breaks on the day the model is changed, or vectors are averaged, which makes them shorter.

{{trap: dot_not_cosine}}

**Dividing by zero.** An empty text, or one of which the model knows no word, may have the vector 0. Then
0/0 is NaN, and NaN is not at the end of a sort but at its head: the empty row becomes the best hit for
every question. A small constant in the denominator hides the NaN and makes short vectors come out wrong.

{{trap: zero_vector_nan}}

**Ties left to chance.** `topk` does not say which of equal scores it takes. Indexes are full of texts
that stand there twice, and the answers then differ between machines, versions, or two values of k.

{{trap: ties_left_to_topk}}

## What it costs

N · d multiplications and a sort of N numbers, for each query. An approximate index compares fewer
rows. A simple kind sorts the rows into cells beforehand, each row to the nearest of some centres,
and looks only into the cells whose centres are nearest to the query. How much it misses is measured
against exact search; here with 4,000 rows, 64 of them serving as centres.

```python
from grader.notebook import curve

torch.manual_seed(0)
topics = torch.randn(100, 32)
index = topics[torch.randint(100, (4000,))] + 0.6 * torch.randn(4000, 32)
queries = topics[torch.randint(100, (25,))] + 0.6 * torch.randn(25, 32)
cell = search(index, index[:64], 1)[1][:, 0]  # the cell of each row
best, near = search(queries, index, 10)[1], search(queries, index[:64], 64)[1]
opened, compared, recall = [1, 2, 4, 8, 16, 32, 64], [], []
for cells in opened:
    looked = [torch.isin(cell, row[:cells]) for row in near]  # for each query, (4000,) truth values
    compared.append(sum(float(seen.float().mean()) for seen in looked) / len(queries))
    kept = [float(seen[ten].float().mean()) for seen, ten in zip(looked, best, strict=True)]
    recall.append(sum(kept) / len(queries))
curve(
    {"share of the true ten best": recall, "if rows were taken by chance": compared},
    x=compared,
    title="Looking into some cells only, 4,000 rows",
    across="share of the rows compared",
    up="found",
)
```

One cell of 64 already holds three quarters of what is wanted, and an eighth of the comparisons finds 99 %
of it: rows gather in topics here, as texts do. The last per cent is the dear one. Whether the detour is
worth its trouble depends on N. A few thousand rows take exact search a moment, and many systems never
outgrow it.
""")
