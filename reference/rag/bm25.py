"""BM25.

Rank documents by the terms that they share with a query: a rare term counts for more than a common
one, a repeated term counts more but less and less so, and long documents are held down. It needs no
model, and finds names, codes and rare words that embeddings blur.

Write `class BM25` with

- `__init__(self, docs, k1=1.2, b=0.75)`: docs is a list of documents, each a list of terms (str).
- `score(self, query, i) -> float`: the score of document i for query, a list of terms.
- `search(self, query, k) -> list[tuple[int, float]]`: the at most k best documents as pairs (index,
  score), best first, among those that hold at least one query term.

The score of document d is the sum, over the terms t of the query, of

    idf(t) * f * (k1 + 1) / (f + k1 * (1 - b + b * |d| / avgdl))

    idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))

- f is how often t stands in d, and |d| how many terms d has, repeated ones counted. avgdl is the
  mean of |d| over all documents, empty ones included; N is their number, and n_t the number of
  documents that hold t.
- A term that stands twice in the query is added twice.
- A term that d lacks adds nothing (there is nothing to divide, even where k1 is 0). So score gives
  0.0 for a document without a query term, and search leaves it out.
- Terms are compared as they are: "The" is not "the". No term is left out for being common.
- An empty corpus, empty documents, an empty query and unknown terms are fine: search gives [].
- Equal scores go to the smaller index. You may add up in any order: where documents hold several
  query terms, scores that differ by less than 1e-9 may come in either order, but documents that are
  equal keep theirs.
- Indices are ints and scores floats, plain Python ones. Scores are as exact as a
  Python float (64 bits) and not rounded.

Errors, also where there is nothing to search: k1 < 0 and b outside 0..1 (both ends are allowed)
raise ValueError in the constructor, k < 1 raises ValueError in search, and an i that is not one of
0, 1, ..., N - 1 raises IndexError in score: negative ones do too. k may be larger than N.

The constructor builds an index, and the object needs `docs` no more:

- Later changes to the list or to its documents have no effect. Neither docs nor query is modified.
- search goes from the query's terms straight to the documents that hold them, and does not look
  into any other document. (An array of N zeros to add up in is fine.) Counted are look-ups and
  comparisons of terms during a search, and lines of Python that run: not terms times documents.
- Questions change nothing: each is answered as if it were the first.

Example: docs [["cat", "sat"], ["cat", "cat"], ["dog", "ran"]]. avgdl is 2, so the bracket is 1 for
every document. idf("cat") = ln(1 + 1.5 / 2.5) = 0.470, as two of three documents hold it. Document
0 scores 0.470 * 1 * 2.2 / (1 + 1.2) = 0.470 and document 1 scores 0.470 * 2 * 2.2 / (2 + 1.2) =
0.646, so search(["cat"], 5) is [(1, 0.646), (0, 0.470)].
"""

import math

from grader.words import Draw, Exercise, at_most, must_raise, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=25,
    source="Robertson and Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond; "
    "the idf with 1 + inside the logarithm is Lucene's",
    hints=(
        "Which parts of the formula depend on the query? Only which terms are summed. Everything "
        "else can be known when the constructor returns.",
        "Keep for each term its postings: the documents that hold it, with the count in each. The "
        "number of postings is n_t, and they are the only documents the term can add anything to.",
        "In search, let every occurrence of a query term add its part to a dict from document to "
        "score, sort what is in there by falling score and rising index, and cut after k.",
    ),
    ask=(
        (
            "Why does the count of a term saturate?",
            "A tenth occurrence says little that nine did not. The part of a term rises from 0 "
            "towards idf * (k1 + 1); k1 says how fast: at k1 = 0 presence is all that counts.",
        ),
        (
            "When does BM25 beat embeddings?",
            "On exact strings: names, part numbers, error codes, new words, and on texts unlike "
            "those the model was trained on. It misses synonyms and paraphrases, so use both and "
            "fuse the rankings.",
        ),
        (
            "How do you update the index when documents come and go?",
            "Store counts and lengths instead of finished parts: N, n_t and the total length are "
            "then kept up to date by addition, and idf and the length norm are computed when asked.",
        ),
    ),
)


@exercise.solution
class BM25:
    """An index over documents that scores them by the terms of a query."""

    def __init__(self, docs: list[list[str]], k1: float = 1.2, b: float = 0.75) -> None:
        """Index docs, lists of terms; ValueError if k1 < 0 or b is outside 0..1."""
        if k1 < 0:
            raise ValueError(f"k1 must not be negative: {k1}")
        if not 0 <= b <= 1:
            raise ValueError(f"b must be within 0..1: {b}")
        self.n = len(docs)
        avgdl = sum(len(doc) for doc in docs) / max(1, self.n)
        postings: dict[str, dict[int, int]] = {}  # term -> {document: f}
        for i, doc in enumerate(docs):
            for term in doc:
                counts = postings.setdefault(term, {})
                counts[i] = counts.get(i, 0) + 1
        # What a term adds to a document depends on no query: compute it once, here.
        self.parts: dict[str, dict[int, float]] = {}  # term -> {document: what it adds}
        for term, counts in postings.items():
            n_t = len(counts)
            idf = math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))
            self.parts[term] = {}
            for i, f in counts.items():
                norm = 1 - b + b * len(docs[i]) / avgdl  # not empty, so avgdl > 0
                self.parts[term][i] = idf * f * (k1 + 1) / (f + k1 * norm)

    def score(self, query: list[str], i: int) -> float:
        """The score of document i; IndexError unless 0 <= i < N."""
        if not 0 <= i < self.n:
            raise IndexError(f"there are {self.n} documents, and none has the index {i}")
        return sum((self.parts.get(term, {}).get(i, 0.0) for term in query), 0.0)

    def search(self, query: list[str], k: int) -> list[tuple[int, float]]:
        """At most k pairs (index, score), best first; ValueError if k < 1."""
        if k < 1:
            raise ValueError(f"k must be at least 1: {k}")
        totals: dict[int, float] = {}  # only documents that hold a query term get in
        for term in query:
            for i, part in self.parts.get(term, {}).items():
                totals[i] = totals.get(i, 0.0) + part
        ranking = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
        return ranking[:k]


WORDS = ("cat", "dog", "the", "The", "fish")
NEAR = 1e-6


def without_close_calls(docs, query, k1=1.2, b=0.75) -> list:
    """The documents, less those whose place would depend on the order of a sum."""
    index = BM25(docs, k1, b)
    scores = [index.score(query, i) for i in range(len(docs))]
    for j in range(len(docs)):
        for i in range(j):
            close = scores[i] > 0 and abs(scores[i] - scores[j]) < NEAR
            if close and not exactly_tied(docs[i], docs[j], query, k1 * b == 0):
                return without_close_calls([*docs[:j], *docs[j + 1 :]], query, k1, b)
    return docs


def exactly_tied(one, two, query, any_length) -> bool:
    """Whether the scores are equal to the last bit however they are added up."""
    counts = [[doc.count(term) for term in set(query) if term in doc] for doc in (one, two)]
    same_length = any_length or len(one) == len(two)
    return one == two or (counts[0] == counts[1] and len(counts[0]) == 1 and same_length)


@exercise.inputs
def a_corpus_and_a_query(draw: Draw) -> dict:
    words = WORDS[: draw.size(2, len(WORDS))]
    docs = [[draw.choice(*words) for _ in range(draw.size(0, 5))] for _ in range(draw.size(0, 5))]
    docs += [list(docs[0])] if docs and draw.flag() else []
    query = [draw.choice(*words, "zebra") for _ in range(draw.size(0, 3))]
    settings = {"k1": draw.choice(None, 2, 0.5, 0.0), "b": draw.choice(None, 0, 1, 0.25)}
    settings = {name: value for name, value in settings.items() if value is not None}
    docs = without_close_calls(docs, query, **settings)
    return {"docs": docs, "query": query, "k": draw.choice(9, 1, 2, 3), **settings}


def words(text: str) -> list[list[str]]:
    """Documents written as "a b | c": lists of terms."""
    return [part.split() for part in text.split("|")]


PETS = "cat sat | cat cat | dog ran"
LONGER = "cat dog | cat x y z | dog dog dog x | | cat cat cat dog y y y y | z"


@exercise.edges
def corpora_that_separate() -> list[dict]:
    def case(text, query, k=9, **settings):
        return {"docs": words(text), "query": query.split(), "k": k, **settings}

    return [
        {"docs": [], "query": ["cat"], "k": 2}, {"docs": [], "query": [], "k": 1},
        {"docs": [[]], "query": ["cat"], "k": 1}, {"docs": [[], []], "query": [], "k": 3},
        {"docs": [[], []], "query": ["cat"], "k": 3, "k1": 0, "b": 1},
        case(PETS, "cat"), case(PETS, "dog"), case(PETS, ""), case(PETS, "bird"),
        case(PETS, "cat cat"), case(PETS, "dog cat dog"), case(PETS, "cat bird", k=1),
        case("cat", "cat"), case("cat | cat", "cat"), case("cat | cat | cat", "cat", k=2),
        case("cat | cat cat | cat cat cat | cat dog dog", "cat", b=0),
        case("cat cat dog | dog dog | fish | fish x", "cat fish", k1=0.0),
        case("cat | cat dog | cat dog fish", "cat", b=1), case(LONGER, "cat"),
        case(LONGER, "dog"), case(LONGER, "cat dog dog", k=2), case(LONGER, "z x cat"),
        case(LONGER, "cat dog", k1=3, b=1), case(LONGER, "cat dog", k1=0.1, b=0.5),
        case("cat cat cat | cat z | z z | y", "cat cat z", k1=0, b=0), case(LONGER, "x y", b=0), case(LONGER, "x y", b=1),
        case(" | | cat | | cat dog", "cat"), case("cat dog | | | |", "cat dog"),
        case("dog | cat | dog | cat", "cat dog", k=3),
        case("x dog | y cat", "cat dog"), case("fish | dog | cat", "cat dog fish", k=2),
        case("fish y | y | cat fish | cat y", "cat y", b=0.5), case("x cat | y cat | cat z", "cat", k=2),
        case("cat x y | cat | cat x", "cat", b=0), case("cat x y | cat | cat x", "cat", k1=0),
        case("The the cat | the | the the | The", "the"), case("The cat | the | x", "The"),
        case("the | x", "The"), case("The | y x | dog", "the The"), case("cat | The", "cat the"),
        case(" | ".join("cat " * (i + 1) + "x" for i in range(12)), "cat", k=5), case("a b | ab | a", "a", k=1),
        case("c++ a | ! c | c -1 c++", "c++ ! -1"), case("cat cats | concat | cat-like | cat", "cat"), case("ß | SS | 中 文 | 中", "中 ß"),
        case(" | ".join(["x"] * 11 + ["cat " * (i + 1) for i in range(12)]), "cat x"),
    ]  # fmt: skip


def settings_of(k1, b) -> dict:
    """Keyword arguments, without those that a case leaves out."""
    return {name: value for name, value in (("k1", k1), ("b", b)) if value is not None}


@exercise.rig
def ask(solution, docs, query, k, settings):
    """Build the index and ask it, one question twice."""
    index = solution(docs, **settings)
    return {
        "search": index.search(query, k),
        "scores": [index.score(query, i) for i in range(len(docs))],
        "search, a second time": index.search(query, k),
    }


@exercise.scenario
def ranking_and_scores(solution, docs, query, k, k1=None, b=None) -> dict:
    return ask(solution, docs, query, k, settings_of(k1, b))


@exercise.law(examples=10)
def search_and_score_agree(solution, docs, query, k, k1=None, b=None):
    """search is score, asked of the documents that hold a query term."""
    index = solution.hold(docs, **settings_of(k1, b))
    found = [i for i, doc in enumerate(docs) if set(doc) & set(query)]
    pairs = [(i, float(index.score(query, i))) for i in found]
    best = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
    same(index.search(query, k), best, "search, against the scores that score gives")


@exercise.rig
def ask_in_turn(solution, docs, queries):
    index, answers = solution(docs), []
    for query in queries:
        best, score, found = index.search(query, 1), index.score(query, 0), index.search(query, 9)
        answers.append([list(found), list(best), score])
        found.clear()  # who asked may do so with the answer
    return answers


@exercise.law(
    edges=lambda: [
        {"docs": words(text), "queries": [query.split() for query in queries]}
        for text, queries in (
            ("cat | dog", ["cat", "dog", "cat"]),
            (PETS, ["dog", "cat", "bird", "cat dog", ""]),
            (LONGER, ["x y", "bird", "cat dog", "z", "cat"]),
            (LONGER, ["cat", "cat cat", "dog cat cat", "cat dog", "cat"]),
        )
    ]
)
def each_question_is_answered_as_if_it_were_the_first(solution, docs, queries):
    """An index is asked millions of times: nothing of one question may stay in it."""
    got = ask_in_turn(solution, docs, queries)
    want = [ask_in_turn(solution, docs, [query])[0] for query in queries]
    same(got, want, "The answers to the queries in turn, against each asked alone")
    firsts = [found[:1] for found, _, _ in got]
    same([best for _, best, _ in got], firsts, "The best one, against the first of the best nine")


@exercise.rig
def scores_for(solution, docs, queries, settings):
    index = solution(docs, **settings)
    return [[index.score(query, i) for i in range(len(docs))] for query in queries]


@exercise.law(examples=10)
def every_occurrence_of_a_query_term_counts(solution, docs, query, k1=None, b=None):
    """The score is a sum over the query: its order is nothing to it, and twice is double."""
    queries = [query, query[::-1], [*query, "zebra", *query]]
    once, reversed_, twice = scores_for(solution, docs, queries, settings_of(k1, b))
    same(reversed_, once, "The scores for the query in reverse order")
    same(twice, [2.0 * score for score in once], "The scores for the query twice in a row")


@exercise.rig
def ask_after_changes(solution, docs, query, k, settings):
    """Change the documents after the index was built, build another one, then ask the first."""
    docs = [list(doc) for doc in docs]
    n, given = len(docs), [list(doc) for doc in docs]
    index = solution(docs, **settings)
    left_alone = docs == given
    for doc in docs:
        doc.extend([*query, *query, "new"])
    docs[0] = ["new"]
    docs.extend([list(query), [], ["new"] * 9])
    solution(docs, **settings)
    found = {
        "search": index.search(query, k),
        "scores": [index.score(query, i) for i in range(n)],
    }
    docs.clear()
    again = {
        "search": index.search(query, k),
        "scores": [index.score(query, i) for i in range(n)],
    }
    return {"docs left alone": left_alone, "changed": found, "cleared": again}


@exercise.law(
    edges=lambda: [
        {"docs": words(text), "query": query.split(), "k": 9}
        for text, query in (
            ("cat | dog", "cat"),
            (PETS, "cat"),
            (PETS, "dog"),
            (PETS, "cat dog dog"),
            (LONGER, "cat"),
            (LONGER, "x dog"),
        )
    ]
)
def later_changes_to_the_documents_have_no_effect(solution, docs, query, k):
    """An index is a snapshot: whoever goes on using the lists must not bend the ranking."""
    settings: dict = {}
    before = ask(solution, docs, query, k, settings)
    del before["search, a second time"]
    after = ask_after_changes(solution, docs, query, k, settings)
    same(after["changed"], before, "After documents were changed and added")
    same(after["cleared"], before, "After the list of documents was emptied")
    same(after["docs left alone"], True, "That the constructor left docs as they were")


@exercise.rig
def work_of_a_search(solution, filler, query):
    """What a search costs in an index of two documents that hold a query term and `filler` others:
    look-ups and comparisons of terms, then lines of Python (for a query made longer).
    """
    import sys

    class Term(str):
        def __hash__(self):
            count[0] += 1
            return 1  # one for all, so that no look-up goes without a comparison

        def __eq__(self, other):
            count[0] += 1
            return str.__eq__(self, other)

    def tracer(frame, event, arg):
        count[0] += event == "line"
        return tracer

    def index_of(kind):
        docs = [["x", "y"], ["z"], ["x", "z", "z"]] * (filler // 3)
        docs[7:7], docs[1:1] = [["cat", "x"]], [["dog", "cat"]]
        return solution([[kind(term) for term in doc] for doc in docs])

    count = [0]
    index, terms = index_of(Term), [Term(term) for term in query]
    count[0] = 0
    index.search(terms, 5)
    lookups, index, longer = count[0], index_of(str), [*query, *map(str, range(20))]
    count[0], before = 0, sys.gettrace()
    sys.settrace(tracer)
    try:
        index.search(longer, 5)
    finally:
        sys.settrace(before)
    return lookups, count[0]


@exercise.law(
    edges=lambda: [
        {"filler": filler, "query": query}
        for filler, query in (
            (300, ["cat"]),
            (330, ["dog"]),
            (360, ["cat", "dog"]),
            (390, ["bird"]),
        )
    ]
)
def search_looks_only_at_documents_with_a_query_term(solution, filler, query):
    """A corpus has millions of documents, and a query term stands in a few: go from the term."""
    lookups, lines = work_of_a_search(solution, filler, query)
    without = f"with {filler} documents that hold no query term"
    at_most(lookups, 200, f"Look-ups and comparisons of terms in a search, {without}")
    says = f"Lines of Python that ran in a search for {len(query) + 20} terms, {without}"
    at_most(lines, 10 * filler, says)


@exercise.law(
    edges=lambda: [
        {"docs": docs, "k1": k1, "b": b}
        for k1, b in (
            (-0.5, 0.75), (-1, 0), (-1e-9, 1.0), (1.2, -0.25), (0, -1), (2.0, -1e-9),
            (1.2, 1.5), (0.0, 2), (1.2, 1 + 1e-9),
        )
        for docs in ([["cat"], ["dog", "cat"]], [])
    ]
)  # fmt: skip
def a_wrong_k1_or_b_raises_value_error(solution, docs, k1, b):
    """A negative k1 or a b outside 0..1 turns the formula round or divides by zero."""
    must_raise(ValueError, solution, docs, k1=k1, b=b)


@exercise.law(
    edges=lambda: [
        {"docs": docs, "query": query, "k": k}
        for k in (0, -1)
        for docs, query in (
            ([["cat"], ["dog", "cat"]], ["cat"]),
            ([["cat"]], []),
            ([["cat"]], ["bird"]),
            ([], ["cat"]),
        )
    ]
)
def k_below_one_raises_value_error(solution, docs, query, k):
    """Asking for no documents is an error of the caller, and [] would hide it."""
    must_raise(ValueError, solution.hold(docs).search, query, k)


@exercise.law(
    edges=lambda: [
        {"docs": docs, "query": query, "i": i}
        for docs, query, i in (
            ([["cat"]], ["cat"], 1),
            ([["cat"], ["dog"]], ["cat"], 2),
            ([["cat"], ["dog"]], ["bird"], 7),
            ([["cat"], ["dog"]], [], 2),
            ([], ["cat"], 0),
            ([], [], 0),
            ([["cat"]], ["cat"], -1),
            ([["cat"], ["dog"]], ["dog"], -1),
            ([["cat"], ["dog"]], ["cat"], -2),
            ([["cat"], ["dog"]], [], -1),
            ([["cat"], ["dog"]], ["cat"], -3),
        )
    ]
)
def an_index_out_of_range_raises_index_error(solution, docs, query, i):
    """A document that does not exist has no score, and -1 is no document."""
    must_raise(IndexError, solution.hold(docs).score, query, i)


exercise.mistake(
    "robertson_idf",
    "Your idf lacks the 1 + inside the logarithm, so a term in more than half of the documents "
    "counts against them. It is ln(1 + (N - n + 0.5) / (n + 0.5)).",
    swap={"math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))": (
        "math.log((self.n - n_t + 0.5) / (n_t + 0.5))"
    )},
)  # fmt: skip
exercise.mistake(
    "one_plus_n_over_n_t",
    "Your idf is ln(1 + N / n). Here it is ln(1 + (N - n + 0.5) / (n + 0.5)).",
    swap={
        "math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))": "math.log(1 + self.n / n_t)",
    },
)
exercise.mistake(
    "idf_cut_at_zero",
    "Your idf lacks the 1 + inside the logarithm and is cut at zero instead, so common terms count "
    "for nothing. It is ln(1 + (N - n + 0.5) / (n + 0.5)).",
    swap={"math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))": (
        "max(0.0, math.log((self.n - n_t + 0.5) / (n_t + 0.5)))"
    )},
)  # fmt: skip
exercise.mistake(
    "plain_idf",
    "Your idf is ln(N / n). Here it is ln(1 + (N - n + 0.5) / (n + 0.5)).",
    swap={"math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))": "math.log(self.n / n_t)"},
)
exercise.mistake(
    "smoothed_tfidf_idf",
    "Your idf is that of tf-idf, ln((1 + N) / (1 + n)) + 1. Here it is ln(1 + (N - n + 0.5) / (n + "
    "0.5)).",
    swap={"math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))": (
        "math.log((1 + self.n) / (1 + n_t)) + 1"
    )},
)  # fmt: skip
exercise.mistake(
    "logarithm_of_another_base",
    "Your idf takes the logarithm to base 2. It is the natural one.",
    swap={"math.log(1": "math.log2(1"},
)
exercise.mistake(
    "logarithm_to_base_ten",
    "Your idf takes the logarithm to base 10. It is the natural one.",
    swap={"math.log(1": "math.log10(1"},
)
exercise.mistake(
    "df_counts_occurrences",
    "You take for n_t how often the term stands in the corpus. It is the number of documents that "
    "hold it, however often.",
    swap={"n_t = len(counts)": "n_t = sum(counts.values())"},
)
exercise.mistake(
    "no_length_norm",
    "Long documents are not held down: the divisor is f + k1 * (1 - b + b * |d| / avgdl).",
    swap={"1 - b + b * len(docs[i]) / avgdl": "1"},
)
exercise.mistake(
    "length_norm_inverted",
    "Your length norm is upside down and favours long documents: it is |d| / avgdl.",
    swap={"len(docs[i]) / avgdl": "avgdl / len(docs[i])"},
)
exercise.mistake(
    "b_the_wrong_way_round",
    "You have b and 1 - b swapped: the norm is 1 - b + b * |d| / avgdl, so b = 0 ignores the length.",
    swap={"1 - b + b * len(docs[i]) / avgdl": "b + (1 - b) * len(docs[i]) / avgdl"},
)
exercise.mistake(
    "norm_outside_k1",
    "The length norm must be multiplied by k1: the divisor is f + k1 * (1 - b + b * |d| / avgdl).",
    swap={"(f + k1 * norm)": "(f + k1 + norm - 1)"},
)
exercise.mistake(
    "length_is_distinct_terms",
    "You take for |d| the number of different terms. Repeated ones count.",
    swap={"len(docs[i]) / avgdl": "len(set(docs[i])) / avgdl"},
)
exercise.mistake(
    "lengths_of_distinct_terms",
    "Your lengths, |d| and avgdl, count different terms. Repeated ones count.",
    swap={
        "len(docs[i]) / avgdl": "len(set(docs[i])) / avgdl",
        "sum(len(doc) for doc in docs)": "sum(len(set(doc)) for doc in docs)",
    },
)
exercise.mistake(
    "mean_of_distinct_terms",
    "Your avgdl counts the different terms of each document. Repeated ones count.",
    swap={"sum(len(doc) for doc in docs)": "sum(len(set(doc)) for doc in docs)"},
)
exercise.mistake(
    "avgdl_over_vocab",
    "You divide the number of all terms by the size of the vocabulary. avgdl is per document.",
    swap={"/ max(1, self.n)": "/ max(1, len({term for doc in docs for term in doc}))"},
)
exercise.mistake(
    "empty_documents_left_out_of_avgdl",
    "Your avgdl leaves out empty documents. It is the mean over all of them.",
    swap={"/ max(1, self.n)": "/ max(1, sum(1 for doc in docs if doc))"},
)
exercise.mistake(
    "avgdl_rounded_down",
    "Your avgdl is a whole number. Divide with /, not //.",
    swap={"/ max(1, self.n)": "// max(1, self.n) or 1"},
)
exercise.mistake(
    "presence_only",
    "You take f as 1 for every term that is there. f is how often it stands in the document.",
    swap={"counts[i] = counts.get(i, 0) + 1": "counts[i] = 1"},
)
exercise.mistake(
    "no_saturation",
    "Your term count does not saturate: it is f * (k1 + 1) / (f + k1 * norm).",
    swap={"idf * f * (k1 + 1) / (f + k1 * norm)": "idf * f / norm if norm else idf * f"},
)
exercise.mistake(
    "missing_k1_plus_1",
    "You leave out the factor k1 + 1, as newer versions of Lucene do. The ranking is the same, but "
    "the scores are on another scale; here the factor belongs in.",
    swap={"* (k1 + 1) /": "/"},
)
exercise.mistake(
    "other_default_k1",
    "Your default of k1 is 1.5. Here it is 1.2.",
    swap={"k1: float = 1.2": "k1: float = 1.5"},
)
exercise.mistake(
    "set_of_query_terms",
    "You count a repeated query term once. Every occurrence in the query adds its part.",
    swap={
        "for term in query)": "for term in dict.fromkeys(query))",
        "        for term in query:": "        for term in dict.fromkeys(query):",
    },
)
exercise.mistake(
    "search_over_a_set_of_terms",
    "Your search counts a repeated query term once, your score each time. Both add it each time.",
    swap={"        for term in query:": "        for term in dict.fromkeys(query):"},
)
exercise.mistake(
    "score_over_a_set_of_terms",
    "Your score counts a repeated query term once, your search each time. Both add it each time.",
    swap={"for term in query)": "for term in dict.fromkeys(query))"},
)
exercise.mistake(
    "terms_made_lower_case",
    "You compare terms in lower case. They are compared as they are.",
    swap={
        "            for term in doc:": "            for term in map(str.lower, doc):",
        "for term in query)": "for term in map(str.lower, query))",
        "        for term in query:": "        for term in map(str.lower, query):",
    },
)
exercise.mistake(
    "zero_score_docs_returned",
    "Your search also returns documents that hold no query term. Leave them out, however few are "
    "left.",
    swap={"= {}  # only documents": "= dict.fromkeys(range(self.n), 0.0)  # only documents"},
)
exercise.mistake(
    "scores_add_up_over_searches",
    "Your search keeps its sums in the object, so what one search added is still there in the next.",
    swap={"totals: dict[int, float] = {}  #": 'totals = self.__dict__.setdefault("totals", {})  #'},
)
exercise.mistake(
    "needs_all_query_terms",
    "Your search returns only documents that hold all query terms. One is enough.",
    swap={"sorted(totals.items()": (
        "sorted([(i, t) for i, t in totals.items() "
        "if all(i in self.parts.get(q, {}) for q in query)]"
    )},
)  # fmt: skip
exercise.mistake(
    "in_order_of_index",
    "Your search returns the best documents in the order of their indices. Best first is asked for.",
    swap={"return ranking[:k]": "return sorted(ranking[:k])"},
)
exercise.mistake(
    "worst_first",
    "Your search returns the lowest scores first.",
    swap={"(-pair[1], pair[0])": "(pair[1], pair[0])"},
)
exercise.mistake(
    "ties_to_the_larger_index",
    "Where scores are equal you put the larger index first. The smaller one comes first.",
    swap={"(-pair[1], pair[0])": "(-pair[1], -pair[0])"},
)
exercise.mistake(
    "ties_in_order_of_the_query",
    "Where scores are equal your order is that in which the query's terms found the documents. The "
    "smaller index comes first.",
    swap={"(-pair[1], pair[0])": "-pair[1]"},
)
exercise.mistake(
    "all_of_them",
    "Your search returns more than k documents.",
    swap={"return ranking[:k]": "return ranking"},
)
exercise.mistake(
    "divided_by_the_best",
    "You divide the scores by the best one. They are wanted as they are.",
    swap={"return ranking[:k]": "return [(i, s / ranking[0][1]) for i, s in ranking[:k]]"},
)


@exercise.mistake(
    "counts_in_the_given_lists",
    "Your index still reads the documents that were passed in, so later changes to them change its "
    "scores. Take all you need in the constructor.",
)
class _Live:
    def __init__(self, docs, k1=1.2, b=0.75):
        BM25([], k1, b)
        self.docs, self.settings = docs, (k1, b)

    def score(self, query, i):
        return BM25(self.docs, *self.settings).score(query, i)

    def search(self, query, k):
        return BM25(self.docs, *self.settings).search(query, k)


@exercise.mistake(
    "copies_the_outer_list_only",
    "You copy the list of documents but not the documents, so later changes to them change the "
    "scores. Take all you need in the constructor.",
)
class _Shallow(_Live):
    def __init__(self, docs, k1=1.2, b=0.75):
        super().__init__(list(docs), k1, b)


@exercise.mistake(
    "scores_every_document",
    "Your search scores every document and drops the zeros. Go from the query's terms to the "
    "documents that hold them.",
)
class _Scans(BM25):
    def search(self, query, k):
        if k < 1:
            raise ValueError(k)
        scores = [(i, self.score(query, i)) for i in range(self.n)]
        return sorted((p for p in scores if p[1] > 0), key=lambda p: (-p[1], p[0]))[:k]


exercise.mistake(
    "k1_not_checked",
    "A negative k1 goes through. Raise ValueError, also where docs is empty.",
    swap={"if k1 < 0:": "if False:"},
)
exercise.mistake(
    "b_not_checked",
    "A b outside 0..1 goes through. Raise ValueError, also where docs is empty.",
    swap={"if not 0 <= b <= 1:": "if False:"},
)
exercise.mistake(
    "negative_b_passes",
    "A negative b goes through. Raise ValueError for it as for a b above 1.",
    swap={"if not 0 <= b <= 1:": "if b > 1:"},
)
exercise.mistake(
    "b_above_one_passes",
    "A b above 1 goes through. Raise ValueError for it as for a negative one.",
    swap={"if not 0 <= b <= 1:": "if b < 0:"},
)
exercise.mistake(
    "k_not_checked",
    "k < 1 goes through. Raise ValueError, also where there is nothing to find.",
    swap={"if k < 1:": "if False:"},
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
exercise.mistake(
    "index_not_checked",
    "An i that no document has gives a score. Raise IndexError.",
    swap={"if not 0 <= i < self.n:": "if False:"},
)
exercise.mistake(
    "negative_index_passes",
    "A negative i counts from the end. It is out of range: raise IndexError.",
    swap={"if not 0 <= i < self.n:": "if not -self.n <= i < self.n:"},
)
exercise.mistake(
    "docs_looked_at_before_the_settings",
    "Without documents a wrong k1 or b goes through. Check them first of all.",
    swap={
        "if k1 < 0:": "if docs and k1 < 0:",
        "if not 0 <= b <= 1:": "if docs and not 0 <= b <= 1:",
    },
)
exercise.mistake(
    "k1_zero_refused",
    "You refuse k1 = 0. It is allowed: then presence is all that counts.",
    swap={
        "if k1 < 0:": "if k1 <= 0:",
    },
)
exercise.mistake(
    "ends_of_b_refused",
    "You refuse b = 0 or b = 1. Both ends are allowed.",
    swap={
        "if not 0 <= b <= 1:": "if not 0 < b < 1:",
    },
)
exercise.mistake(
    "nothing_to_find_before_k",
    "You return [] for an empty query or corpus before you have checked k. Check first.",
    swap={
        "        if k < 1:": "        if not query or not self.n:\n            return []\n        if k < 1:",
    },
)
exercise.mistake(
    "empty_query_before_the_index",
    "You return 0.0 for an empty query before you have checked i. Check first.",
    swap={
        "        if not 0 <= i < self.n:": "        if not query:\n            return 0.0\n        if not 0 <= i < self.n:",
    },
)
exercise.mistake(
    "score_before_index",
    "Your search returns pairs (score, index). The index comes first.",
    swap={
        "return ranking[:k]": "return [(score, i) for i, score in ranking[:k]]",
    },
)

exercise.walkthrough(r"""
## Where it comes from

Which of a million texts answer "kettle warranty"? Those that hold both words, to begin with. But many
hold one, some repeat it, and some are so long that they hold every word. A good score needs three
opinions:

- *How much does a term tell?* "warranty" stands in few documents and tells more than "the". Robertson and
  Spärck Jones derived a weight for this in 1976, roughly the log odds that a document lacks the term.
- *How much does repeating it tell?* A second occurrence confirms what the text is about; the twentieth
  confirms nothing new. So the count must saturate.
- *What of long documents?* Either they say more, and their length is no fault; or they say the same at
  greater length, and counts ought to be divided by it. The truth lies between, and a parameter says
  where.

BM25 is one formula for all three (derived in section 3.4 of the source). The name is "best match", number
25 of a series of formulas tried in the Okapi system; since the TREC evaluation of 1994 it has been the
baseline that new methods have to beat.

## By hand

Three documents of 2, 4 and 6 words, so that avgdl is 4:

| | document | length / avgdl | norm = 0.25 + 0.75 · that | tea: f · 2.2 / (f + 1.2 · norm) |
|---|---|---|---|---|
| 0 | hot tea | 0.5 | 0.625 | 2.2 / 1.75 = 1.257 |
| 1 | milk and warm bread | 1 | 1 | none |
| 2 | green tea or black tea leaves | 1.5 | 1.375 | 4.4 / 3.65 = 1.205 |

"tea" stands in two of three documents: idf = ln(1 + 1.5 / 2.5) = 0.470. "milk" stands in one: idf = ln(1
+ 2.5 / 1.5) = 0.981, and for f = 1 and norm 1 the fraction is 2.2 / 2.2 = 1. So for the query "tea milk"
document 1 has 0.981, document 0 has 0.470 · 1.257 = 0.591, and document 2 has 0.470 · 1.205 = 0.567. The
rare word wins, and tea twice in a long text is worth less than once in a short one.

```python
from grader.notebook import reference

BM25 = reference("rag/bm25")
texts = ["hot tea", "milk and warm bread", "green tea or black tea leaves"]
BM25([text.split() for text in texts]).search(["tea", "milk"], k=3)
```

## A picture

A score is a sum over terms, so it can be taken apart: ask for one term at a time.

```python
from grader.notebook import bars

texts = {
    "kettle": "the kettle of the series x9 has a warranty of two years",
    "toaster": "the toaster has a warranty of one year and the warranty covers the cord",
    "history": "the history of the kettle begins in bronze and the electric kettle came late",
    "x9": "x9 x9 spare parts",
    "garden": "the garden opens at nine in the summer",
}
index = BM25([text.split() for text in texts.values()])
query = "the warranty of the kettle x9".split()
parts = {
    name: {term: index.score([term] * query.count(term), i) for term in dict.fromkeys(query)}
    for i, name in enumerate(texts)
}
bars(parts, "Which term gives what", up="score")
```

The kettle wins, for it holds every term. "warranty" stands twice in the toaster and counts 1.10 there,
against 0.82: more, not double. And "the", which tells nothing, gives a good deal, as the query repeats it
and five documents are too few to learn that it is common. In a large corpus its idf is near 0.

How a repeated term saturates, for three settings of k1, without length norm (b = 0):

```python
from grader.notebook import curve

counts = range(1, 31)
docs = [["tea"] * f for f in counts]
lines = {}
for k1 in (0, 1.2, 5):
    index = BM25(docs, k1=k1, b=0)
    lines[f"k1 = {k1}"] = [index.score(["tea"], i) / index.score(["tea"], 0) for i in range(30)]
curve(lines, x=counts, title="Worth of f occurrences, the first being 1", across="f")
```

At k1 = 0 presence is all that counts. At 1.2 the second occurrence adds 0.375, the third 0.196, and no
number of them reaches 2.2 = k1 + 1. The larger k1, the longer more of the same helps.

## Traps

**The idf of the papers.** Without the 1 + the logarithm is negative for a term that more than half of the
documents hold, so that holding it is worse than lacking it. Queries of rare words never show this; small
test corpora do at once.

{{trap: robertson_idf}}

**Counting occurrences.** A counter that is fed all words of all documents is close at hand, but n_t
counts documents. Where no document repeats a word the two agree. Otherwise the count may exceed N,
and the logarithm goes where it pleases.

{{trap: df_counts_occurrences}}

**Filling up with zeros.** Sorting all documents and cutting after k looks complete. But when only two
documents hold a term of the query, the other k − 2 are chance, and a model downstream will take them for
evidence.

{{trap: zero_score_docs_returned}}

## What it costs

Most words are rare, which is what an index lives on. Here the corpus grows, and one document holds the
query's word. Two ways to the same answer are `search`, and asking every document for its score.

```python
from grader.notebook import seconds

sizes = [250, 500, 1000, 2000, 4000]
searched, scanned = [], []
for n in sizes:
    docs = [[f"word{(7 * i + j) % 997}" for j in range(10)] for i in range(n)]
    docs[n // 2] = ["kettle", "and", "cup"]
    index = BM25(docs)
    searched.append(1e6 * seconds(index.search, ["kettle"], 5))
    scanned.append(1e6 * seconds(lambda: [index.score(["kettle"], i) for i in range(n)], repeat=2))
curve(
    {"search": searched, "every document asked": scanned},
    x=sizes,
    title="One rare word, measured here",
    across="documents",
    up="microseconds",
    log=True,
)
```

The upper line doubles with the corpus, the lower one does not notice it. What a search costs depends on
how many documents hold its terms, so the dearest words to search for are those that tell least.
""")
