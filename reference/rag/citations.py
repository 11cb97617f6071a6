"""Checking citations.

The model was shown numbered sources and told to cite them as [1]. Before its answer is shown to
anyone, find out which sources it cites, which numbers it has made up, and which sentences it gives
no source for.

Write `check_citations(answer, n_sources, refusal="I don't know.")`. It returns the dict
`{"cited": [...], "invalid": [...], "uncited": [...]}`.

Citations:

- A group of citations is `[`, a number, any more numbers each after a comma and any number of
  spaces (or none), and `]`: [1], [12], [1,3], [1, 3, 4]. A number is one or more of the digits 0
  to 9; [01] is the number 1.
- Nothing else cites: not [a], [1a], [1 2], [ 1 ], [1 ,2], [1,], [1-3], [1, a], [-1], (1), [1
  without its bracket, nor digits of other scripts or a line break inside. Of "[see [1]" the part
  [1] is a group.
- A number is valid if it is one of 1, 2, ..., n_sources.
- "cited" are the valid numbers found, "invalid" the others, both as ints, sorted by size, each
  number once.

Sentences:

- Strip the answer, then split it at whitespace (any run of spaces, tabs and line breaks) that
  follows `.`, `!` or `?` directly. That is the only rule: "3.14" is not split, "e.g. this" is, a
  line break after a comma or a word splits nothing, and neither does whitespace after `."`, `.]`,
  `:` or `…`.
- The sentences are the pieces, unchanged: with their end marks, and with the whitespace inside.
- So a citation behind the full stop belongs to the sentence that follows, or is one of its own.
- "uncited" are the sentences without a valid citation, in order; equal ones are all listed.

Nothing to cite:

- If the answer is empty or only whitespace, all three lists are empty. So they are if the stripped
  answer is exactly `refusal`, whatever that holds; a refusal with other text before or after it is
  an answer like any other.
- n_sources < 0 raises ValueError, with such answers too. 0 is allowed: then no number is valid.

Example: "Tea is hot [2]. It costs 3.50 [1, 7]! Buy it. [1] Now [9]" with 3 sources has the four
sentences "Tea is hot [2].", "It costs 3.50 [1, 7]!", "Buy it." and "[1] Now [9]". cited is
[1, 2], invalid is [7, 9], and uncited is ["Buy it."], for its [1] stands behind the full stop.
"""

import re

from grader.words import Draw, Exercise, must_raise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=20,
    needs=("rag/build_messages",),
    source="Gao et al. 2023, Enabling Large Language Models to Generate Text with Citations, "
    "arXiv:2305.14627",
    hints=(
        "Three small jobs: cut into sentences, find the numbers of one sentence, sort them into "
        "valid and not. The lists then come out of one loop.",
        "A split that must not eat the full stop needs a look behind. For the groups write one "
        "pattern for the whole bracket, and take the numbers out of what it found.",
        "`(?<=[.!?])` stands behind an end mark without taking it. `\\d` and `\\s` match more than "
        "the statement allows in a group: spell out the digits and the space.",
    ),
    ask=(
        (
            "A citation exists, but does the source support the sentence?",
            "This check cannot tell. Ask a judge model or an entailment model about each pair of "
            "sentence and cited source, and measure that judge against people.",
        ),
        (
            "How would you cite spans instead of whole sources?",
            "Have the model quote, or give character ranges, and check by string search that the "
            "quote stands in the source; some APIs return such spans themselves.",
        ),
        (
            "What do you do with an answer that fails the check?",
            "Ask once more with the complaint added, then refuse. Never strip the bad numbers and "
            "show the rest: the sentence is what has no source.",
        ),
    ),
)


@exercise.solution
def check_citations(answer: str, n_sources: int, refusal: str = "I don't know.") -> dict:
    """Valid numbers, other numbers, and the sentences without a valid one.

    Gives {"cited": [int], "invalid": [int], "uncited": [str]}. ValueError if n_sources < 0.
    """
    if n_sources < 0:
        raise ValueError(f"n_sources must not be negative: {n_sources}")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    # (?<=...) looks behind: the end mark is not part of what is cut out.
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        groups = re.findall(r"\[([0-9]+(?:, *[0-9]+)*)\]", sentence)
        numbers = {int(number) for group in groups for number in group.split(",")}
        valid = {number for number in numbers if 1 <= number <= n_sources}
        cited |= valid
        invalid |= numbers - valid
        if not valid:
            uncited.append(sentence)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}


REFUSAL = "I don't know."

STARTS = ("Tea is hot", "It costs 3.14", "Ask e.g. Ann", "Yes", "See Fig.2, v1.0", "Add\nmilk")
GROUPS = (
    "[1]", "[2]", "[1, 3]", "[12]", "[0]", "[3,2]", "[2,  1]", "[4]", "[1, 12, 2]", "[02]", "[10, 9]",
    "[1][2]", "[[3]]", "[see [2]", "[2024]",
    "[a]", "[1a]", "[1", "1]", "[ 1]", "[1 ]", "[1 ,2]", "[1 2]", "[1;2]", "[1,]", "[,1]", "[1-3]",
    "[1, a]", "[-1]", "[1.5]", "(1)", "[]", "[1,\n2]", "[1,\t2]", "[²]", "[٣]", "[1,, 2]", "{1}",
)  # fmt: skip
ENDS = (".", "!", "?", "", "...", '."', "?!", ":", ".)", ";")
GAPS = (" ", "  ", "\n", "\n\n", " \n ", "\t", "")


@exercise.inputs
def answers(draw: Draw) -> dict:
    text = draw.choice("", " ", "\n")
    for _ in range(draw.size(0, 4)):
        group = draw.choice("", draw.choice(*GROUPS))
        before = draw.choice(True, True, False)
        text += draw.choice(*STARTS) + (f" {group}" if before and group else "")
        text += draw.choice(*ENDS) + draw.choice(*GAPS)
        text += "" if before or not group else group + draw.choice(*GAPS)
    return {"answer": text, "n_sources": draw.choice(3, 2, 1, 12, 0)}


def with_sources(n: int, *answers: str) -> list[dict]:
    return [{"answer": answer, "n_sources": n} for answer in answers]


@exercise.edges
def answers_that_separate() -> list[dict]:
    refused = ("No answer.", "No answer", "Not in [1].", "nothing", "I don't know. Ask Ann.")
    return [
        *with_sources(2, "", " \n", "Yes", "Yes.", "Yes [1].", "Yes [1]", "[1]", "[1] Yes.", "[3]."),
        *with_sources(2, REFUSAL, f"  {REFUSAL}\n", f"{REFUSAL} [1]", f"{REFUSAL} Sorry.", "i don't know."),
        *with_sources(1, "I Don't Know.", "i don't know. ", " I don't Know.", "I DON'T know."),
        *with_sources(2, "I DON'T KNOW.", "I don't know", f"Sorry. {REFUSAL}", "I don't know [1]."),
        *with_sources(1, f"{REFUSAL} ", f"\n{REFUSAL}", f"\t{REFUSAL} \n"),
        *with_sources(2, f"Tea is hot [1]. {REFUSAL}", f"{REFUSAL} {REFUSAL}", f"Well, {REFUSAL}"),
        *with_sources(0, "", REFUSAL, "Yes [1].", "No [0]. Yes", "Yes. No.", "So [2, 1]! Oh [3]?"),
        *with_sources(3, "Tea is hot [2]. It costs 3.50 [1, 7]! Buy it. [1] Now [9]"),
        # What is a group, and what is none.
        *({"answer": f"Tea {group}. Yes [1].", "n_sources": 12} for group in GROUPS),
        *with_sources(12, "A [11, 12, 13].", "A [9], b [10].", "A [12,1]. B [2, 11, 3].", "A [1] [2]."),
        *with_sources(3, "A [1,2].", "[2,3]", "A [1,4]. B [3].", "A [1,  2].", "[3,   1]", "A [1]. B [2,  9]."),
        *with_sources(3, "A [٣].", "[١]", "A [1]. B [２].", "A [0]. B [٤, 2]."),
        *with_sources(20, "A [10, 9, 2].", "B [20]. C [21].", "A [3]. B [20]. C [1].", "A [19, 5]. B [5]."),
        *with_sources(1, "A [12].", "A [11]. B [1].", "A [21, 2].", "A [0, 1].", "A [2, 0].", "A [0]."),
        *with_sources(4, "A [1, 2, 3, 4].", "A [4, 3, 2].", "A [5, 1, 6].", "A [7, 2, 3]. B [6, 1, 5]."),
        *with_sources(3, "A [2 , 3].", "[1 , 2, 3]", "A [ 1 ]. B [2 ].", "[ 1, 2]", "A [3, 1 ]"),
        *with_sources(3, "A [-2].", "B [-1, 2].", "[1, -3]", "A [+1].", "A [1,2,]. B", "A [1; 2]. B", "A [2-3]. B."),
        *with_sources(3, "A [9, 10, 8].", "A [30]. B [4]. C [11].", "A [3, 3]. B [3].", "A [5, 5, 5]."),
        # Where sentences end.
        *with_sources(2, "A is 3.14 [1].", "A 1.5.2 b [2]. C", "At 9.30 a.m.[1] we go. Yes."),
        *with_sources(2, "A. B! C? D", "A.B [1]. C!D", "A...  B [1]... c", "A?! B [2].", "A.\nB.\n\nC [1]."),
        *with_sources(2, "Ask e.g. Ann [1]. So", "Dr. No [1] e.g. x.", "A\nb [1]", "A,\nb\n\nc. D [1]"),
        *with_sources(2, "A\tb. C [1].\tD", 'He said "no." Then [1].', "(So. Then.) And [1].", "A:\nb [1]"),
        *with_sources(2, "A; b [1]. c", "a. b [1]. c", "A  b.  C   d.", " A. ", "\n\nA b [1].\n C\n"),
        *with_sources(2, "A [1] . B", ". A", "A . . B [2]", "! ? .", "A.[1] B. C", "A[1]. B.", "A. B. A. A."),
        *with_sources(1, "No. No.", "No! Yes [1]! No!", "So? So? So?", "A [2]. B. A [2]."),
        *with_sources(2, "A\nb", "- A\n- b [1]\n- c", "A\n\nb.", "1. A [1].\n2. B [2].\n3. C."),
        *with_sources(2, "A… b [1].", "A。 b [1].", "A ‽ b [2]. C", "A… B… C", "A: b; c [1].", "A [1]; b: c"),
        *with_sources(2, '"A!" B [1].', "(A.) B [2].", "A.) B.' C [1]", "A [1.] b [2]."),
        # Citations behind the full stop.
        *with_sources(2, "A. [1]", "A. [1] B.", "A. [1] B. [2]", "A! [2]\nB? [1]\nC.", "A [1]. [2] B."),
        *with_sources(2, "A. [1]. B.", "A. [3] B.", "A.[1] B [2].", "A. [1][2] B. C"),
        # Valid in one sentence, not in another.
        *with_sources(2, "A [3].", "A [1]. B [3].", "A [1, 3]. B.", "A [3]. B [1].", "A [0]. B [1, 0]."),
        *with_sources(2, "A. B. C [1].", "A [1]. B. C.", "A [1] b. C [1, 1] [1]. D", "A [2]. B [2]! C"),
        # Another refusal.
        *({"answer": text, "n_sources": 1, "refusal": "No answer."} for text in refused),
        *({"answer": text, "n_sources": 1, "refusal": "Not in [1]."} for text in refused),
        *({"answer": text, "n_sources": 0, "refusal": "Sorry. No."} for text in ("Sorry. No.", "No.")),
        {"answer": REFUSAL, "n_sources": 2, "refusal": "No answer."},
        {"answer": f" {REFUSAL} ", "n_sources": 1, "refusal": ""},
        {"answer": "Not in [1]. [2]", "n_sources": 3, "refusal": "Not in [1]."},
        {"answer": "Not in [1]", "n_sources": 3, "refusal": "Not in [1]."},
    ]  # fmt: skip


@exercise.law
def numbers_are_valid_or_invalid_whatever_the_sources(solution, answer):
    """More sources move numbers from one list to the other, and change nothing else."""
    none = solution(answer, 0)
    same(none["cited"], [], "With no sources, `cited`")
    for n in (1, 3, 11):
        found = solution(answer, n)
        split = [sorted(found["cited"] + found["invalid"]), max([0, *found["cited"]]) <= n]
        same(split, [none["invalid"], True], f"With {n} sources, all numbers, and cited <= {n}")


@exercise.law
def without_sources_all_sentences_are_uncited(solution, answer):
    """Put together again they are the answer; no sentence and no end mark gets lost."""
    uncited = solution(answer, 0, refusal="")["uncited"]
    same(
        "".join("".join(uncited).split()), "".join(answer.split()), "The answer without whitespace"
    )
    same([s for s in uncited if s != s.strip() or not s], [], "Sentences with whitespace around")


@exercise.law(
    edges=lambda: [
        {"first": first, "second": second, "mark": mark}
        for first, second in (
            ("Tea is hot", "Buy it"),
            ("Pi is 3.14", "So [1]"),
            ("A [7]", "B [0]"),
        )
        for mark in ".!?"
    ]
)
def a_citation_before_the_full_stop_clears_its_sentence_alone(solution, first, second, mark):
    """What one sentence cites says nothing of the others."""
    before = solution(f"{first}{mark} {second}{mark}", 1)
    after = solution(f"{first} [1]{mark} {second}{mark}", 1)
    says = f"After {first}{mark} has become {first} [1]{mark}, "
    same(after["uncited"], before["uncited"][1:], f"{says}`uncited`")
    same(after["cited"], [1], f"{says}`cited`")
    same(after["invalid"], before["invalid"], f"{says}`invalid`")


def negative_numbers() -> list[dict]:
    answers = (
        "Tea is hot [1].",
        "Yes",
        "So [0].",
        "",
        "\n ",
        "  ",
        REFUSAL,
        f"{REFUSAL} ",
        f" {REFUSAL}",
    )
    return [{"answer": text, "n_sources": n} for text in answers for n in (-1, -2, -50)]


@exercise.law(edges=negative_numbers, examples=30)
def a_negative_number_of_sources_raises_value_error(solution, answer, n_sources):
    """Less than no source is a slip of the caller, whatever the answer is."""
    must_raise(ValueError, solution, answer, n_sources)


FOUND = r'r"\[([0-9]+(?:, *[0-9]+)*)\]"'
CUT = r'r"(?<=[.!?])\s+"'
EMPTY = "if not text or text == refusal:"

exercise.mistake(
    "single_digit_only",
    "You look for one digit only, so [12] is not found. A number has one digit or more.",
    swap={FOUND: r'r"\[([0-9](?:, *[0-9])*)\]"'},
)
exercise.mistake(
    "digits_one_by_one",
    "You read [12] as 1 and 2. Digits that stand together are one number.",
    swap={'for number in group.split(",")': 'for number in re.findall("[0-9]", group)'},
)
exercise.mistake(
    "groups_missed",
    "You find [1] but not [1, 3]. A bracket may hold several numbers.",
    swap={FOUND: r'r"\[([0-9]+)\]"'},
)
exercise.mistake(
    "first_of_a_group",
    "You take only the first number of a bracket. [1, 3] cites 1 and 3.",
    swap={'group.split(",")': 'group.split(",")[:1]'},
)
exercise.mistake(
    "last_of_a_group",
    "You take the first and the last number of a bracket: a repeated part of a pattern keeps its "
    "last match only. Take the whole bracket and split it.",
    swap={'group.split(",")': 'group.split(",")[:: max(1, group.count(","))]'},
)
exercise.mistake(
    "commas_need_a_space",
    "You find [1, 3] but not [1,3]. Any number of spaces may follow the comma, or none.",
    swap={FOUND: r'r"\[([0-9]+(?:, +[0-9]+)*)\]"'},
)
exercise.mistake(
    "commas_without_spaces",
    "You find [1,3] but not [1, 3]. Any number of spaces may follow the comma.",
    swap={FOUND: r'r"\[([0-9]+(?:,[0-9]+)*)\]"'},
)
exercise.mistake(
    "one_space_at_most",
    "You allow one space after a comma. There may be any number.",
    swap={FOUND: r'r"\[([0-9]+(?:, ?[0-9]+)*)\]"'},
)
exercise.mistake(
    "any_whitespace_in_groups",
    "You let line breaks and tabs stand in a bracket, or spaces before a comma. Only spaces, and "
    "only after a comma.",
    swap={FOUND: r'r"\[(\s*[0-9]+(?:\s*,\s*[0-9]+)*\s*)\]"'},
)
exercise.mistake(
    "line_breaks_after_commas",
    "You let tabs and line breaks follow a comma inside a bracket; only spaces may.",
    swap={FOUND: r'r"\[([0-9]+(?:,\s*[0-9]+)*)\]"'},
)
exercise.mistake(
    "spaces_inside_brackets",
    "You let spaces stand behind the opening or before the closing bracket. They may only follow a "
    "comma.",
    swap={FOUND: r'r"\[ *([0-9]+(?:, *[0-9]+)*) *\]"'},
)
exercise.mistake(
    "space_before_comma",
    "You let spaces stand before a comma. They may only follow it.",
    swap={FOUND: r'r"\[([0-9]+(?: *, *[0-9]+)*)\]"'},
)
exercise.mistake(
    "minus_sign_read",
    "You read [-1] as a number. A number is made of the digits 0 to 9 alone.",
    swap={FOUND: r'r"\[(-?[0-9]+(?:, *-?[0-9]+)*)\]"'},
)
exercise.mistake(
    "digits_of_other_scripts",
    r"You use \d, which matches the digits of every script. Only 0 to 9 count: [0-9].",
    swap={FOUND: r'r"\[(\d+(?:, *\d+)*)\]"'},
)
exercise.mistake(
    "brackets_not_needed",
    "You take every number of a sentence for a citation. Only numbers in square brackets are.",
    swap={FOUND: r'r"([0-9]+(?:, *[0-9]+)*)"'},
)
exercise.mistake(
    "numbers_of_any_bracket",
    "You take all numbers out of any bracket. A bracket that holds anything else, as [1a] or [1-3], "
    "cites nothing.",
    swap={
        FOUND: r'r"\[([^\[\]]*)\]"',
        'group.split(",")': 're.findall("[0-9]+", group)',
    },
)
exercise.mistake(
    "zero_valid",
    "You count 0 as valid. Sources are numbered from 1.",
    swap={"1 <= number <= n_sources": "0 <= number <= n_sources"},
)
exercise.mistake(
    "last_source_invalid",
    "You count n_sources itself as invalid. The last source has that number.",
    swap={"1 <= number <= n_sources": "1 <= number < n_sources"},
)
exercise.mistake(
    "one_too_many_valid",
    "You count n_sources + 1 as valid. The last source has the number n_sources.",
    swap={"1 <= number <= n_sources": "1 <= number <= n_sources + 1"},
)
exercise.mistake(
    "zero_is_no_number",
    "You leave 0 out of both lists. It is a number like others, and never valid.",
    swap={'for number in group.split(",")': 'for number in group.split(",") if int(number)'},
)
exercise.mistake(
    "whole_answer_pass",
    "One citation anywhere clears all your sentences. Each sentence needs one of its own.",
    swap={
        '    return {"cited": sorted(cited)': (
            '    uncited = [] if cited else uncited\n    return {"cited": sorted(cited)'
        )
    },
)
exercise.mistake(
    "invalid_counts_as_cited",
    "You count a sentence as cited whose numbers are all invalid. It needs a valid one.",
    swap={"if not valid:": "if not numbers:"},
)
exercise.mistake(
    "one_invalid_spoils_the_sentence",
    "You list a sentence as uncited because one of its numbers is invalid. One valid one is enough.",
    swap={"if not valid:": "if not valid or numbers - valid:"},
)
exercise.mistake(
    "repeats_kept",
    "You list a number each time it is cited. List it once.",
    swap={
        "cited, invalid, uncited = set(), set(), []": "cited, invalid, uncited = [], [], []",
        'numbers = {int(number) for group in groups for number in group.split(",")}': (
            'numbers = [int(number) for group in groups for number in group.split(",")]'
        ),
        "valid = {number for number in numbers if 1 <= number <= n_sources}": (
            "valid = [number for number in numbers if 1 <= number <= n_sources]"
        ),
        "cited |= valid": "cited += valid",
        "invalid |= numbers - valid": "invalid += [n for n in numbers if n not in valid]",
    },
)
exercise.mistake(
    "order_of_appearance",
    "Your numbers come in the order of appearance. Sort them.",
    swap={
        '"cited": sorted(cited), "invalid": sorted(invalid)': (
            '"cited": sorted(cited, key=places), "invalid": sorted(invalid, key=places)'
        ),
        "    cited, invalid, uncited = set(), set(), []": (
            "    cited, invalid, uncited = set(), set(), []\n"
            '    places = [int(n) for n in re.findall("[0-9]+", text)].index'
        ),
    },
)
exercise.mistake(
    "sorted_as_text",
    "You sort the numbers as texts, so 10 comes before 9. Make them ints first.",
    swap={
        '"cited": sorted(cited), "invalid": sorted(invalid)': (
            '"cited": sorted(cited, key=str), "invalid": sorted(invalid, key=str)'
        )
    },
)
exercise.mistake(
    "texts_instead_of_numbers",
    "Your numbers are texts. They are to be ints.",
    swap={
        '"cited": sorted(cited), "invalid": sorted(invalid)': (
            '"cited": [*map(str, sorted(cited))], "invalid": [*map(str, sorted(invalid))]'
        )
    },
)
exercise.mistake(
    "sets_instead_of_lists",
    "You return sets. Return sorted lists.",
    swap={
        '"cited": sorted(cited), "invalid": sorted(invalid)': '"cited": cited, "invalid": invalid'
    },
)
exercise.mistake(
    "splits_on_every_dot",
    "You split at every full stop, so 3.14 is cut in two. Only whitespace behind an end mark splits.",
    swap={CUT: r'r"(?<=[.!?])\s*(?=[^\s.!?])"'},
)
exercise.mistake(
    "splits_behind_every_mark",
    "You split behind every end mark, whether whitespace follows or not: 3.14 is cut in two, and an "
    "empty text stands behind the last mark.",
    swap={CUT: r'r"(?<=[.!?])\s*"'},
)
exercise.mistake(
    "sentences_need_an_end_mark",
    "You look for texts that end with a mark: 3.14 is cut in two, and a last sentence without a mark "
    "is lost. Split instead.",
    swap={f"re.split({CUT}, text)": 're.findall(r"[^.!?]+[.!?]", text)'},
)
exercise.mistake(
    "other_marks_end",
    "You also split after : or ;. Only . ! and ? end a sentence.",
    swap={CUT: r'r"(?<=[.!?:;])\s+"'},
)
exercise.mistake(
    "closing_quotes_end",
    "You also split where a quote or a bracket closes behind the end mark. Whitespace must follow the "
    "mark directly.",
    swap={CUT: r'r"(?:(?<=[.!?])|(?<=[.!?][\"\')]))\s+"'},
)
exercise.mistake(
    "end_marks_lost",
    "Your sentences lost their end marks. Look behind for them instead of cutting them out.",
    swap={CUT: r'r"[.!?]\s+"'},
)
exercise.mistake(
    "only_full_stops_end",
    "You split after full stops alone. ! and ? end a sentence as well.",
    swap={CUT: r'r"(?<=[.])\s+"'},
)
exercise.mistake(
    "one_whitespace_at_a_time",
    "You split at each single whitespace character, so a line break after a space gives an empty "
    "sentence. Split at the whole run.",
    swap={CUT: r'r"(?<=[.!?])\s"'},
)
exercise.mistake(
    "only_spaces_split",
    "You split at spaces alone. Line breaks and tabs are whitespace too.",
    swap={CUT: r'r"(?<=[.!?]) +"'},
)
exercise.mistake(
    "lines_are_sentences",
    "You also split at line breaks that follow no end mark. The line break alone ends no sentence.",
    swap={CUT: r'r"(?<=[.!?])\s+|\s*\n\s*"'},
)
exercise.mistake(
    "abbreviations_kept_together",
    "You split only where a capital letter or a bracket follows. The rule does not look at what "
    'follows: "e.g. this" is split.',
    swap={CUT: r'r"(?<=[.!?])\s+(?=[A-Z\[])"'},
)
exercise.mistake(
    "citation_behind_the_stop_counts_back",
    "You count a citation behind the full stop for the sentence before it. By the rule it belongs "
    "to the one that follows.",
    swap={CUT: r'r"(?<=[.!?])\s+(?!\[[0-9])"'},
)
exercise.mistake(
    "rest_without_end_mark_lost",
    "You lose the last sentence where it has no end mark. It is one like the others.",
    swap={
        "uncited.append(sentence)": 'uncited += [sentence] if re.search(r"[.!?]", sentence) else []'
    },
)
exercise.mistake(
    "whitespace_collapsed",
    "You turn line breaks inside a sentence into spaces. A sentence is the text as it stands.",
    swap={"uncited.append(sentence)": 'uncited.append(" ".join(sentence.split()))'},
)
exercise.mistake(
    "citations_cut_out",
    "You cut the citations out of the sentences. A sentence is the text as it stands.",
    swap={"uncited.append(sentence)": f'uncited.append(re.sub({FOUND}, "", sentence).strip())'},
)
exercise.mistake(
    "sentences_of_citations_skipped",
    "You leave out sentences of citations and marks alone. The rule makes no exception: without a "
    "valid number they are uncited.",
    swap={"if not valid:": f'if not valid and re.sub({FOUND}, "", sentence).strip(" .!?"):'},
)
exercise.mistake(
    "equal_sentences_once",
    "You list equal sentences once. List each.",
    swap={"if not valid:": "if not valid and sentence not in uncited:"},
)
exercise.mistake(
    "refusal_flagged",
    "You check the refusal like an answer and list it as uncited. It says nothing that needs a "
    "source: all lists are empty.",
    swap={EMPTY: "if not text:"},
)
exercise.mistake(
    "refusal_is_always_the_default",
    'You compare with "I don\'t know." whatever `refusal` is.',
    swap={EMPTY: 'if not text or text == "I don\'t know.":'},
)
exercise.mistake(
    "refusal_anywhere_in_the_answer",
    "You let an answer pass because the refusal stands somewhere in it. Only an answer that is "
    "exactly the refusal passes.",
    swap={EMPTY: "if not text or (refusal and refusal in text):"},
)
exercise.mistake(
    "refusal_at_the_start",
    "You let an answer pass because it begins with the refusal. Only an answer that is exactly the "
    "refusal passes.",
    swap={EMPTY: "if not text or text.startswith(refusal):"},
)
exercise.mistake(
    "refusal_not_stripped",
    "You compare the refusal with the answer as it came. Strip the answer first.",
    swap={EMPTY: "if not text or answer == refusal:"},
)
exercise.mistake(
    "refusal_without_its_stop",
    "You ignore the full stop in comparing with the refusal. It must be exactly that text.",
    swap={EMPTY: 'if not text or text.rstrip(".") == refusal.rstrip("."):'},
)
exercise.mistake(
    "refusal_in_any_case",
    "You ignore case in comparing with the refusal. It must be exactly that text.",
    swap={EMPTY: "if not text or text.lower() == refusal.lower():"},
)
exercise.mistake(
    "refusal_as_a_sentence",
    "You let the refusal pass as one of the sentences. It passes only as the whole answer.",
    swap={"if not valid:": "if not valid and sentence != refusal:"},
)
exercise.mistake(
    "not_stripped",
    "You do not strip the answer first.",
    swap={"text = answer.strip()": "text = answer"},
)
exercise.mistake(
    "empty_answer_is_uncited",
    'You list the empty text as an uncited sentence: splitting "" gives [""]. An empty answer gives '
    "empty lists.",
    swap={EMPTY: "if text == refusal:"},
)
exercise.mistake(
    "negative_number_allowed",
    "You let a negative n_sources through. Raise ValueError.",
    swap={"if n_sources < 0:": "if False:"},
)
exercise.mistake(
    "no_sources_raise",
    "You raise for n_sources = 0. It is allowed: then no number is valid.",
    swap={"if n_sources < 0:": "if n_sources < 1:"},
)
exercise.mistake(
    "checked_after_the_refusal",
    "You return for an empty answer or a refusal before you have checked n_sources. Check first.",
    swap={"if n_sources < 0:": "if n_sources < 0 and answer.strip() not in ('', refusal):"},
)
exercise.mistake(
    "no_sources_means_no_check",
    "With n_sources = 0 you return empty lists. Then every number is invalid, and every sentence is "
    "uncited.",
    swap={EMPTY: "if not text or text == refusal or n_sources == 0:"},
)

exercise.walkthrough(r"""
## Where it comes from

A model that is told to cite its sources will cite. Whether the numbers mean anything is another matter.
It may name a source that does not exist, leave half of its sentences without one, or cite a source that
says the opposite.

The paper built a benchmark for this, with questions, a corpus and measures, and found that on one
of its sets even the best models of 2023 lacked complete support for half of what they wrote.
Judging citations takes two steps. The first is form: which sentence cites what? The second is
meaning: another model decides whether the passages cited entail the sentence. This exercise is the
first step. It needs no model, it takes microseconds, and it runs on every answer before anyone
reads it.

Its rules must be simple enough to be told to the model, since what the checker does not recognise counts
as missing. Here they are two: numbers in square brackets, before the end of the sentence; and a sentence
ends at whitespace after a full stop, an exclamation mark or a question mark.

## By hand

Three sources, and the answer `Oolong is a tea [1, 3]. It is 4.5 years old! Is it dear? [2] Yes [12].`

| sentence | numbers | valid | |
|---|---|---|---|
| Oolong is a tea [1, 3]. | 1, 3 | 1, 3 | cited |
| It is 4.5 years old! | none | none | uncited; the dot of 4.5 ends nothing |
| Is it dear? | none | none | uncited: its [2] came too late |
| [2] Yes [12]. | 2, 12 | 2 | cited; 12 is made up |

```python
from grader.notebook import reference

check = reference("rag/citations")
answer = "Oolong is a tea [1, 3]. It is 4.5 years old! Is it dear? [2] Yes [12]."
check(answer, n_sources=3)
```

The last sentence would pass on the citation of its neighbour alone. That is the price of a rule without
exceptions. A rule that guesses what was meant is wrong in other places, and nobody can say where.

## A picture

An answer as a map: a row for each sentence, a column for each of four sources, and one for numbers that
name none of them. Where a row is empty, or the last column is not, there is something to look into.

```python
from grader.notebook import show

sentences = [
    "Tea is a plant [1].",
    "It came to Europe in 1610 [2, 3].",
    "It was dear.",
    "Sailors drank it [2][5].",
    "Some say it heals [7]!",
]
rows = []
for sentence in sentences:
    found = check(sentence, n_sources=4)
    rows.append([n in found["cited"] for n in range(1, 5)] + [len(found["invalid"])])
print(check(" ".join(sentences), n_sources=4))
columns = ["[1]", "[2]", "[3]", "[4]", "none"]
picture = show(rows, "What each sentence cites", rows=sentences, columns=columns)
picture.figure.set_size_inches(6.5, 2.6)
picture.axes.set_aspect("auto")
picture
```

Source 4 is cited nowhere. The checker does not mind: not all that was retrieved need be of use.

## Traps

**One for all.** A test answer has one sentence, and then looking for a citation anywhere is the same
thing. In use it lets through what this check is for: one true sentence with a source, and five without.

{{trap: whole_answer_pass}}

**A pattern that repeats.** A group inside a regular expression may match several times, but it remembers
its last match only. With one number or two this goes well; in a bracket with three or more, those between
are lost.

{{trap: last_of_a_group}}

**A refusal with something added.** "I don't know" is right where the sources say nothing, and there is
nothing to cite. If it passes wherever it stands, then "I don't know. But I guess it is free." passes too,
and that is exactly the sentence that should not.

{{trap: refusal_anywhere_in_the_answer}}

## What it tells, and what it does not

A checker of form is easily satisfied. The source says that tea is hot:

```python
for answer in ("Tea is hot [1].", "Tea is cold [1].", "Tea is hot."):
    print(f"{answer:18}", check(answer, n_sources=1))
```

The second sentence is false and passes; the third is true and does not. So a pass means that the claim
can be looked up, no more. And asking for it in every sentence is strict. If a model forgets the citation
of a sentence with a certain chance, independently each time, how many answers pass as a whole?

```python
import random

from grader.notebook import curve

dice = random.Random(0)
lengths = range(1, 16)
lines = {}
for forgets in (0.01, 0.05, 0.2):
    lines[f"forgets {forgets:.0%}"] = shares = []
    for n in lengths:
        drawn = [[dice.random() < forgets for _ in range(n)] for _ in range(400)]
        answers = [" ".join("So." if bare else "So [1]." for bare in row) for row in drawn]
        shares.append(sum(not check(answer, 1)["uncited"] for answer in answers) / 400)
curve(lines, x=lengths, title="Answers that pass", across="sentences in the answer", up="share")
```

One sentence in twenty is not much to forget, and still only 60 % of the answers with ten sentences pass.
That is why a system asks for a second try before it gives up; see `rag/mini_rag`.
""")
