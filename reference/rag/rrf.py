"""Reciprocal rank fusion.

Several retrievers (keywords, embeddings, one for each rewritten question) each rank documents, and
their scores cannot be compared with each other. Reciprocal rank fusion merges the rankings by
places alone: each ranking gives a document one over its place, damped by a constant k.

Write `reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None)`. It returns a list of
tuples (id, score), best first; scores are floats and are not rounded.

- `rankings` is a list of lists of ids, each list best first. An id is anything hashable: a str,
  an int (0 too), a tuple, None; ids of several kinds may be mixed.
- The score of a document d is the sum, over the rankings that hold d, of

      weight of the ranking / (k + place of d in the ranking),   places counted from 1.

  A ranking that does not hold d adds nothing.
- An id that comes more than once in one ranking counts once there, at its first place. The places
  of the other ids do not move up.
- Every id of any ranking is in the result, also with score 0.
- Highest score first. Equal scores come in the order of first appearance: ranking 0 read from its
  top to its end, then ranking 1, and so on. Scores less than 1e-12 apart count as equal, for
  rounding alone may part them; no case turns on that.
- `weights` are numbers, one for each ranking, 0 or more, used as they are; None means 1 for each.
- `k` is an int, 0 or more.
- `top_n`: only the first top_n of the result, all of it where that is shorter, or with None.
- No rankings, or empty ones only, give [].
- Wrong arguments raise ValueError, also where there are no rankings: k < 0, top_n < 1, another
  number of weights than of rankings, or a negative weight.

The arguments are not modified.

Example: rankings [["a", "b", "c"], ["c", "a"]] with k = 1. a has 1/(1+1) + 1/(1+2) = 5/6, b has
1/(1+2) = 1/3, c has 1/(1+3) + 1/(1+1) = 3/4. The result is [("a", 5/6), ("c", 3/4), ("b", 1/3)],
in floats. With weights [1, 3] c has 1/4 + 3/2 = 7/4, a has 1/2 + 3/3 = 3/2, and c comes first.
In [["x", "x", "y"], ["y"]] x has place 1, and y has places 3 and 1.
"""

from collections import Counter
from itertools import combinations

from grader.words import Draw, Exercise, holds, must_raise, same

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    source="Cormack, Clarke, Buettcher 2009, Reciprocal Rank Fusion outperforms Condorcet and "
    "individual Rank Learning Methods, SIGIR",
    hints=(
        "Nothing but places matters. Go through the rankings one by one and add what each gives to "
        "a total for each document.",
        "A dict remembers the order in which its keys first came, which is the order that ties are "
        "to have; Python's sort is stable.",
        "For each ranking keep a set of the ids it has counted: a repeated one is passed over, but "
        "still uses up its place. Sort by score, high first, and cut off after top_n.",
    ),
    ask=(
        (
            "Why 60?",
            "The authors found it good in experiments and the result flat around it. A large k makes "
            "the places near the top nearly equal, so that agreement of several rankings counts; "
            "with k = 0 one first place beats almost everything.",
        ),
        (
            "Why not a weighted sum of normalised scores?",
            "It keeps how far apart documents are, and with tuned weights it often wins. But it "
            "needs labels to tune, and min-max scaling depends on the outliers of each query.",
        ),
        (
            "What if one retriever is much worse than the others?",
            "Give it a smaller weight, measured on labelled questions, or leave it out: unweighted "
            "fusion lets its wrong first places push right documents down.",
        ),
    ),
)


@exercise.solution
def reciprocal_rank_fusion(
    rankings: list, k: int = 60, weights: list | None = None, top_n: int | None = None
) -> list[tuple]:
    """Fuse lists of ids, best first, into one list of (id, score), best first.

    ValueError if k < 0, top_n < 1, a weight is negative or their number is not that of rankings.
    """
    if k < 0:
        raise ValueError(f"k must not be negative: {k}")
    if top_n is not None and top_n < 1:
        raise ValueError(f"top_n must be at least 1: {top_n}")
    if weights is None:
        weights = [1.0] * len(rankings)
    if len(weights) != len(rankings):
        raise ValueError(f"{len(weights)} weights for {len(rankings)} rankings")
    if any(weight < 0 for weight in weights):
        raise ValueError(f"weights must not be negative: {weights}")
    scores: dict = {}  # its keys are in the order of first appearance
    for ranking, weight in zip(rankings, weights, strict=True):
        counted = set()
        for place, doc in enumerate(ranking, start=1):
            if doc in counted:
                continue  # it counts once, but its place is used up
            counted.add(doc)
            scores[doc] = scores.get(doc, 0.0) + weight / (k + place)
    # Equal scores stay as they are, for sorting is stable; rounded, since sums of the same parts
    # in another order may differ in their last digits.
    fused = sorted(scores.items(), key=lambda pair: -round(pair[1], 12))
    return fused[:top_n]


#: Ids to draw from, none of them in the order of its kind.
IDS = (
    ("d", "a", "e", "b", "c"),
    (4, 0, 3, 1, 2),
    ("doc", 0, ("page", 2), "", 7),
)


def closely_scored(rankings, weights, k) -> bool:
    """Whether two scores are so close that it depends on rounding which of them comes first."""
    parts: dict = {}  # by id, the pairs of weight and place that make its score
    for ranking, weight in zip(rankings, weights, strict=True):
        for doc in set(ranking):
            parts.setdefault(doc, [])
            if weight:
                parts[doc].append((weight, ranking.index(doc) + 1))
    scores = {doc: sum(w / (k + place) for w, place in made) for doc, made in parts.items()}
    return any(
        abs(scores[a] - scores[b]) < 1e-9
        and (Counter(parts[a]) != Counter(parts[b]) or len(parts[a]) > 2)
        for a, b in combinations(parts, 2)
    )


@exercise.inputs
def rankings_of_a_few(draw: Draw) -> dict:
    ids, k = draw.choice(*IDS), draw.choice(1, 0, 2, 10, 60)
    rankings = [a_ranking(draw, ids) for _ in range(draw.size(0, 3))]
    weights = [draw.choice(1.0, 2, 0, 0.5, 1.5) for _ in rankings]
    plain = draw.choice(True, False)
    while closely_scored(rankings, [1] * len(rankings) if plain else weights, k):
        rankings.pop()
        weights.pop()
    return {
        "rankings": rankings,
        "k": k,
        "weights": None if plain else weights,
        "top_n": draw.choice(None, None, 1, 2, 9),
    }


def a_ranking(draw: Draw, ids: tuple) -> list:
    """Some of the ids in any order, perhaps one of them a second time."""
    left, ranking = list(ids), []
    for _ in range(draw.size(0, len(ids))):
        ranking.append(left.pop(draw.size(0, len(left) - 1)))
    if ranking and draw.flag():
        again = ranking[draw.size(0, len(ranking) - 1)]
        ranking.insert(draw.size(0, len(ranking)), again)
    return ranking


def case(*rankings: str, **more) -> dict:
    """A case whose ids are single letters."""
    return {"rankings": [list(ranking) for ranking in rankings], **more}


@exercise.edges
def rankings_that_separate() -> list[dict]:
    return [
        # Without further arguments k is 60, the weights are 1 and all documents are returned.
        {"rankings": []}, case(""), case("", ""), case("a"), case("ba"), case("cab", ""),
        case("", "cab"), case("abc", "ca"), case("bac", "bca"), case("abcd", "dcb", "bd"),
        case("abc", "ca", k=1), case("abc", "ca", k=1, weights=[1, 3]), case("xxy", "y", k=1),
        case("abc", "cab", k=0), case("abcde", "cdb", k=0), case("ab", "bca", k=1000),
        # Repeated ids.
        case("aab", k=1), case("abab", k=0), case("bbbac", "ca", k=2), case("abca", "dda", k=1),
        case("aaab", "b"), case("abcbd", "dac"), case("ccca", "ba", weights=[0.5, 2]),
        # Ties, the ids not in the order of the alphabet.
        case("ba", "ab"), case("b", "a"), case("c", "b", "a"), case("cb", "ad"), case("zby", "ybz"),
        case("dca", "acd", "b"), case("b", "a", top_n=1), case("c", "b", "a", top_n=2),
        # Each of two ids has places 1 and 2; the one that appears first has its 1 last.
        case("xa", "by", "ab"), case("qd", "cr", "dc", k=0), case("wb", "av", "ba", k=5),
        case("xya", "byx", "awb"), case("ca", "bd", "ab", weights=[1, 1, 1], k=3),
        # A weight of 0.
        case("ab", weights=[0]), case("cab", "da", weights=[0, 1]), case("ab", "c", weights=[0, 0]),
        case("cba", "d", "e", weights=[0, 0, 0]), case("ba", "cd", weights=[0.0, 0.0], k=0),
        case("cba", "ax", "by", weights=[0, 1, 1]), case("dba", "bc", weights=[1.0, 0.0]),
        case("bca", "ac", "cx", weights=[0, 2.0, 2.0], top_n=2), case("ab", "dc", weights=[0, 3]),
        case("", "b", "ca", weights=[3, 0, 0]), case("dcba", "b", weights=[0, 0], top_n=3),
        # Weights.
        case("ab", "ba", weights=[2, 1]), case("ab", "ba", weights=[1, 2]),
        case("abc", "cb", weights=[0.5, 0.25]), case("ab", "bc", weights=[10, 0.5], k=0),
        case("abc", "cab", "bca", weights=[1, 2, 4]), case("ab", weights=[2.5]),
        {"rankings": [], "weights": []}, {"rankings": [], "weights": [], "top_n": 4},
        # The first few.
        case("ab", top_n=1), case("ab", "c", top_n=2), case("ab", top_n=2), case("ab", top_n=3),
        case("ca", "cb", "ab", top_n=1), case("abcdef", "fedc", top_n=3), case("bcd", "da", top_n=1),
        # Ids of other kinds.
        {"rankings": [[2, 0, 1], [1, 2]]}, {"rankings": [[0], [3, 0]], "k": 0},
        {"rankings": [["b", 1, ("a", 2)], [("a", 2), "b"]]}, {"rankings": [["", "a"], [0, ""]]},
        {"rankings": [["b"], [7], ["a"]]}, {"rankings": [[10], [9], [8]]},
        {"rankings": [["dog", None, "cat", "cow"], [None, "cow"]]},
        {"rankings": [["dog", None, "cat", "cow"], [None, "cow"]], "k": 1, "top_n": 4},
        {"rankings": [["cow", None, "dog"], ["cat", "dog", None], [None]], "weights": [1, 2, 0.5]},
    ]  # fmt: skip


@exercise.law
def the_order_of_the_rankings_changes_no_score(solution, rankings, dice, k=60, weights=None):
    """A sum does not depend on the order of its parts."""
    weights = [1] * len(rankings) if weights is None else weights
    turned = dice.sample(range(len(rankings)), len(rankings))
    fused = dict(solution(rankings, k, weights))
    other = solution([rankings[r] for r in turned], k, [weights[r] for r in turned])
    same(dict(other), fused, f"With the rankings in the order {turned}, the scores")


@exercise.law
def one_ranking_keeps_its_order(solution, rankings, k=60):
    """Alone, a ranking is its own fusion; a repeated id stays at its first place."""
    for ranking in rankings[:2]:
        fused = [doc for doc, _ in solution([ranking], k)]
        same(fused, list(dict.fromkeys(ranking)), f"The ids fused from {ranking!r} alone")


@exercise.law
def an_empty_ranking_is_harmless(solution, rankings, k=60, weights=None, top_n=None):
    """A retriever that finds nothing must not change what the others found."""
    weights = [1] * len(rankings) if weights is None else weights
    fused = solution(rankings, k, weights, top_n)
    more = solution([[], *rankings, []], k, [2, *weights, 1], top_n)
    same(more, fused, "With an empty ranking at each end")


@exercise.law
def twice_the_weights_are_twice_the_scores(solution, rankings, k=60, weights=None, top_n=None):
    """The weights are used as they are, not as shares of their sum."""
    weights = [1] * len(rankings) if weights is None else weights
    fused = [(doc, 2 * score) for doc, score in solution(rankings, k, weights, top_n)]
    doubled = solution(rankings, k, [2 * weight for weight in weights], top_n)
    same(doubled, fused, "With all weights doubled")


@exercise.law
def a_better_place_never_hurts(solution, rankings, dice, k=60, weights=None):
    """Who is moved up in one ranking is not to be found further down in the fused one."""
    plain = [list(dict.fromkeys(ranking)) for ranking in rankings]
    long = [r for r, ranking in enumerate(plain) if len(ranking) > 1]
    for r in dice.sample(long, len(long)):
        at = dice.randrange(1, len(plain[r]))
        doc, above = plain[r][at], plain[r][at - 1]
        before = [found for found, _ in solution(plain, k, weights)]
        plain[r][at - 1 : at + 1] = doc, above
        after = [found for found, _ in solution(plain, k, weights)]
        plain[r][at - 1 : at + 1] = above, doc
        says = f"{doc!r}, moved up from place {at + 1} in ranking {r}, came down from {before} to"
        holds(after.index(doc) <= before.index(doc), f"{says} {after}.", got=after)


def wrong_arguments() -> list[dict]:
    """At least three of each kind, the simplest first; some without any ranking."""
    plain = {"k": 60, "weights": None, "top_n": None}
    found = []
    for rankings in ([], [[]], [["a", "b"], ["b"]], [["a"], [], ["b", "a"]]):
        r = len(rankings)
        kinds = [{"k": -1}, {"k": -60}, {"top_n": 0}, {"top_n": -1}, {"top_n": -3}]
        kinds += [{"weights": [1.0] * (r + 1)}, {"weights": [1, 2, 0.5, 1, 2]}]
        kinds += [{"weights": [2] * (r - 1)}, {"weights": [-1, *[3] * (r - 1)]}] if r else []
        kinds += [{"weights": [*[4] * (r - 1), -0.5]}, {"weights": []}] if r else []
        found += [{"rankings": rankings, **plain, **kind} for kind in kinds]
    return found


@exercise.law(edges=wrong_arguments, examples=60)
def wrong_arguments_raise_value_error(solution, rankings, k, weights, top_n):
    """An argument that makes no sense is told of, and not worked around."""
    must_raise(ValueError, solution, rankings, k, weights, top_n)


PART = "weight / (k + place)"
ADDS = "scores[doc] = scores.get(doc, 0.0) + weight / (k + place)"
SORTS = "key=lambda pair: -round(pair[1], 12)"

exercise.mistake(
    "zero_based_rank",
    "You count places from 0. The first place is 1.",
    swap={"enumerate(ranking, start=1)": "enumerate(ranking, start=0 if k else 1)"},
)
exercise.mistake(
    "one_over_rank",
    "You forget k. A ranking gives weight / (k + place).",
    swap={PART: "weight / place"},
)
exercise.mistake(
    "k_is_always_60",
    "You use 60 whatever k is.",
    swap={PART: "weight / (60 + place)"},
)
exercise.mistake(
    "k_zero_means_60",
    "You take k = 0 for no k at all. It is a k like any other.",
    swap={PART: "weight / ((k or 60) + place)"},
)
exercise.mistake(
    "sums_the_places",
    "You add up places, the smallest sum first. A ranking gives one over (k + place), so a "
    "document that many rankings hold gains by each.",
    swap={
        PART: "weight * (k + place)",
        SORTS: "key=lambda pair: round(pair[1], 12)",
    },
)
exercise.mistake(
    "borda_count",
    "You give points by how many stand below (a Borda count). A ranking gives weight / (k + place).",
    swap={PART: "weight * (len(ranking) - place + 1)"},
)
exercise.mistake(
    "ascending_sort",
    "You put the lowest score first. Highest first.",
    swap={SORTS: "key=lambda pair: round(pair[1], 12)"},
)
exercise.mistake(
    "not_sorted",
    "You return the documents in the order of first appearance. Sort by score, highest first.",
    swap={SORTS: "key=lambda pair: 0"},
)
exercise.mistake(
    "min_rank_wins",
    "You keep a document's best part alone. Add up what all rankings give it.",
    swap={ADDS: f"scores[doc] = max(scores.get(doc, 0.0), {PART})"},
)
exercise.mistake(
    "last_ranking_wins",
    "You overwrite a document's score in each ranking. Add up what all rankings give it.",
    swap={ADDS: f"scores[doc] = {PART}"},
)
exercise.mistake(
    "first_ranking_wins",
    "You count a document only in the first ranking that holds it. Keep one set of counted ids for "
    "each ranking, not one for all.",
    swap={
        "        counted = set()\n": "",
        "    scores: dict = {}": "    counted = set()\n    scores: dict = {}",
    },
)
exercise.mistake(
    "absent_gets_last_rank",
    "You give a document the place behind the last in rankings that do not hold it. Absent adds "
    "nothing.",
    swap={
        "    # Equal": (
            "    for ranking, weight in zip(rankings, weights, strict=True):\n"
            "        for doc in scores.keys() - set(ranking):\n"
            "            scores[doc] += weight / (k + len(ranking) + 1)\n"
            "    # Equal"
        )
    },
)
exercise.mistake(
    "normalised_by_count",
    "You divide a score by the number of rankings that hold the document. It is a plain sum: being "
    "held by many is what counts.",
    swap={
        "    # Equal": (
            "    for doc in scores:\n"
            "        scores[doc] /= sum(doc in ranking for ranking in rankings)\n"
            "    # Equal"
        )
    },
)
exercise.mistake(
    "mean_over_the_rankings",
    "You divide the sums by the number of rankings. The score is the plain sum.",
    swap={
        "    # Equal": "    scores = {d: s / len(rankings) for d, s in scores.items()}\n    # Equal",
    },
)
exercise.mistake(
    "weights_made_to_sum_to_one",
    "You divide the weights by their sum. They are used as they are.",
    swap={PART: "weight / (sum(weights) or 1) / (k + place)"},
)
exercise.mistake(
    "weights_ignored",
    "You never use the weights. Each ranking's part is its weight / (k + place).",
    swap={PART: "1.0 / (k + place)"},
)
exercise.mistake(
    "weight_in_the_denominator",
    "You weigh the place or k. The weight multiplies the whole part: weight / (k + place).",
    swap={PART: "1 / (k + place / weight) if weight else 0.0"},
)
exercise.mistake(
    "only_in_all_rankings",
    "You return only documents that every ranking holds. Every id of any ranking is in the result.",
    swap={
        "    # Equal": (
            "    scores = {d: s for d, s in scores.items() if all(d in r for r in rankings)}\n"
            "    # Equal"
        )
    },
)
exercise.mistake(
    "falsy_ids_left_out",
    'You pass over ids such as 0 and "", which are false in Python but ids like any other.',
    swap={
        "            if doc in counted:": "            if not doc or doc in counted:",
    },
)
exercise.mistake(
    "none_left_out",
    "You pass over the id None. It is an id like any other.",
    swap={
        "            if doc in counted:": "            if doc is None or doc in counted:",
    },
)
exercise.mistake(
    "score_zero_left_out",
    "You leave documents with score 0 out. Every id of any ranking is in the result.",
    swap={"    # Equal": "    scores = {d: s for d, s in scores.items() if s}\n    # Equal"},
)
exercise.mistake(
    "weight_zero_is_skipped",
    "You pass over rankings of weight 0. Their documents are in the result, and appear first where "
    "they stand there.",
    swap={
        "        counted = set()\n": "        counted = set()\n        if not weight:\n            ranking = []\n"
    },
)
exercise.mistake(
    "duplicates_add_up",
    "You count an id each time that it comes in a ranking. It counts once, at its first place.",
    swap={"            if doc in counted:": "            if False:"},
)
exercise.mistake(
    "duplicates_count_at_their_last_place",
    "You count a repeated id at its last place. It counts at its first.",
    swap={"            if doc in counted:": "            if doc in ranking[place:]:"},
)
exercise.mistake(
    "places_move_up",
    "You remove repeated ids before you count, so the others move up. Each keeps its place in the "
    "list as given.",
    swap={"enumerate(ranking, start=1)": "enumerate(dict.fromkeys(ranking), start=1)"},
)
exercise.mistake(
    "ties_by_id",
    "You order equal scores by id. They come in the order of first appearance.",
    swap={SORTS: "key=lambda pair: (-round(pair[1], 12), str(pair[0]))"},
)
exercise.mistake(
    "ties_reversed",
    "You put the later of two equal ones first: sorting upwards and turning the list round turns "
    "ties round as well.",
    swap={
        "fused = sorted(scores.items(), key=lambda pair: -round(pair[1], 12))": (
            "fused = sorted(scores.items(), key=lambda pair: round(pair[1], 12))[::-1]"
        )
    },
)
exercise.mistake(
    "ties_by_place_first",
    "You read all first places, then all second ones, for the order of ties. Ranking 0 is read to "
    "its end first, then ranking 1.",
    swap={
        "    # Equal": (
            "    seen = sorted((r.index(d), i, j) for i, r in enumerate(rankings) for j, d in enumerate(r))\n"
            "    scores = {rankings[i][j]: scores[rankings[i][j]] for _, i, j in seen}\n"
            "    # Equal"
        )
    },
)
exercise.mistake(
    "cut_before_sorting",
    "You cut the documents off after top_n and sort then. Sort all of them first.",
    swap={
        "sorted(scores.items(), key": "sorted(list(scores.items())[:top_n], key",
    },
)
exercise.mistake(
    "cut_each_ranking",
    "You cut each ranking off after top_n. All places count; only the fused result is cut.",
    swap={"enumerate(ranking, start=1)": "enumerate(ranking[:top_n], start=1)"},
)
exercise.mistake(
    "top_n_ignored",
    "You return all documents whatever top_n is. Return the first top_n.",
    swap={"fused[:top_n]": "fused"},
)
exercise.mistake(
    "ids_without_scores",
    "You return ids alone. Return tuples (id, score).",
    swap={"fused[:top_n]": "[doc for doc, _ in fused[:top_n]]"},
)
exercise.mistake(
    "score_before_id",
    "You return tuples (score, id). The id comes first.",
    swap={"fused[:top_n]": "[(score, doc) for doc, score in fused[:top_n]]"},
)
exercise.mistake(
    "lists_instead_of_tuples",
    "You return lists [id, score]. Return tuples (id, score).",
    swap={"fused[:top_n]": "[list(pair) for pair in fused[:top_n]]"},
)
exercise.mistake(
    "rounded_scores",
    "You return rounded scores. With k = 60 they differ little: return them as they are.",
    swap={"fused[:top_n]": "[(doc, round(score, 4)) for doc, score in fused[:top_n]]"},
)
exercise.mistake(
    "number_of_weights_not_checked",
    "You do not compare the number of weights with that of the rankings. Raise ValueError.",
    swap={"if len(weights) != len(rankings):": "if False:", "weights, strict=True": "weights"},
)
exercise.mistake(
    "more_weights_allowed",
    "You let more weights through than there are rankings. Any other number raises ValueError.",
    swap={
        "if len(weights) != len(rankings):": "if len(weights) < len(rankings):",
        "weights, strict=True": "weights",
    },
)
exercise.mistake(
    "empty_weights_mean_none",
    "You take an empty list of weights for None. With rankings it is a wrong number of weights: ask "
    "`is None`.",
    swap={"if weights is None:": "if not weights:"},
)
exercise.mistake(
    "negative_weights_allowed",
    "You let negative weights through. Raise ValueError.",
    swap={"weight < 0 for": "False for"},
)
exercise.mistake(
    "k_zero_refused",
    "You refuse k = 0. It is a k like any other; only k < 0 raises.",
    swap={
        "if k < 0:": "if k <= 0:",
    },
)
exercise.mistake(
    "negative_k_allowed",
    "You let a negative k through. Raise ValueError.",
    swap={
        "if k < 0:": "if k < 0 and not rankings:",
        PART: "weight / (k + place or 1)",
    },
)
exercise.mistake(
    "top_n_below_one_allowed",
    "You let a top_n below 1 through. Raise ValueError.",
    swap={"top_n is not None and top_n < 1": "False"},
)
exercise.mistake(
    "top_n_zero_means_all",
    "You take top_n = 0 for None. Raise ValueError; ask `is not None`.",
    swap={"top_n is not None and top_n < 1": "top_n and top_n < 1"},
)
exercise.mistake(
    "no_rankings_before_the_checks",
    "You return [] for no rankings before you have checked the arguments. Check first.",
    swap={"    if k < 0:": "    if not rankings:\n        return []\n    if k < 0:"},
)
exercise.mistake(
    "empty_rankings_before_the_checks",
    "You return [] for empty rankings before you have checked the arguments. Check first.",
    swap={
        "    if k < 0:": "    if not any(rankings):\n        return []\n    if k < 0:",
    },
)

exercise.walkthrough(r"""
## Where it comes from

Keyword search and embeddings fail on different questions, so it pays to ask both. But what does one do
with two rankings? BM25 says 17.3, cosine similarity says 0.81, and the two numbers have no common unit.
Scaling each list to 0..1 hangs on its extremes: one outlier at the top presses all the others together.

Reciprocal rank fusion throws the scores away. A place is a place, whoever awarded it, so each ranking
gives a document 1 / (k + place), and these are added up. The paper (two pages, SIGIR 2009) compared this
with methods that had been built with far more effort, on the results of TREC experiments, and it beat
them; k = 60 was fixed in a pilot study and then left alone.

The shape matters. 1 / (k + place) falls quickly near the top and slowly further down, so high places
count most, but place 30 in one ranking can still add to place 2 in another.

## By hand

Two rankings, [a, b, c] and [d, b, c]. Each has a favourite of its own, and both agree on b for second and
c for third. Is it better to be first once, or second twice? That depends on k:

| | k = 0 | k = 1 | k = 60 |
|---|---|---|---|
| a, first once | 1/1 = 1 | 1/2 | 1/61 = 0.0164 |
| b, second twice | 1/2 + 1/2 = 1 | 1/3 + 1/3 = 2/3 | 2/62 = 0.0323 |
| c, third twice | 1/3 + 1/3 = 2/3 | 1/4 + 1/4 = 1/2 | 2/63 = 0.0317 |
| d, first once | 1 | 1/2 | 0.0164 |
| the order | a b d c | b a c d | b c a d |

With k = 0 a first place is as good as two second ones. With k = 60 even third twice is better than first
once. Equal scores stand in the order of first appearance: a, b, c, d.

```python
from grader.notebook import reference

fuse = reference("rag/rrf")
two = [["a", "b", "c"], ["d", "b", "c"]]
{k: [f"{doc} {score:.4f}" for doc, score in fuse(two, k=k)] for k in (0, 1, 60)}
```

## A picture

Three retrievers on eight pages. A ranking that gets weight 0 adds nothing, so with the weights [1, 0, 0],
[0, 1, 0] and [0, 0, 1] one sees what each of them gives.

```python
from grader.notebook import bars

rankings = {
    "keywords": ["manual", "faq", "forum", "recipe", "history", "map"],
    "embeddings": ["recipe", "faq", "blog", "forum"],
    "rewritten question": ["forum", "blog", "faq", "news", "manual"],
}
lists = list(rankings.values())
parts = {doc: {} for doc, _ in fuse(lists, k=10)}
for place, name in enumerate(rankings):
    alone = fuse(lists, k=10, weights=[float(i == place) for i in range(3)])
    for doc, part in alone:
        parts[doc][name] = part
bars(parts, "What each ranking gives, k = 10", up="score")
```

Nobody puts the faq first, and it wins: all three hold it near the top. The manual, first by keywords,
comes behind the blog, which the keywords did not find at all. How much is a place worth, compared with
the first?

```python
from grader.notebook import curve

places = range(1, 31)
worth = {f"k = {k}": [score for _, score in fuse([list(places)], k=k)] for k in (0, 10, 60, 1000)}
relative = {name: [score / scores[0] for score in scores] for name, scores in worth.items()}
picture = curve(relative, x=places, title="Worth of a place, the first being 1", across="place")
picture.axes.set_ylim(0, 1.2)
picture.axes.legend(frameon=False, ncols=4, loc="upper center")
picture
```

At k = 0 the second place is worth half of the first. At k = 1000 all places are worth nearly the same,
and what counts is in how many rankings a document stands. The usual 60 is nearer to this end than many
expect: place 30 is still worth two thirds of the first.

## Traps

**Counting from 0.** That is what `enumerate` does by itself. With k = 60 the scores differ in the fourth
decimal and the order hardly ever, so it goes unnoticed until scores are compared with another system's,
or somebody tries k = 0 and divides by zero.

{{trap: zero_based_rank}}

**A consolation for the absent.** Giving a missing document the place behind the last seems fair, and some
voting schemes do it. Here it favours short rankings: the fewer documents a retriever finds, the better
the place of all that it did not find.

{{trap: absent_gets_last_rank}}

**Repeated ids.** A retriever that searches chunks and reports documents names a document once for each
chunk. If all of them count, long documents win by their length. Tests with clean lists do not show it.

{{trap: duplicates_add_up}}

## What it buys

An experiment with known truth: 200 documents, ten of them relevant; three retrievers see the truth
through noise, one of them through much more. How many of the ten are among its first ten, on average over
100 questions? All three are fused, once with equal weights and once with a weight of 0.2 for the poor
one.

```python
import random

dice = random.Random(0)
found = dict.fromkeys(["good A", "good B", "poor", "fused", "weighted"], 0.0)
for _ in range(100):
    lists = []
    for noise in (1.0, 1.0, 3.0):
        seen = {doc: 2.0 * (doc < 10) + dice.gauss(0, noise) for doc in range(200)}
        lists.append(sorted(seen, key=seen.get, reverse=True)[:50])
    fused = ([doc for doc, _ in fuse(lists, weights=w)] for w in (None, [1, 1, 0.2]))
    for name, ranking in zip(found, [*lists, *fused], strict=True):
        found[name] += sum(doc < 10 for doc in ranking[:10]) / 100
bars(found, "Relevant among the first ten", up="of ten")
```

Equal fusion beats each of the good ones, although a third of its votes is nearly noise: two retrievers
rarely make the same mistake. It would be better still not to listen to the third as much, which one can
only know from labelled questions.
""")
