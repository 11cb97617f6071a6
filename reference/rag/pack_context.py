"""Pack sources into a token budget.

A retriever gives more text than a prompt has room for. Choose which sources go in: best first,
each whole or not at all, and never more tokens than the budget.

Write `pack_context(sources, budget, count_tokens, separator="\\n\\n")`. It returns the list of the
sources taken.

- `sources`: a list of dicts with at least `"id"` (str) and `"text"` (str), best first. The texts
  decide; ids play no part, and two sources may have the same one.
- `budget`: an int, the most tokens that the packed text may have.
- `count_tokens(text)`: the number of tokens of a text, an int; at least 1 for a text that is not
  empty. The count of a joined text is not the sum of the counts of its parts: tokens may span a
  seam, and the separator has tokens too.

Walk through the sources once, in their order. For each:

1. A text that is empty or whitespace only is skipped.
2. A text that was taken already is skipped. Two texts are the same when they are equal after every
   run of whitespace is turned into one space and the ends are stripped; nothing else is made
   alike, so upper and lower case differ. Only sources that were taken count: one that did not fit
   is no reason to skip a later one. Whitespace is what `str.split()` splits at.
3. Otherwise join the texts taken so far and this one, as they are, with `separator` between them.
   The source is taken if `count_tokens` of that joined text is at most `budget`. If not, it is
   skipped and the walk goes on: a later, shorter text may still fit. Texts are never cut.

Rules:

- The result holds the dicts themselves, no copies and nothing changed, in the order of `sources`.
  [] where nothing is taken, so also for no sources and for a budget of 0.
- Counting is slow: at most one call of `count_tokens` for each source, none besides. Calls that are
  not needed may be left out.
- budget < 0 raises ValueError before anything is counted, also when there are no sources.

Example: `count_tokens` is `len`, the separator the default (2 characters), the budget 8:

    a "tea"     taken: "tea" has 3 characters
    b " tea\\n"  skipped: the same text as a
    c "coffee"  skipped: "tea\\n\\ncoffee" has 11
    d "mug"     taken: "tea\\n\\nmug" has exactly 8

and the result is [a, d].

Failing cases name what `count_tokens` counts: "characters", "words" (pieces between whitespace),
"words and newlines", "quarters" (the number of characters // 4, but at least 1), or "runs" (a
character repeated on end is one: "coffee" has 4). A case that shows no `separator` was called
without one.
"""

import itertools
import re

from grader.words import Draw, Exercise, Function, at_most, holds, must_raise, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=18,
    source="Liu et al. 2023, Lost in the Middle: How Language Models Use Long Contexts, "
    "arXiv:2307.03172",
    hints=(
        "What has to be compared with the budget is one text. Which one, when you look at a "
        "source?",
        "Keep the texts taken so far; join them with the new one, count that once, and only then "
        "decide. A source that does not fit says nothing about the ones after it.",
        "Beside the list of sources taken, keep the list of their texts and a set of these texts "
        "with their whitespace made plain; add to all three only when a source is taken.",
    ),
    ask=(
        (
            "Models read the middle of a long context worst. Where do you put the best source?",
            "At one of the ends: first, or last next to the question. Pack by rank as here, then "
            "reorder what was packed, and measure whether your model gains from it.",
        ),
        (
            "How much room do you leave for the answer?",
            "Budget = context window - instructions - history - question - the longest answer you "
            "allow - a margin for the chat template. Fix the answer's share first.",
        ),
        (
            "Why not compress or cut the sources that do not fit?",
            "A cut text may lose the sentence that matters or be cited for what it no longer says. "
            "Summaries cost a model call and may invent. Smaller chunks are often the better way.",
        ),
    ),
)


@exercise.solution
def pack_context(sources: list, budget: int, count_tokens, separator: str = "\n\n") -> list:
    """The sources that go into the prompt, as they are and in their order.

    count_tokens(separator.join(their texts)) is at most `budget`. ValueError if budget < 0.
    """
    if budget < 0:
        raise ValueError(f"budget must be at least 0: {budget}")
    taken, texts, known = [], [], set()
    for source in sources:
        text = source["text"]
        plain = " ".join(text.split())  # what makes two texts the same
        if not plain or plain in known:
            continue
        # Count the joined text: neither separators nor seams show in the counts of the parts.
        if count_tokens(separator.join([*texts, text])) > budget:
            continue  # a later, shorter text may still fit
        taken.append(source)
        texts.append(text)
        known.add(plain)
    return taken


#: What `count_tokens` may count. "quarters" gives joined texts fewer tokens than their parts have
#: ("a" and "b": 1 each, joined 1), or more (two times 7 characters: 1 each, joined 4). For "runs"
#: the order matters: "tea" + "acorn" has 7, "acorn" + "tea" 8.
COUNTS = {
    "characters": lambda text: len(text),
    "words": lambda text: len(text.split()),
    "words and newlines": lambda text: len(re.findall(r"\S+|\n", text)),
    "quarters": lambda text: max(1, len(text) // 4),
    "runs": lambda text: sum(1 for _ in itertools.groupby(text)),
}

#: Texts, simplest first: plain ones, others that are the same as those, empty ones, longer ones.
TEXTS = (
    "tea",
    "a cup",
    "mug",
    " tea\n",
    "a  cup",
    "coffee",
    "",
    "a\ncup ",
    "Tea",
    "tea ",
    "acup",
    " \n\t",
    "a pot of green tea",
)


def sources_of(*texts, ids="abcdefghijklmnopqrstuvwxyz"):
    return [{"id": id, "text": text} for id, text in zip(ids, texts, strict=False)]


@exercise.inputs
def sources_and_a_budget_that_is_nearly_met(draw: Draw) -> dict:
    texts = [draw.choice(*TEXTS) for _ in range(draw.size(0, 6))]
    counts, separator = draw.choice(*COUNTS), draw.choice(None, "", "\n", " | ", "\n---\n")
    between = "\n\n" if separator is None else separator
    # About as much as the texts need, so that cases are decided by a token or two.
    meant = [text for text in dict.fromkeys(texts) if text.strip()][draw.choice(0, 0, 1) :]
    budget = COUNTS[counts](between.join(meant)) + draw.choice(0, -1, 1, 9) if meant else 0
    return {
        "sources": sources_of(*texts, ids=draw.choice("abcdef", "fbadce")),
        "budget": max(0, budget),
        "count_tokens": counts,
        **({} if separator is None else {"separator": separator}),
    }


def case(budget, *texts, counts="characters", **more):
    return {"sources": sources_of(*texts), "budget": budget, "count_tokens": counts, **more}


@exercise.edges
def packs_that_separate() -> list[dict]:
    again = {"id": "a", "text": "tea", "score": 2.5}
    return [
        case(8, "tea", " tea\n", "coffee", "mug"),
        {**case(99), "sources": sources_of("tea", "mug", "a cup", ids="cab")},
        {**case(8), "sources": sources_of("tea", "coffee", "mug", ids=("2", "10", "1"))},
        # Room: exactly enough, one too few, nothing, plenty.
        case(5), case(0), case(0, "tea"), case(0, "", "tea"), case(0, "tea", "mug"), case(3, "tea"),
        case(2, "tea"), case(8, "tea", "mug"), case(7, "tea", "mug"), case(99, "tea", "mug", "cup"),
        case(0, "tea", counts="quarters"), case(1, "tea", counts="quarters"),
        # What does not fit is passed over, and what comes later may fit.
        case(3, "coffee", "tea"), case(8, "tea", "coffee", "mug"), case(5, "coffee", "a cup"),
        case(13, "coffee", "a pot of green tea", "a cup", "mug"), case(1, "ab", "a", "b"),
        case(3, "coffee", "acorns", "honey", "sugar", "tea"),
        # The best by rank, not the most that fits.
        case(6, "a cup", "mug", "a", "coffee"), case(8, "a", "coffee", "tea", "mug"),
        case(7, "tea", "acorn", "a", "b"), case(9, "mug", "coffee", "a cup", "b"),
        # The same text: by whitespace only, and only of sources that were taken.
        case(99, "tea", "tea"), case(99, "a cup", "mug", "a  cup", " a\ncup\t"),
        case(99, "tea", " tea"), case(99, "tea\n", "tea"), case(99, "mug", "tea ", "\ttea\n", "mug"),
        case(99, "a cup", "a  cup"), case(99, "a\ncup", "a cup"), case(99, "a\t\tb", "tea", "a b"),
        case(9, "Tea", "tea"), case(12, "mug", "Mug"), case(99, "A cup", "a cup", "a CUP"),
        case(99, "acup", "a cup"), case(99, "ab c", "a bc"), case(99, "tea", "te a"),
        case(99, "a cup", "cup a"), case(99, "tea", "tea tea"), case(99, "a cup", "a cup a cup"),
        case(99, "a cup", "a cup."), case(99, "tea", "tea!", "(tea)"),
        case(99, "tea", "Tea", "TEA"), case(99, "a cup", "acup", "a, cup"), case(99, "cup", "a cup"),
        case(99, "a\u00a0cup", "a cup"), case(99, "a\u2028cup", "a \u0085 cup"),
        case(5, "a     cup", "a cup"), case(4, "  tea  ", "tea", "tea "), case(3, "tea   ", "tea"),
        case(9, "mug", " tea \n", "tea", " "), case(6, "a \n\n  b", "tea", "a b"),
        case(99, "cafe\u0301", "caf\u00e9"), case(99, "fine", "\ufb01ne"), case(99, "2", "\u00b2", "\uff12"),
        case(99, "a " * 150 + "cup", "a " * 150 + "mug"), case(999, "tea" * 99 + "a", "tea" * 99, "a"),
        # Empty texts.
        case(99, ""), case(99, " \n"), case(99, "", "tea", " "), case(99, "tea", "\t", "", "mug"),
        case(8, "tea", "", "mug"), case(5, "\n", "a cup"), case(99, "\u00a0", "tea", "\u2003\n"),
        # Separators.
        case(6, "tea", "mug", separator=""), case(5, "tea", "mug", separator=""),
        case(7, "tea", "mug", "a", separator=""), case(9, "tea", "mug", separator=" | "),
        case(8, "tea", "mug", "a", separator=" | "), case(7, "tea", "mug", separator="\n"),
        case(8, "tea", "mug", "a", separator="\n"), case(13, "tea", "mug", "a cup", "cup"),
        case(1, "tea", "mug", "cup", counts="words", separator=""),
        case(2, "a cup", "tea", "mug", counts="words", separator=""),
        case(3, "tea", "mug", "cup", counts="words", separator=" | "),
        case(3, "tea", "mug", counts="words and newlines"),
        case(4, "tea", "mug", "cup", counts="words and newlines"),
        case(3, "tea", "mug", "cup", counts="words and newlines", separator="\n"),
        # Joined texts count less than their parts, or more.
        case(1, "a", "b", "c", "d", counts="quarters"), case(2, *"abcdefg", counts="quarters"),
        case(2, "coffee", "coffees", "tea", counts="quarters"),
        case(3, "coffee!", "acorns!", "tea", counts="quarters"),
        case(4, "a teapot", "milk", "mug", "b", counts="quarters", separator=" "),
        # Joined in another order they would count otherwise.
        case(7, "tea", "acorn", counts="runs", separator=""),
        case(7, "acorn", "tea", counts="runs", separator=""),
        case(6, "mug", "green", "n", counts="runs", separator=""),
        case(6, "green", "mug", "gg", counts="runs", separator=""),
        case(9, "mug", "green", "tea", "acorn", "aa", counts="runs", separator=""),
        case(4, "coffee", "e", "c", counts="runs", separator="e"),
        # Counts in words: long words cost no more than short ones.
        case(2, "tea", "coffee", "a", counts="words"), case(3, "a b c d", "an elephant", "mouse",
        counts="words"), case(4, "a pot", "of green tea", "with milk", counts="words"),
        # The same id for different texts; other keys; the same dict twice.
        {"sources": sources_of("tea", "mug", "cup", ids="aab"), "budget": 99,
         "count_tokens": "characters"},
        {"sources": sources_of("tea", "mug", "a cup", ids="aaa"), "budget": 8,
         "count_tokens": "characters"},
        {"sources": sources_of("coffee", "tea", "mug", ids="bba"), "budget": 8,
         "count_tokens": "characters"},
        {"sources": [again, again, {"id": "b", "text": "mug", "score": 7.0}], "budget": 9,
         "count_tokens": "characters"},
    ]  # fmt: skip


@exercise.scenario
def what_is_taken(solution, sources, budget, count_tokens, **separator) -> dict:
    return {"taken": solution(sources, budget, Function(COUNTS[count_tokens]), **separator)}


@exercise.law(examples=10)
def the_sources_themselves_are_returned(solution, sources, budget, count_tokens):
    """Whoever packs will look at ids and scores, and finds a source again by the object it is."""
    taken = solution(sources, budget, COUNTS[count_tokens])
    copies = [source for source in taken if not any(source is given for given in sources)]
    says = "It returned a copy of a source. Return the dict that was given."
    holds(not copies, says, got=copies)


def bare(text):
    return " ".join(text.split())


def long_list(draw: Draw) -> dict:
    words = ("tea", "mug", "a cup", "coffee", "milk", "acorn", "of green")
    texts = [
        " ".join(draw.choice(*words) for _ in range(draw.size(0, 3)))
        for _ in range(draw.size(20, 30))
    ]
    counts = draw.choice(*COUNTS)
    budget = {"characters": 60, "runs": 60, "quarters": 15}.get(counts, 12) + draw.size(0, 9)
    sources = sources_of(*texts, ids=[f"{i:02}" for i in range(30)])
    return {"sources": sources, "budget": budget, "count_tokens": counts}


@exercise.law(inputs=long_list, examples=6)
def every_source_is_decided_at_its_turn(solution, sources, budget, count_tokens):
    """What is in fits, and what is left out would not have fitted when it was looked at."""
    taken = solution(sources, budget, COUNTS[count_tokens])
    ids, texts = [source["id"] for source in taken], []
    same(ids, sorted(set(ids)), "The ids of the sources taken, in their order")
    for source in sources:
        joined = COUNTS[count_tokens]("\n\n".join([*texts, source["text"]]))
        known = {"", *map(bare, texts)}
        fits = joined <= budget and bare(source["text"]) not in known
        what = f"Source {source['id']} brings the joined text to {joined} tokens"
        says = "taken" if source["id"] in ids else "left out"
        holds((source["id"] in ids) == fits, f"{what}, and was {says}.", got=ids)
        texts += [source["text"]] if fits else []


def different_texts() -> list[dict]:
    sizes = ((0, 9), (1, 0), (1, 99), (2, 99), (3, 99), (3, 8), (5, 99), (6, 20), (9, 99), (4, 1))
    words = ("tea", "mug", "cup", "coffee", "milk", "sugar", "honey", "pot", "spoon")
    return [{"sources": sources_of(*words[:n]), "budget": budget} for n, budget in sizes]


@exercise.law(edges=different_texts)
def each_source_is_counted_once_at_most(solution, sources, budget):
    """Tokenizers are slow, and a prompt is packed for every question."""
    count = Function(COUNTS["characters"])
    solution(sources, budget, count)
    at_most(len(count.calls), len(sources), f"Calls of count_tokens for {len(sources)} sources")


def below_zero() -> list[dict]:
    texts = ((), ("",), ("tea",), ("tea", "mug", "cup"))
    return [
        {"sources": sources_of(*some), "budget": budget}
        for some in texts
        for budget in (-1, -2, -9)
    ]


@exercise.law(edges=below_zero)
def a_budget_below_zero_raises_before_anything_is_counted(solution, sources, budget):
    """Such a budget is a mistake in somebody's subtraction, which an empty context would hide."""
    count = Function(len)
    must_raise(ValueError, solution, sources, budget, count)
    calls = len(count.calls)
    holds(not calls, f"It raised ValueError, but after {calls} calls of count_tokens.", got=calls)


JOINED = "count_tokens(separator.join([*texts, text]))"

exercise.mistake(
    "separator_not_counted",
    "You add up the counts of the parts. Separators have tokens too: count the joined text.",
    swap={JOINED: "sum(map(count_tokens, [*texts, text]))"},
)
exercise.mistake(
    "parts_and_separators_added",
    "You add up the counts of texts and separators. Tokens may span a seam, so that the joined text "
    "has fewer or more: count it as a whole.",
    swap={JOINED: "sum(map(count_tokens, [*texts, text])) + count_tokens(separator) * len(texts)"},
)
exercise.mistake(
    "pieces_added",
    "You add the count of separator and text to what you had. Tokens may span a seam, so that the "
    "joined text has fewer or more: count it as a whole.",
    swap={
        JOINED: "sum(count_tokens(separator * (i > 0) + t) for i, t in enumerate([*texts, text]))"
    },
)
exercise.mistake(
    "joined_in_another_order",
    "You join the new text before those taken so far. It comes behind them, as in the prompt; "
    "where tokens span the seam, the order decides how many there are.",
    swap={
        "count_tokens(separator.join([*texts, text]))": "count_tokens(separator.join([text, *texts]))",
    },
)
exercise.mistake(
    "joined_without_separator",
    "You join the texts with nothing between them. The separator stands there, and has tokens too.",
    swap={
        "count_tokens(separator.join([*texts, text]))": 'count_tokens("".join([*texts, text]))',
    },
)
exercise.mistake(
    "counts_the_text_alone",
    "You hold each text against the whole budget by itself. What counts is the text joined with "
    "those taken before.",
    swap={JOINED: "count_tokens(text)"},
)
exercise.mistake(
    "separator_at_the_end_too",
    "You count a separator more than there is: it stands between texts only, so none for the first.",
    swap={JOINED: "count_tokens(separator.join([*texts, text]) + separator)"},
)
exercise.mistake(
    "separator_ignored",
    "You join with a separator of your own. Use the one you are given.",
    swap={JOINED: 'count_tokens("\\n\\n".join([*texts, text]))'},
)
exercise.mistake(
    "other_default_separator",
    'The separator is "\\n\\n" where none is given, an empty line.',
    swap={'separator: str = "\\n\\n"': 'separator: str = "\\n"'},
)
exercise.mistake(
    "joined_with_spaces",
    'The separator is "\\n\\n" where none is given, and not a space.',
    swap={'separator: str = "\\n\\n"': 'separator: str = " "'},
)
exercise.mistake(
    "stops_at_first_misfit",
    "After the first source that does not fit you take no more: you stop there, or its text stays in "
    "what you count. Skip it and go on; a shorter one may fit.",
    swap={"continue  # a later, shorter text may still fit": "break"},
)
exercise.mistake(
    "strictly_less",
    "You leave out a source that would fill the budget exactly. At most the budget: that one fits.",
    swap={"> budget:": ">= budget:"},
)
exercise.mistake(
    "first_always_taken",
    "You take the first text even if it does not fit. The budget holds for it too: nothing may be "
    "the right result.",
    swap={
        "> budget:": "> budget and taken:",
    },
)
exercise.mistake(
    "stops_when_full",
    "You stop once the budget is used up. A further text may cost no token of its own, where tokens "
    "span the seam; count and see.",
    swap={
        "        known.add(plain)": (
            "        known.add(plain)\n"
            "        if count_tokens(separator.join(texts)) == budget:\n            break"
        )
    },
)
exercise.mistake(
    "truncates_last",
    "You cut a text that does not fit. Take a source whole or not at all.",
    swap={
        "            continue  # a later, shorter text may still fit": (
            "            while count_tokens(separator.join([*texts, text])) > budget and text:\n"
            "                text = text[:-1]\n"
            "            if text.strip():\n"
            '                taken.append({**source, "text": text})\n'
            "            break"
        )
    },
)
exercise.mistake(
    "counts_characters",
    "You count characters. Tokens are what count_tokens says.",
    swap={JOINED: "len(separator.join([*texts, text]))"},
)
exercise.mistake(
    "counts_words",
    "You count words. Tokens are what count_tokens says.",
    swap={JOINED: "len(separator.join([*texts, text]).split())"},
)
exercise.mistake(
    "keeps_duplicates",
    "You take the same text twice. Skip a text that was taken already.",
    swap={"if not plain or plain in known:": "if not plain:"},
)
exercise.mistake(
    "dedup_by_id",
    "You take sources with the same id for the same. Chunks may share an id, and one text may come "
    "under two: compare the texts.",
    swap={
        "plain in known": 'source["id"] in known',
        "known.add(plain)": 'known.add(source["id"])',
    },
)
exercise.mistake(
    "same_only_if_identical",
    "You miss texts that differ in whitespace only. Turn every run of whitespace into one space and "
    "strip the ends before you compare.",
    swap={"plain in known": "text in known", "known.add(plain)": "known.add(text)"},
)
exercise.mistake(
    "same_only_if_stripped",
    "You strip the ends only. Runs of whitespace inside a text count as one space as well.",
    swap={'" ".join(text.split())': "text.strip()"},
)
exercise.mistake(
    "case_ignored",
    "You take texts for the same that differ in upper and lower case. Only whitespace is made "
    "plain.",
    swap={'" ".join(text.split())': '" ".join(text.lower().split())'},
)
exercise.mistake(
    "whitespace_removed",
    'You remove whitespace before you compare, so that "a cup" and "acup" are the same. A run of it '
    "becomes one space.",
    swap={'" ".join(text.split())': '"".join(text.split())'},
)
exercise.mistake(
    "ascii_whitespace_only",
    "Your whitespace is that of ASCII. str.split() also splits at others, such as the no-break "
    "space.",
    swap={'" ".join(text.split())': '" ".join(re.findall(r"[^ \\t\\n\\r\\f\\v]+", text))'},
)
exercise.mistake(
    "same_as_a_part",
    "You skip a text that stands within one that was taken. Only equal texts are the same.",
    swap={"plain in known": "any(plain in other for other in known)"},
)
exercise.mistake(
    "misfits_are_known",
    "You remember texts that did not fit as if they were taken. The same text with less whitespace "
    "may fit later.",
    swap={
        "        known.add(plain)": "        pass",
        "        # Count the joined text": "        known.add(plain)\n        # Count the joined",
    },
)
exercise.mistake(
    "compared_with_the_last_only",
    "You compare a text with the one taken last only. Compare it with all that were taken.",
    swap={
        "plain in known": 'plain == " ".join("".join(texts[-1:]).split())',
    },
)
exercise.mistake(
    "keeps_empty",
    "You take empty texts, which bring nothing but a separator. Skip them.",
    swap={"if not plain or plain in known:": "if plain in known:"},
)
exercise.mistake(
    "keeps_whitespace",
    "You take texts of whitespace only. They are empty too: skip them.",
    swap={"if not plain or plain in known:": "if not text or plain in known:"},
)
exercise.mistake(
    "counts_stripped_texts",
    "You strip the texts that you count. They are joined as they are, with the whitespace at "
    "their ends.",
    swap={
        "[*texts, text])": "[*texts, text.strip()])",
        "texts.append(text)": "texts.append(text.strip())",
    },
)
exercise.mistake(
    "counts_collapsed_texts",
    "You collapse the whitespace of the texts that you count. That is for comparing only: the prompt "
    "holds the texts as they are.",
    swap={"[*texts, text])": "[*texts, plain])", "texts.append(text)": "texts.append(plain)"},
)
exercise.mistake(
    "best_source_last",
    "You return the sources in reverse. Keep their order: best first.",
    swap={"return taken": "return taken[::-1]"},
)
exercise.mistake(
    "returns_texts",
    "You return texts. Return the sources, the dicts as they were given.",
    swap={"return taken": "return texts"},
)
exercise.mistake(
    "returns_ids",
    "You return ids. Return the sources, the dicts as they were given.",
    swap={"return taken": 'return [source["id"] for source in taken]'},
)
exercise.mistake(
    "returns_copies",
    "You return copies of the sources. Return the dicts that were given.",
    swap={"taken.append(source)": "taken.append(dict(source))"},
)
exercise.mistake(
    "counts_twice",
    "You count a text alone besides the joined text. One call for each source is enough.",
    swap={f"if {JOINED}": f"if count_tokens(text) > budget or {JOINED}"},
)
exercise.mistake(
    "one_call_too_many",
    "You make a call of count_tokens beside the walk, before it or at its end. One for each source "
    "says all that is needed.",
    swap={
        "    return taken": "    assert count_tokens(separator.join(texts)) <= max(budget, 1)\n"
        "    return taken"
    },
)
exercise.mistake(
    "no_check",
    "A budget below 0 goes through. Raise ValueError before anything is counted.",
    swap={"if budget < 0:": "if False:"},
)
exercise.mistake(
    "checks_only_with_sources",
    "Without sources a budget below 0 goes through. Check it first of all.",
    swap={"if budget < 0:": "if budget < 0 and sources:"},
)
exercise.mistake(
    "zero_budget_raises",
    "A budget of 0 raises. It is allowed: nothing fits, so the result is [].",
    swap={"if budget < 0:": "if budget <= 0:"},
)


@exercise.mistake(
    "shortest_first",
    "You take short texts first, to get more of them in. The rank decides: walk in the order given.",
)
def _shortest_first(sources, budget, count_tokens, separator="\n\n"):
    taken = pack_context(
        sorted(sources, key=lambda source: len(source["text"])), budget, count_tokens, separator
    )
    return [source for source in sources if any(source is other for other in taken)]


@exercise.mistake(
    "knapsack",
    "You look for the choice that fills the budget best. The rank decides: walk in the order given "
    "and take what fits.",
)
def _knapsack(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError(f"budget must be at least 0: {budget}")
    different = {bare(source["text"]): source for source in reversed(sources)}
    rest = [s for s in sources if bare(s["text"]) and different[bare(s["text"])] is s]
    rest = rest[:10]
    most, best = 0, []
    for size in range(1, len(rest) + 1):
        for some in itertools.combinations(rest, size):
            tokens = count_tokens(separator.join(source["text"] for source in some))
            if most < tokens <= budget:
                most, best = tokens, [*some]
    return best


exercise.walkthrough(r"""
## Where it comes from

A search finds more than fits. Instructions, conversation and the answer to come need their share of the
window; what is left is the budget for sources. Filling a large one does not pay either: the paper hid the
one document with the answer among others and moved it about (section 2). Models used it best at the
beginning or the end of the context. In the middle of many, one of them did worse than with no documents
at all.

So one packs: best first, as much as fits, nothing twice, nothing cut, for half a text may say the
opposite of the whole and is cited all the same. The difficulty is in the word "fits". A budget is in
tokens of the *prompt*. Separators have tokens too, and a tokenizer does not stop at the seam between two
texts: line breaks that end one and those that follow may become one token, or two.

## By hand

Count words, and let the separator be a line with one word of its own, `---`. The budget is 7.

| source | words | joined with what is taken | |
|---|---|---|---|
| a: tea is a plant | 4 | 4 | taken |
| b: its leaves are dried first | 5 | 4 + 1 + 5 = 10 | does not fit |
| c: tea  is a plant | 4 | not counted | the same as a |
| d: water boils | 2 | 4 + 1 + 2 = 7 | taken, exactly full |

By the sum of their parts a and d would have six words. The prompt has seven.

```python
from grader.notebook import reference

pack = reference("rag/pack_context")
texts = ["tea is a plant", "its leaves are dried first", "tea  is a plant", "water boils"]
sources = [{"id": id, "text": text} for id, text in zip("abcd", texts, strict=True)]
pack(sources, 7, lambda text: len(text.split()), separator="\n---\n")
```

The seam works in the other direction too. This counter takes a run of whitespace or of signs for one
token, as real tokenizers do with many runs. The texts end in line breaks, and the separator melts into
them:

```python
import re


def count(text):
    return len(re.findall(r"\w+|\s+|[^\w\s]+", text))


one, two = "Tea is hot.\n\n", "Buy it.\n\n"
apart = count(one) + count("\n\n") + count(two)
{"parts and separator": apart, "joined": count(one + "\n\n" + two)}
```

## A picture

Six sources of 6, 9, 3, 5, 2 and 8 words, best first, and a separator without words. Each column is a
budget; blue are the sources that go in.

```python
from grader.notebook import show

words = [6, 9, 3, 5, 2, 8]
sources = [{"id": i, "text": " ".join([f"w{i}"] * n)} for i, n in enumerate(words)]
takes = [pack(sources, budget, lambda text: len(text.split())) for budget in range(36)]
table = [[source in taken for taken in takes] for source in sources]
labels = [f"{n} words" for n in words]
picture = show(table, "Which sources go in", rows=labels, columns="budget in words")
picture.axes.set_xticks(range(0, 36, 5))
picture
```

A larger budget does not mean more sources. With 14 words there is room for the first, the third and the
fourth; with 15 the second fits, and the other two make way. A reader of the log may take this for an
error. It is what "best first" says: the rank decides, and the rest of the budget goes to whoever still
fits.

## Traps

**Adding up.** Each text was counted when it was indexed, so why count again? The sum is wrong by a few
separators and seams only, and it shows where the budget is nearly full: a source is left out that fits,
as below, where two letters a meet in one run; or one request in a thousand is too long.

{{trap: separator_not_counted}}

**Stopping at the first misfit.** One long text in third place, and half of the budget stays empty. Nobody
notices, for the answers are still mostly right.

{{trap: stops_at_first_misfit}}

**Filling up with a piece.** Cutting the last text to what is left uses the budget to the full. It also
ends a source in the middle of a sentence, and the "not" may have been in the other half.

{{trap: truncates_last}}

## What it costs

One call of the counter for each source, but of a text that grows. If all n sources fit, the i-th call
counts i of them, so the characters that go through the tokenizer grow with n².

```python
from grader.notebook import curve

numbers = [1, 2, 4, 8, 16, 32, 64]
packed, counted = [], []
for n in numbers:
    seen = []
    sources = [{"id": i, "text": f"{i:<4}" + "tea " * 99} for i in range(n)]
    taken = pack(sources, 10**9, lambda text: seen.append(len(text)) or len(text))
    packed.append(len("\n\n".join(source["text"] for source in taken)))
    counted.append(sum(seen))
curve(
    {"went through the counter": counted, "stand in the prompt": packed},
    x=numbers,
    title="Sources of 400 characters, all taken",
    across="sources",
    up="characters",
    log=True,
)
```

At 64 sources the counter has read 32 times what the prompt holds. For a dozen sources nobody cares. With
many, one counts long texts by a cheap upper bound first, and exactly only where the bound says that it is
close.
""")
