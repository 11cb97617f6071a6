"""A long-term memory.

An agent forgets everything between two conversations, unless it writes down what it learned and
later finds what matters now. Write such a store: a memory is worth recalling if it is about the
question, was used lately, or is important.

Write `class Memory` with

- `__init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0))`
- `add(self, text, importance=0.5) -> int`: store a text and give its id.
- `recall(self, query, k) -> list[int]`: the ids of the at most k best memories, best first.
- `forget(self, id)`: remove a memory. What it returns is free.

What it is given: `embed(text)` gives a 1-D float tensor, all of one width and dtype, not
normalised, zero vectors among them. It may keep that tensor, so do not change it; nobody else does.
`clock()` gives the time, a float that never falls and stands still during a call of a method (it
may be large, like time.time(), and a memory may be thousands of half lives old); read it as often
as you like. weights are three numbers (w0, w1, w2) of any sign. k is 0 or more.

add:

- Ids are 0, 1, 2, ... in the order of the new texts. No id is used twice, forgotten ones included.
- Two texts are equal if they are after lower-casing (str.lower, not casefold) and with every run of
  whitespace made one space. (No text begins or ends with whitespace.)
- A text equal to a stored one stores nothing: the old id is returned, the last access of that
  memory becomes now, and its importance the larger of the old and the new one.
- Otherwise the memory is new, and its last access is now.

recall:

- score = w0 * cos(embed(query), embed(text)) + w1 * 0.5 ** (age / half_life) + w2 * importance,
  where age is now minus the memory's last access. The cosine with a zero vector is 0. The parts are
  added as they are, not brought to one scale first. With float64 vectors the score is as exact as
  float64.
- Highest scores first; equal ones by smaller id. With fewer than k memories all of them come.
- Then, after all scores are known, the last access of the memories that are returned becomes now;
  that of the others stays.

forget: the id never comes back from recall, and a text equal to the forgotten one is new.

Cost: embed is called once for each new text and once for each recall, and at no other time. (A
recall that returns nothing may leave it out.) Whether it is given a text as it came or in its
compared form is free.

Errors: half_life <= 0 raises ValueError in the constructor. An importance outside 0..1 (both ends
are allowed) raises ValueError in add, for equal texts too, before anything has changed and without
a call of embed. An id that is not stored raises KeyError in forget. Two memories share nothing.

Example: half_life is 10. At time 0 add("Likes tea") gives 0, and at time 10 add("Has a cat") gives
1. At time 20, recall("pets", 1), with cosines 0 and 0.8, compares 0 + 0.25 + 0.5 = 0.75 with 0.8 +
0.5 + 0.5 = 1.8 and gives [1], whose last access is 20 from now on. At time 30, recall("drinks", 2),
with cosines 0.9 and 0, compares 0.9 + 0.125 + 0.5 = 1.525 with 0 + 0.5 + 0.5 = 1 and gives [0, 1].
Then add("likes  TEA") gives 0.

Failing cases show `steps`: the time, the method, and its arguments; `vectors` is what embed gives
for a text in its compared form, as tensors of `dtype`.
"""

import contextlib

import torch

from grader.words import Draw, Exercise, must_raise, noise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=20,
    needs=("rag/dense_search",),
    source="Park et al. 2023, Generative Agents, section 4.1, arXiv:2304.03442 (which brings the "
    "three parts to one scale first, and decays by the hour)",
    hints=(
        "Keep for each memory its vector, importance and last access, under an id from a counter; "
        "and a second dict from the compared form of a text to its id.",
        "Halving every half_life is 0.5 ** (age / half_life). Embed when a text is new, and keep the "
        "vector: recall embeds the query only.",
        "In recall read the clock, compute every score, sort by falling score and rising id, cut "
        "after k, and only then write the new access times. In forget remove both entries.",
    ),
    ask=(
        (
            "Short-term or long-term memory?",
            "Short-term is the transcript in the context: exact, but it costs tokens each step and "
            "ends. Long-term is a store outside it that is searched; what it finds is put into the "
            "prompt.",
        ),
        (
            "Who writes memories, and how are wrong ones removed?",
            "The model by a tool, or a second model that reads the transcript afterwards. Keep the "
            "source and time of each, let newer facts replace older ones on the same subject, let "
            "people see and delete them, and treat what a web page or user said as a claim.",
        ),
        (
            "What about privacy and several tenants?",
            "One store for each user, or a filter that runs before the search; deletion must reach "
            "the vectors, backups and logs as well. And memories are a way in for injected "
            "instructions: they are data, not orders.",
        ),
    ),
)


def compared(text: str) -> str:
    """The form in which texts are compared."""
    return " ".join(text.lower().split())


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    """The cosine of the angle between two vectors, 0 where one is zero."""
    lengths = float(a.norm() * b.norm())
    return float(a @ b) / lengths if lengths else 0.0


@exercise.solution
class Memory:
    """Texts that are found again by relevance, recency and importance."""

    def __init__(self, embed, clock, half_life: float, weights=(1.0, 1.0, 1.0)) -> None:
        """embed(text) -> 1-D tensor, clock() -> time; ValueError if half_life <= 0."""
        if half_life <= 0:
            raise ValueError(f"half_life must be above 0: {half_life}")
        self.embed, self.clock = embed, clock
        self.half_life, self.weights = half_life, tuple(weights)
        self.stored: dict[int, dict] = {}  # id -> what is known, in the order of the ids
        self.ids: dict[str, int] = {}  # compared text -> id
        self.next_id = 0

    def add(self, text: str, importance: float = 0.5) -> int:
        """Store a text, or refresh the equal one; gives its id."""
        if not 0 <= importance <= 1:
            raise ValueError(f"importance must be within 0..1: {importance}")
        key, now = compared(text), self.clock()
        if key in self.ids:
            memory = self.stored[self.ids[key]]
            memory["accessed"] = now
            memory["importance"] = max(memory["importance"], importance)
            return self.ids[key]
        id, self.next_id = self.next_id, self.next_id + 1
        vector = self.embed(text)
        self.ids[key] = id
        self.stored[id] = {
            "key": key, "vector": vector, "importance": importance, "accessed": now,
        }  # fmt: skip
        return id

    def recall(self, query: str, k: int) -> list[int]:
        """The ids of the k best memories, best first; they count as accessed now."""
        now, vector = self.clock(), self.embed(query)
        scores = {}
        for id, memory in self.stored.items():
            recency = 0.5 ** ((now - memory["accessed"]) / self.half_life)
            parts = (cosine(vector, memory["vector"]), recency, memory["importance"])
            scores[id] = sum(w * part for w, part in zip(self.weights, parts, strict=True))
        best = sorted(scores, key=lambda i: (-scores[i], i))[:k]
        for id in best:  # not earlier: the scores must not see it
            self.stored[id]["accessed"] = now
        return best

    def forget(self, id: int) -> None:
        """Remove a memory; KeyError where there is none of this id."""
        memory = self.stored.pop(id)
        del self.ids[memory["key"]]


#: What embed gives. Those of length 1, 2 or 4 have exact cosines with one another, so that ties are
#: ties; of the others no two share a direction.
VECTORS = {
    "likes tea": [1, 0, 0, 0],
    "has a cat": [0, 2, 0, 0],
    "born in may": [1, 1, 1, 1],
    "drinks coffee": [4, 0, 0, 0],
    "speaks french": [3, 1, 0, -2],
    "hates rain": [-1, 0, 0, 0],
    "nothing": [0, 0, 0, 0],
    "now here": [0, 0, 4, 0],
    "nowhere": [0, 0, -2, 0],
    "likes tea!": [0, -1, 0, 0],
    "drinks": [1, 0, 0, 0],
    "pets": [1, 5, 2, 0],
    "dates": [2, 2, 2, 2],
    "straße": [0, 0, 0, 1],
    "strasse": [0, 0, 0, -2],
    "likes tea, a little milk": [1, 1e-8, 0, 0],
}
TEXTS = (
    "Likes tea",
    "Has a cat",
    "Born in May",
    "Drinks coffee",
    "Speaks French",
    "Hates rain",
    "Nothing",
)
SAME = {"Likes tea": "likes  TEA", "Has a cat": "Has a\tcat", "Born in May": "born in\n MAY"}
QUERIES = ("drinks", "pets", "dates", "nothing", "Likes tea")
NEAR = 1e-3


def is_close(memory: Memory, query: str, near: float = NEAR) -> bool:
    """Whether some order in a recall depends on rounding."""
    rows = []
    for stored in memory.stored.values():
        age = memory.clock() - stored["accessed"]
        recency = 0.5 ** (age / memory.half_life)
        parts = (cosine(memory.embed(query), stored["vector"]), recency, stored["importance"])
        rows.append([w * part for w, part in zip(memory.weights, parts, strict=True)])
    pairs = [(a, b) for i, a in enumerate(rows) for b in rows[:i]]
    return any(abs(sum(a) - sum(b)) < near and a != b for a, b in pairs)


def vector_of(text: str) -> torch.Tensor:
    return torch.tensor(VECTORS[compared(text)], dtype=torch.float64)


def take(memory: Memory, step, near: float = NEAR) -> bool:
    """Take a step; False where it is a recall that is too close to call."""
    _, method, *arguments = step
    if method == "recall" and is_close(memory, arguments[0], near):
        return False
    with contextlib.suppress(KeyError, ValueError):  # asked for
        getattr(memory, method)(*arguments)
    return True


def case(*steps, half_life=4.0, weights=None, dtype="float32", near=NEAR) -> dict:
    """A case with the vectors that it needs, without the steps that are too close to call."""
    now = [0.0]
    options = {} if weights is None else {"weights": weights}
    memory, kept = Memory(vector_of, lambda: now[0], half_life, **options), []
    for step in steps:
        now[0] = step[0]
        if take(memory, step, near):
            kept.append(step)
    texts = dict.fromkeys(compared(s[2]) for s in kept if s[1] != "forget")
    return {
        "vectors": {text: VECTORS[text] for text in texts},
        "half_life": half_life,
        "steps": kept,
        **options,
        "dtype": dtype,
    }


def a_step(draw: Draw, method: str, now: float) -> tuple:
    if method == "forget":
        return now, method, draw.size(0, 4)
    if method == "recall":
        return now, method, draw.choice(*QUERIES), draw.choice(1, 2, 9, 0)
    text = draw.choice(*TEXTS)
    text = SAME.get(text, text) if draw.flag() else text
    return now, method, text, *draw.choice((), (0.9,), (0.2,), (0.65,), (0.0,), (1.0,), (1.5,))


@exercise.inputs
def a_life(draw: Draw) -> dict:
    adding, living = draw.size(1, 4), draw.size(0, 6)
    methods = ["add"] * adding
    methods += [draw.choice("recall", "add", "recall", "forget") for _ in range(living)]
    now, steps = draw.choice(0.0, 100.0, 7.5), []
    for method in [*methods, "recall"]:
        steps.append(a_step(draw, method, now))
        now += draw.choice(1.0, 0.0, 2.3, 6.1)
    steps.append((now, "recall", draw.choice("nothing", *QUERIES), 9))
    weights = draw.choice(None, (0.0, 1.0, 0.0), (0.5, 2.0, 1.0), (0.3, 1.0, 3.0), (2, 0, 1))
    half_life, dtype = draw.choice(4.0, 1, 20.0), draw.choice("float32", "float64")
    return case(*steps, half_life=half_life, weights=weights, dtype=dtype)


@exercise.edges
def lives_that_separate() -> list[dict]:
    tea, cat, may, _, french, rain, _ = ((0.0, "add", text) for text in TEXTS)
    recency, relevance, importance = (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)

    def find(at, query="nothing", k=9):
        return (at, "recall", query, k)

    lives = [
        case((0.0, "recall", "drinks", 2)), case(tea, find(1.0, "drinks", 0)), case(tea, cat, may),
        case(tea, cat, find(2.0, "pets"), find(4.0, "drinks")), case(tea, (5.0, *tea[1:]), find(6.0)),
        case(tea, (2.0, *cat[1:]), (4.0, *tea[1:]), find(5.0)), case((0.0, "forget", 0)),
        case(tea, (0.0, "forget", 1)), case(tea, (0.0, "forget", -1), find(1.0)),
        case(tea, (1.0, "forget", 0), (2.0, "forget", 0), find(3.0)),
        # Only some are returned, and only those count as accessed.
        case(tea, cat, find(8.0, "drinks", 1), find(9.0)),
        case(tea, (3.0, *cat[1:]), find(8.0, "drinks", 1), find(9.0), weights=(2.0, 1.0, 0.0)),
        case(tea, (1.0, *cat[1:]), (2.0, *may[1:]), find(8.0, "pets", 1), find(12.0, k=1), find(13.0)),
        case(tea, (1.0, *cat[1:]), (2.0, *may[1:]), find(8.0, "drinks", 2), find(9.0), weights=(3, 1, 1)),
        case(tea, (6.0, *cat[1:]), find(7.0, "drinks", 0), find(8.0)),
        # Equal texts.
        case(tea, (4.0, *cat[1:]), (8.0, "add", "likes  TEA"), find(9.0), weights=recency),
        case(cat, (4.0, *tea[1:]), (8.0, "add", "has a\tcat"), find(9.0), weights=recency),
        case(may, (4.0, *cat[1:]), (8.0, "add", "BORN IN MAY"), (8.0, *rain[1:]), find(9.0)),
        case(tea, (0.0, "add", "Likes\n \n tea"), (0.0, "add", "LIKES TEA", 0.1), cat),
        case((0.0, "add", "Now here"), (0.0, "add", "Nowhere"), find(1.0)),
        case(tea, (0.0, "add", "Likes tea!"), (0.0, "add", "likes\ttea"), find(1.0)),
        *(
            case((0.0, *tea[1:], one), (0.0, *cat[1:], rival), (0.0, *tea[1:], two), find(1.0),
                 weights=importance)
            for one, two, rival in (
                (0.2, 0.9, 0.7), (0.9, 0.2, 0.7), (0.1, 0.8, 0.6), (0.8, 0.1, 0.6), (0.3, 1.0, 0.8),
                (1.0, 0.3, 0.8), (0.5, 0.9, 0.6), (0.3, 0.4, 0.6),
            )
        ),
        case((0.0, *tea[1:], 0.9), (0.0, *cat[1:], 0.6), tea, find(1.0), weights=importance),
        case((0.0, *tea[1:], 0.4), (0.0, *cat[1:], 0.45), tea, find(1.0), weights=importance),
        # Ages of many half lives, and of few; an importance that just makes up for them, or does not.
        *(
            case((100.0, *cat[1:], 1 - 0.5 ** (age / half_life) + margin),
                 (100.0 + age, *may[1:], 0.0), find(100.0 + age, k=1), half_life=half_life)
            for half_life, age in ((10.0, 10.0), (10.0, 20.0), (2, 3.0), (8.0, 2.0))
            for margin in (0.01, -0.01)
        ),
        case(tea, (2.0, *cat[1:]), find(18.0, k=1), find(19.0), weights=recency),
        case(tea, (3.0, *cat[1:]), (4.0, *may[1:]), find(16.0), half_life=3, weights=recency),
        case((0.0, *cat[1:]), (0.5, *may[1:]), find(5.0, k=1), half_life=1.0, weights=recency),
        case((7.0, *cat[1:], 0.6), (11.0, *may[1:], 0.0), find(11.0, k=1)),
        case((7.0, *cat[1:], 0.4), (11.0, *may[1:], 0.0), find(11.0, k=1)),
        case((7.0, *cat[1:], 0.2), (13.0, *may[1:], 0.3), find(15.0, k=1)),
        # Defaults.
        case(tea, (0.0, *cat[1:], 0.4), (0.0, *may[1:], 0.6), find(1.0)),
        case((0.0, *cat[1:], 0.6), tea, (0.0, *may[1:], 0.4), find(1.0), weights=importance),
        # Ids.
        case(tea, cat, (0.0, "forget", 0), may, find(1.0, "dates"), weights=relevance),
        case(tea, cat, (0.0, "forget", 1), may, find(1.0, "dates"), weights=relevance),
        case(tea, (0.0, "forget", 0), tea, cat, find(1.0, "drinks"), weights=relevance),
        case(tea, cat, may, (1.0, "forget", 1), find(2.0, "dates"), (2.0, "forget", 2), find(3.0)),
        case(tea, cat, (1.0, "forget", 0), (2.0, "add", "likes  tea", 0.1), (3.0, "forget", 0), find(4.0)),
        case(tea, (1.0, "forget", 0), find(2.0)), case(tea, cat, (0.0, "forget", 1), cat, cat, find(1.0)),
        case(tea, cat, (0.0, "forget", 0), (0.0, "forget", 1), french, find(1.0, "drinks")),
        # Ties, zero vectors, opposite ones, other lengths.
        case(tea, (0.0, "add", "Drinks coffee"), find(1.0, "drinks")),
        case(tea, cat, may, (1.0, *tea[1:]), find(2.0), weights=importance),
        case(tea, cat, (3.0, "add", "likes  TEA"), find(4.0, "pets"), weights=(0.0, 0.0, 2.0)),
        case(cat, tea, find(1.0, "nothing", 1), find(2.0, k=2), weights=relevance),
        case(cat, may, tea, find(1.0, "drinks", 1), find(2.0), weights=relevance),
        case((0.0, "add", "Drinks coffee"), tea, cat, find(1.0, "drinks", 1)),
        case(rain, cat, tea, find(0.0, "drinks"), weights=relevance),
        case((0.0, "add", "Nothing"), rain, tea, find(0.0, "drinks"), weights=relevance),
        case(rain, (0.0, "add", "Nothing"), find(2.0, "drinks", 1), dtype="float64"),
        case(rain, cat, find(0.0, "drinks", 1)), case(rain, (0.0, *may[1:], 0.1), find(0.0, "drinks")),
        case((0.0, *rain[1:], 0.9), (0.0, *cat[1:], 0.1), find(1.0, "Likes tea", 1)),
        case((0.0, "add", "Nothing", 0.6), (0.0, *tea[1:], 0.1), find(0.0, "drinks", 1)),
        case(cat, (0.0, "add", "Nothing", 0.2), find(0.0, "drinks", 1)),
        case((0.0, "add", "Nothing"), french, find(3.0, "drinks", 1), weights=(1.0, 1.0, 0.0)),
        case(may, (0.0, "add", "Drinks coffee"), find(0.0, "dates"), weights=relevance),
        case(may, french, tea, find(0.0, "dates"), weights=relevance, dtype="float64"),
        case(may, french, cat, find(0.0, "pets"), weights=relevance),
        case(tea, (0.0, *cat[1:]), (2.0, *may[1:]), find(3.0, "nothing", 2), weights=recency),
        case(*[(0.0, "add", text) for text in TEXTS], find(5.0, "nothing", 3), find(6.0, k=3)),
        # Float64, time.time(), and half lives without number.
        case(tea, (0.0, "add", "Likes tea, a little milk"), find(1.0, "dates"), weights=relevance,
             dtype="float64", near=1e-10),
        case((1.7e9, *cat[1:]), (1.7e9 + 2, *tea[1:]), find(1.7e9 + 4), weights=recency),
        case((1.7e9, *cat[1:], 0.6), (1.7e9 + 4, *tea[1:], 0.2), find(1.7e9 + 4)),
        case((1.7e9, *cat[1:], 0.9), (1.7e9 + 4, *tea[1:], 0.2), find(1.7e9 + 4)),
        case(cat, (1.7e9, *may[1:]), (1.7e9 + 1, *tea[1:]), find(1.7e9 + 2, k=1), weights=recency),
        case((0.0, *tea[1:], 0.2), (1e5, *cat[1:]), find(1e5), find(1e6)),
        case(tea, find(1e4)), case(cat, tea, find(5e3, "pets", 1), find(1e4, "drinks")),
        case((0.0, "add", "Straße"), (0.0, "add", "STRASSE"), find(1.0)),
        case((0.0, "add", "Strasse"), tea, (1.0, "add", "Straße"), (2.0, "add", "STRASSE"), find(3.0)),
        case((0.0, "add", "Straße"), (1.0, "forget", 0), (2.0, "add", "Strasse"), (2.0, "add", "straße")),
        # Weights.
        case(tea, (9.0, *cat[1:], 0.1), find(10.0, "drinks"), weights=(0.2, 3.0, 1.0)),
        case((0.0, *tea[1:], 1.0), (9.0, *cat[1:], 0.1), find(10.0, "pets"), weights=(0.1, 1.0, 3.0)),
        case((0.0, *tea[1:], 1.0), (2.0, *cat[1:], 0.0), find(3.0, "pets"), weights=(-1.0, 0.5, 1.0)),
        case(tea, (4.0, *cat[1:]), find(9.0), weights=(0.0, -1.0, 0.0)),
        case(tea, (2.0, *cat[1:]), find(9.0, "pets", 1), find(10.0), weights=[0.0, 1.0, 0.0]),
        # No part is brought to the scale of another.
        case((0.0, *may[1:], 0.5), (0.0, *french[1:], 0.6), (0.0, *tea[1:], 0.4), find(1.0, "drinks")),
        case((0.0, *tea[1:], 0.3), (0.0, *cat[1:], 0.32), find(1.0, "drinks")),
        case((0.0, *cat[1:]), (0.2, *may[1:], 0.6), (0.4, *tea[1:], 0.2), find(1.0, "pets"), half_life=20),
        case((0.0, *tea[1:], 0.4), (0.1, *may[1:], 0.45), find(1.0, "drinks", 1), half_life=20.0),
        # Wrong importances change nothing.
        case((0.0, *tea[1:], 1.5), (0.0, *cat[1:], -0.1), may, find(1.0)),
        case(tea, (4.0, *cat[1:]), (8.0, *tea[1:], 1.5), find(9.0), weights=recency),
        case(tea, (0.0, *cat[1:], 0.7), (8.0, *tea[1:], 2), find(9.0), weights=importance),
        case((0.0, *tea[1:], 0), (0.0, *cat[1:], 1), find(1.0), weights=importance),
    ]  # fmt: skip
    return [life for life in lives if life["steps"]]


@exercise.rig
def live(solution, vectors, half_life, steps, options, dtype, beside=False):
    """Take the steps with a clock that stands at the time of each.

    Gives what each returned or raised, the texts that were embedded in it, and of which texts the
    vector was changed. beside: a second memory is filled with other texts meanwhile.
    """
    table = {text: torch.tensor(vector, dtype=dtype) for text, vector in vectors.items()}
    before, asked, now, told = {t: v.clone() for t, v in table.items()}, [], [0.0], []
    right = {"add": ValueError, "forget": KeyError}  # what a method may be asked to raise
    wrong = {
        "add": (ValueError, AssertionError),
        "forget": (LookupError, ValueError, AssertionError),
    }

    def embed(text):
        asked.append(" ".join(text.lower().split()))
        return table[asked[-1]]

    def embed_other(text):
        return torch.ones(len(next(iter(vectors.values()), [0])), dtype=dtype)

    memory = solution(embed, lambda: now[0], half_life, **options)
    other = solution(embed_other, lambda: now[0], half_life, **options) if beside else None
    for at, method, *arguments in steps:
        now[0] = at
        if other is not None:
            other.recall("another question", 1)
            other.add(f"another text, of step {len(told)}", 1.0)
        asked.clear()
        try:
            result = getattr(memory, method)(*arguments)
            result = None if method == "forget" else result  # what that returns is free
        except wrong.get(method, ()) as error:
            fits = isinstance(error, right[method])
            result = "raised " + (right[method] if fits else type(error)).__name__
        told.append((result, [] if method == "recall" and result == [] else list(asked)))
    return told, [text for text in table if not torch.equal(table[text], before[text])]


def lived(solution, vectors, half_life, steps, weights=None, dtype="float32") -> dict:
    """What happened in each step, by a name for it."""
    options = {} if weights is None else {"weights": weights}
    told, changed = live(solution, vectors, half_life, steps, options, getattr(torch, dtype))
    seen: dict = {}
    for i, ((_, method, *arguments), (result, asked)) in enumerate(zip(steps, told, strict=True)):
        name = f"step {i}, {method}({', '.join(map(repr, arguments))})"
        # As texts, so that a list of ids is shown whole where it is wrong.
        seen[name] = result if str(result).startswith("raised ") else repr(result)
        seen[f"what was embedded in step {i}, {method}"] = asked
    return {**seen, "texts whose vectors were changed": changed}


@exercise.scenario
def what_each_step_gave(solution, vectors, half_life, steps, weights=None, dtype="float32") -> dict:
    return lived(solution, vectors, half_life, steps, weights, dtype)


def ids(solution, vectors, half_life, steps, weights) -> list:
    """What each recall gave."""
    options = {"weights": weights}
    told, _ = live(solution, vectors, half_life, steps, options, torch.float64)
    return [result for (result, _), step in zip(told, steps, strict=True) if step[1] == "recall"]


@exercise.law(
    edges=lambda: [
        {"half_life": half_life, "age": age, "margin": margin}
        for half_life, age in ((10.0, 10.0), (10.0, 20.0), (3, 4.5), (8.0, 2.0), (0.5, 1.5), (40.0, 10))
        for margin in (0.01, -0.01)
    ]
)  # fmt: skip
def recency_halves_with_every_half_life(solution, half_life, age, margin):
    """An old memory is worth 0.5 ** (age / half_life), and its importance can make up for the rest."""
    lost = 1 - 0.5 ** (age / half_life)
    steps = [
        (100.0, "add", "old", lost + margin),
        (100.0 + age, "add", "new", 0.0),
        (100.0 + age, "recall", "which", 1),
    ]
    vectors = {"old": [1.0, 0.0], "new": [1.0, 0.0], "which": [0.0, 1.0]}
    found = ids(solution, vectors, half_life, steps, (0.0, 1.0, 1.0))
    what = "more" if margin > 0 else "less"
    says = (
        f"A memory that is {age} old has lost {lost:.4g} of its recency. With 0.01 {what} importance "
        f"than that, against a new one of importance 0, the best of the two (0 is the old one)"
    )
    same(found, [[0] if margin > 0 else [1]], says)


@exercise.law(
    edges=lambda: [
        {"n": n, "width": width, "seed": seed, "k": k}
        for n, width, seed, k in ((3, 2, 1, 3), (5, 3, 2, 2), (7, 4, 3, 7), (9, 2, 4, 5))
    ]
)
def relevance_alone_is_a_dense_search(solution, n, width, seed, k):
    """With weights (1, 0, 0) neither time nor importance has a say: it is search by cosine."""
    table, query = noise(n, width, seed=seed), noise(width, seed=seed + 50)
    lengths = 1 + torch.arange(n)[:, None]
    vectors = {f"text {i}": (row * lengths[i]).tolist() for i, row in enumerate(table)}
    vectors["query"] = query.tolist()
    steps = [(float(i), "add", f"text {i}", (n - i) / n) for i in range(n)]
    steps += [(50.0, "recall", "query", k), (51.0, "recall", "query", k)]
    cosines = torch.nn.functional.cosine_similarity(table, query[None])
    want = cosines.argsort(descending=True).tolist()[:k]
    found = ids(solution, vectors, 5.0, steps, (1.0, 0.0, 0.0))
    same(found, [want, want], "The ids, against the order of the cosines")


@exercise.law(examples=8)
def what_is_forgotten_never_comes_back(solution, vectors, half_life, steps):
    """Who asks for something to be forgotten must be able to rely on it, whatever is added later."""
    now, texts = steps[-1][0], [text for text in vectors if text != "nothing"]
    added = [(now, "add", text, 0.5) for text in texts]
    gone = [(now, "forget", id) for id in range(len(texts))]
    again = [(now, "add", text, 0.5) for text in texts]
    all_steps = [*added, *gone, *again, (now + 1, "recall", texts[0], 99)] if texts else []
    told, _ = live(solution, vectors, half_life, all_steps, {}, torch.float64)
    news = [result for result, _ in told[2 * len(texts) : -1]]
    n = len(texts)
    same(
        news,
        list(range(n, 2 * n)),
        f"The ids of {n} texts, added again after 0..{n - 1} were forgotten",
    )
    back = told[-1][0] if told else []
    same(sorted(back), news, "The ids that come back, sorted")


@exercise.law(examples=10)
def two_memories_share_nothing(solution, vectors, half_life, steps):
    """Each user has a memory: what is kept on the class, or in a default argument, leaks."""
    facts = (vectors, half_life, steps, {}, torch.float64)
    (alone, _), (beside, _) = live(solution, *facts), live(solution, *facts, beside=True)
    got, want = ([result for result, _ in told] for told in (beside, alone))
    same(got, want, "What the steps gave beside a second memory, against alone")


@exercise.law(
    edges=lambda: [
        {"half_life": half_life, "weights": weights}
        for half_life in (0, 0.0, -1, -0.5)
        for weights in ((1.0, 1.0, 1.0), (1.0, 0.0, 0.0))
    ]
)
def a_half_life_that_is_not_positive_raises_value_error(solution, half_life, weights):
    """Nothing halves in no time."""
    must_raise(ValueError, solution, vector_of, lambda: 0.0, half_life, weights)


exercise.mistake(
    "refreshes_before_scoring",
    "In your recall all memories look as if they had just been accessed. Read the clock anew in each "
    "call, score, and only then refresh what is returned.",
    swap={
        "        scores = {}\n": (
            "        scores = {}\n"
            "        for memory in self.stored.values():\n"
            '            memory["accessed"] = now\n'
        )
    },
)
exercise.mistake(
    "refreshes_all",
    "You refresh every memory in a recall. Only those that are returned count as accessed.",
    swap={"        for id in best:": "        for id in scores:"},
)
exercise.mistake(
    "recall_does_not_refresh",
    "Your recall leaves the last access as it was. What it returns counts as accessed now.",
    swap={"        for id in best:": "        for id in ():"},
)
exercise.mistake(
    "equal_text_does_not_refresh",
    "Adding an equal text does not refresh the stored one. Its last access becomes now.",
    swap={
        '            memory["accessed"] = now\n            memory["imp': '            memory["imp'
    },
)
exercise.mistake(
    "recency_from_creation",
    "You measure age from when a memory was first stored. It counts from the last access, by recall "
    "or by adding an equal text.",
    swap={
        "        for id in best:": "        for id in ():",
        '            memory["accessed"] = now\n            memory["imp': '            memory["imp',
    },
)
exercise.mistake(
    "exp_without_half",
    "Your recency is exp(-age / half_life), which falls to 0.37 in a half life. It is 0.5 ** (age / "
    "half_life).",
    swap={'recency = 0.5 ** (': "recency = 2.718281828459045 ** -("},
)  # fmt: skip
exercise.mistake(
    "recency_overflows",
    "You divide by 2 ** (age / half_life), which is an OverflowError for an old memory. 0.5 ** (age "
    "/ half_life) just becomes 0.",
    swap={"recency = 0.5 ** (": "recency = 1 / 2.0 ** ("},
)
exercise.mistake(
    "times_in_float32",
    "You keep times as float32, which cannot tell seconds apart in a time like time.time(). Keep "
    "them as Python floats or float64.",
    swap={
        'recency = 0.5 ** ((now - memory["accessed"]) / self.half_life)': (
            'age = float(torch.tensor(now) - torch.tensor(memory["accessed"]))\n'
            "            recency = 0.5 ** (age / self.half_life)"
        )
    },
)
exercise.mistake(
    "linear_decay",
    "Your recency falls in a straight line. It halves with every half life: 0.5 ** (age / half_life).",
    swap={
        'recency = 0.5 ** ((now - memory["accessed"]) / self.half_life)': (
            'recency = max(0.0, 1 - (now - memory["accessed"]) / self.half_life / 2)'
        )
    },
)
exercise.mistake(
    "hyperbolic_decay",
    "Your recency is 1 / (1 + age / half_life). It halves with every half life: 0.5 ** (age / "
    "half_life).",
    swap={
        'recency = 0.5 ** ((now - memory["accessed"]) / self.half_life)': (
            'recency = 1 / (1 + (now - memory["accessed"]) / self.half_life)'
        )
    },
)
exercise.mistake(
    "half_life_ignored",
    "Your recency halves with every unit of time. It halves with every half_life.",
    swap={'(now - memory["accessed"]) / self.half_life': 'now - memory["accessed"]'},
)
exercise.mistake(
    "duplicates_stored",
    "You store a text that is there already a second time. Return the old id, refresh its last "
    "access, and keep the larger importance.",
    swap={"        if key in self.ids:": "        if False:", "        del self.ids[memory[\"key\"]]": (
        '        self.ids.pop(memory["key"], None)'
    )},
)  # fmt: skip
exercise.mistake(
    "compares_texts_as_they_are",
    "You compare texts as they were given. Lower-case them and make every run of whitespace one "
    "space first.",
    swap={'" ".join(text.lower().split())': "text"},
)
exercise.mistake(
    "compares_with_case",
    "Your comparison of texts minds upper and lower case. Lower-case them first.",
    swap={'" ".join(text.lower().split())': '" ".join(text.split())'},
)
exercise.mistake(
    "compares_with_casefold",
    "You compare texts with casefold, which makes one of Straße and Strasse. Use lower.",
    swap={"text.lower()": "text.casefold()"},
)
exercise.mistake(
    "compares_with_whitespace",
    "Your comparison of texts minds whitespace. Make every run of it one space first.",
    swap={'" ".join(text.lower().split())': "text.lower()"},
)
exercise.mistake(
    "importance_replaced",
    "Adding an equal text replaces the importance. The larger of the two stays.",
    swap={'max(memory["importance"], importance)': "importance"},
)
exercise.mistake(
    "importance_kept",
    "Adding an equal text does not raise the importance. The larger of the two stays.",
    swap={'max(memory["importance"], importance)': 'memory["importance"]'},
)
exercise.mistake(
    "importance_averaged",
    "Adding an equal text averages the importances. The larger of the two stays.",
    swap={'max(memory["importance"], importance)': '(memory["importance"] + importance) / 2'},
)
exercise.mistake(
    "re_embeds_everything",
    "You embed the stored texts again in every recall. Embed a text once, when it is new, and keep "
    "the vector.",
    swap={'cosine(vector, memory["vector"])': 'cosine(vector, self.embed(memory["key"]))'},
)
exercise.mistake(
    "embeds_equal_texts",
    "You embed a text before you know whether it is new. An equal one needs no vector.",
    swap={
        "key, now = compared(text), self.clock()": (
            "key, now, vector = compared(text), self.clock(), self.embed(text)"
        ),
        "        vector = self.embed(text)\n": "",
    },
)
exercise.mistake(
    "embeds_before_the_check",
    "You embed before you look at the importance. A wrong one raises without a call of embed.",
    swap={
        "        if not 0 <= importance <= 1:": (
            "        vector = self.embed(text) if not 0 <= importance <= 1 else None\n"
            "        if not 0 <= importance <= 1:"
        )
    },
)
exercise.mistake(
    "embeds_once_per_memory",
    "You embed the query again for every memory. Once for each recall is enough.",
    swap={"cosine(vector, memory": "cosine(self.embed(query), memory", ", self.embed(query)\n": ", None\n"},
)  # fmt: skip
exercise.mistake(
    "ids_are_positions",
    "Your ids are positions, so they shift when an earlier memory is forgotten. An id stays with its "
    "memory.",
    swap={
        "        memory = self.stored.pop(id)\n        del self.ids[memory[\"key\"]]": (
            "        del self.ids[self.stored.pop(id)[\"key\"]]\n"
            "        self.stored = dict(enumerate(self.stored.values()))\n"
            "        self.ids = {m[\"key\"]: i for i, m in self.stored.items()}\n"
            "        self.next_id = len(self.stored)"
        )
    },
)  # fmt: skip
exercise.mistake(
    "id_is_the_number_of_memories",
    "You take the number of stored memories as the next id, so after a forget an id is used twice. "
    "Count upwards for ever.",
    swap={"id, self.next_id = self.next_id, self.next_id + 1": "id = len(self.stored)"},
)
exercise.mistake(
    "id_after_the_largest",
    "You take the largest stored id plus one, so the last id is used again once it is forgotten. "
    "Count upwards for ever.",
    swap={
        "id, self.next_id = self.next_id, self.next_id + 1": "id = max(self.stored, default=-1) + 1"
    },
)
exercise.mistake(
    "smallest_free_id",
    "You fill the gaps that forgotten ids left. No id is used twice.",
    swap={
        "id, self.next_id = self.next_id, self.next_id + 1": (
            "id = next(i for i in range(len(self.stored) + 1) if i not in self.stored)"
        ),
    },
)
exercise.mistake(
    "forgotten_text_stays_known",
    "Your forget leaves the text among the known ones, so adding it again gives the forgotten id. It "
    "is new then.",
    swap={
        '        del self.ids[memory["key"]]': "        pass",
        "            memory = self.stored[self.ids[key]]": (
            "            memory = self.stored.get(self.ids[key], {'importance': 0})"
        ),
    },
)
exercise.mistake(
    "forgotten_id_revived",
    "A forgotten text that is added again gets its old id back. It is new, with an id of its own.",
    swap={
        '        del self.ids[memory["key"]]': "        pass",
        "        if key in self.ids:": "        if self.ids.get(key) in self.stored:",
        "        id, self.next_id = self.next_id, self.next_id + 1\n": (
            "        id = self.ids.get(key, self.next_id)\n"
            "        self.next_id = max(self.next_id, id + 1)\n"
        ),
    },
)
exercise.mistake(
    "dot_not_cosine",
    "You take the dot product for the relevance. Divide by both lengths.",
    swap={"float(a @ b) / lengths": "float(a @ b)"},
)
exercise.mistake(
    "zero_vector_is_nan",
    "With a zero vector your cosine is NaN, and a sort with NaN puts anything anywhere. It is 0.",
    swap={"float(a @ b) / lengths if lengths else 0.0": "float(a @ b / lengths)"},
)
exercise.mistake(
    "zero_vector_is_relevant",
    "Your cosine with a zero vector is 1. It is 0.",
    swap={"if lengths else 0.0": "if lengths else 1.0"},
)
exercise.mistake(
    "relevance_cut_at_zero",
    "You cut negative cosines at 0. They count as they are.",
    swap={"parts = (cosine(vector, memory[\"vector\"])": (
        "parts = (max(0.0, cosine(vector, memory[\"vector\"]))"
    )},
)  # fmt: skip
exercise.mistake(
    "weights_in_another_order",
    "You take the weights in the order recency, relevance, importance. It is relevance, recency, "
    "importance.",
    swap={"zip(self.weights, parts, strict=True)": (
        "zip(self.weights, (parts[1], parts[0], parts[2]), strict=True)"
    )},
)  # fmt: skip
exercise.mistake(
    "weights_ignored",
    "You add the three parts without the weights.",
    swap={"sum(w * part for": "sum(part for"},
)
exercise.mistake(
    "parts_multiplied",
    "You multiply relevance, recency and importance. Their weighted values are added.",
    swap={"sum(w * part for": "__import__('math').prod(w * part for"},
)
exercise.mistake(
    "parts_brought_to_one_scale",
    "You stretch each part to 0..1 over all memories, as the paper does. Here the parts are added as "
    "they are.",
    swap={
        "            scores[id] = sum(w * part for w, part in zip(self.weights, parts, strict=True))\n": (
            "            scores[id] = parts\n"
            "        low = [min(c) for c in zip(*scores.values())]\n"
            "        high = [max(c) for c in zip(*scores.values())]\n"
            "        scores = {\n"
            "            id: sum(\n"
            "                w * ((p - a) / (z - a) if z > a else 0.5)\n"
            "                for w, p, a, z in zip(self.weights, parts, low, high)\n"
            "            )\n"
            "            for id, parts in scores.items()\n"
            "        }\n"
        )
    },
)
exercise.mistake(
    "worst_first",
    "You return the memories with the lowest scores.",
    swap={"(-scores[i], i)": "(scores[i], i)"},
)
exercise.mistake(
    "ties_to_the_larger_id",
    "Where scores are equal you put the larger id first. The smaller one comes first.",
    swap={"(-scores[i], i)": "(-scores[i], -i)"},
)
exercise.mistake(
    "ties_in_order_of_access",
    "Where scores are equal your order depends on what was accessed last. The smaller id comes first.",
    swap={
        "(-scores[i], i)": "-scores[i]",
        '            self.stored[id]["accessed"] = now': (
            '            self.stored[id] = {**self.stored.pop(id), "accessed": now}'
        ),
        "            return self.ids[key]\n": (
            "            self.stored[self.ids[key]] = self.stored.pop(self.ids[key])\n"
            "            return self.ids[key]\n"
        ),
    },
)
exercise.mistake(
    "in_order_of_id",
    "You return the best ids in rising order. Best first is asked for.",
    swap={"return best": "return sorted(best)"},
)
exercise.mistake(
    "all_of_them",
    "You return all memories, not the k best.",
    swap={"(-scores[i], i))[:k]": "(-scores[i], i))"},
)
exercise.mistake(
    "returns_texts",
    "Your recall returns texts. Ids are asked for.",
    swap={"return best": "return [self.stored[id][\"key\"] for id in best]"},
)  # fmt: skip
exercise.mistake(
    "other_default_importance",
    "Your default importance is 0. Here it is 0.5.",
    swap={"importance: float = 0.5": "importance: float = 0.0"},
)
exercise.mistake(
    "default_importance_is_one",
    "Your default importance is 1. Here it is 0.5.",
    swap={"importance: float = 0.5": "importance: float = 1.0"},
)
exercise.mistake(
    "importance_not_checked",
    "An importance outside 0..1 goes through. Raise ValueError.",
    swap={"if not 0 <= importance <= 1:": "if False:"},
)
exercise.mistake(
    "importance_checked_for_new_texts_only",
    "The importance is not checked where the text is stored already. Check it first of all.",
    swap={"if not 0 <= importance <= 1:": "if compared(text) not in self.ids and not 0 <= importance <= 1:"},
)  # fmt: skip
exercise.mistake(
    "forgets_unknown_ids_silently",
    "An id that is not stored is forgotten without a word. Raise KeyError.",
    swap={"        memory = self.stored.pop(id)": (
        "        if id not in self.stored:\n            return\n        memory = self.stored.pop(id)"
    )},
)  # fmt: skip
exercise.mistake(
    "normalises_in_place",
    "You normalise the tensor that embed gave. It may be kept by embed: work on a new one.",
    swap={"        vector = self.embed(text)\n": (
        "        vector = self.embed(text)\n        vector /= max(float(vector.norm()), 1e-9)\n"
    )},
)  # fmt: skip
exercise.mistake(
    "half_life_not_checked",
    "half_life <= 0 goes through. Raise ValueError in the constructor.",
    swap={"if half_life <= 0:": "if False:"},
)
exercise.mistake(
    "half_life_of_zero_passes",
    "A half_life of 0 goes through. Raise ValueError for it as for a negative one.",
    swap={"if half_life <= 0:": "if half_life < 0:"},
)


@exercise.mistake(
    "kept_on_the_class",
    "What you store is kept on the class, so all memories share it. Make it in __init__.",
)
class _OnTheClass(Memory):
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        super().__init__(embed, clock, half_life, weights)
        _OnTheClass.stored, _OnTheClass.ids, _OnTheClass.next_id = self.stored, self.ids, 0
        del self.stored, self.ids, self.next_id


exercise.walkthrough(r"""
## Where it comes from

What an agent knows of earlier conversations has to be put into its prompt, and there is never room
for all of it. Searching by meaning finds what is *about* the question. But of two addresses that
are equally about the question, the newer one is right; and that somebody is allergic to nuts
matters more than what she had for lunch, even where lunch is closer to what was asked.

The generative agents of Park et al. (2023, section 4.1), who live in a small town and remember
their days, add up three numbers: relevance, a cosine of embeddings; recency, which decays
exponentially since a memory was last *retrieved*, not since it was made; and importance, which a
model rates when the memory is written down. There the three are first brought to one scale within
each search. Here they are added as they are, weighted, so that a score can be checked by hand.

Two more things make a store of it. The same fact is told again and again, and should be one memory
that is fresh and not ten; and whoever asks for it to be forgotten must never meet it again.

## By hand

The half life is 10, the weights are 1, and it is time 30. The question is about drinks; its cosines
with the texts are given.

| id | text | last access | age | relevance | recency | importance | score |
|---|---|---|---|---|---|---|---|
| 0 | likes tea | 0 | 30 | 0.8 | 1/8 | 0.5 | 1.425 |
| 1 | allergic to nuts | 10 | 20 | 0.1 | 1/4 | 1 | 1.35 |
| 2 | likes coffee | 20 | 10 | 0.8 | 1/2 | 0.2 | 1.5 |
| 3 | had soup | 30 | 0 | 0 | 1 | 0.1 | 1.1 |

The two best are 2 and 0: coffee passes tea, which is as relevant and more important, because it is
younger. Both are now accessed, so for the same question asked again their recency is 1, and tea
leads with 2.3 to 2. For the reference, `embed` gives vectors with just these cosines.

```python
import math

import torch

from grader.notebook import reference

Memory = reference("agent/memory")
texts = {"Likes tea": 0.8, "Allergic to nuts": 0.1, "Likes coffee": 0.8, "Had soup": 0.0}
importance = [0.5, 1.0, 0.2, 0.1]
now = [0.0]


def embed(text):
    x = texts.get(text, 1.0)  # the question's vector is (1, 0)
    return torch.tensor([x, math.sqrt(1 - x * x)], dtype=torch.float64)


def filled(half_life):
    # The four memories, added at the times 0, 10, 20 and 30.
    memory = Memory(embed, lambda: now[0], half_life)
    for i, text in enumerate(texts):
        now[0] = 10.0 * i
        memory.add(text, importance[i])
    return memory


memory = filled(half_life=10)
memory.recall("Which drinks?", 2), memory.recall("Which drinks?", 2)
```

## A picture

The first of the two recalls, with the numbers of the table: each bar is a score, in its three
parts.

```python
from grader.notebook import bars

picture = bars(
    {
        "tea": {"relevance": 0.8, "recency": 1 / 8, "importance": 0.5},
        "nuts": {"relevance": 0.1, "recency": 1 / 4, "importance": 1.0},
        "coffee": {"relevance": 0.8, "recency": 1 / 2, "importance": 0.2},
        "soup": {"relevance": 0.0, "recency": 1.0, "importance": 0.1},
    },
    title="Which drinks? At time 30, half life 10",
    up="score",
)
picture.axes.set_ylim(0, 2.2)
picture
```

How long a half life should be is a question of the application. The same four memories and the same
question with other half lives; the numbers are places, 1 for the first.

```python
from grader.notebook import show

half_lives = [1, 5, 10, 20, 50, 200]
found = [filled(half_life).recall("Which drinks?", 4) for half_life in half_lives]
show(
    [[order.index(id) + 1 for order in found] for id in range(4)],
    "place in a recall, by half life",
    rows=["tea", "nuts", "coffee", "soup"],
    columns=[str(half_life) for half_life in half_lives],
)
```

At the right all are as good as fresh, so recency decides nothing; at the left only the soup has any
recency left, which lifts it past coffee. Coffee leads only between, where half lives are like the
ages.

## Traps

**A half life is no time constant.** exp(−age / half_life) has the same shape and falls to 0.37
where 0.5 is meant. Orders hardly ever change by it, so no test on orders alone finds it soon.

{{trap: exp_without_half}}

**Counting what is there.** The number of stored memories makes a good next id, until one is
forgotten: then the next memory gets an id that somebody else has written down.

{{trap: id_is_the_number_of_memories}}

**A vector of zeros.** An embedding of an empty text may be all zeros, and 0/0 is NaN. NaN is
neither larger nor smaller than anything, so a sort with one in it puts the *others* in any order as
well. Usual texts never do this.

{{trap: zero_vector_is_nan}}

## What it costs

With n memories, a recall makes n cosines and one embedding. The cosines are cheap: tens of
microseconds each in a loop of Python, and together well below a millisecond for some thousands as
one product of a matrix with a vector (`rag/dense_search`). The embedding is a call of another
model, often over a network. That is why vectors are kept: embedding the stored texts anew would be
n + 1 calls for each recall, instead of one.
""")
