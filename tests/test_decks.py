"""Decks: what every shipped one must hold to, the format, and what is said of broken ones."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from grader.coach import decks as format_of
from grader.coach.decks import Card, Deck, parse, slug
from grader.coach.shelf import FOLLOWUPS, UnknownCard, find, followups, read
from grader.judge import catalogue
from grader.views.cardtext import answer, body, question
from grader.views.layout import joined, visible

SHIPPED = Path(__file__).parents[1] / "reference" / "decks"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.md"))
every_deck = pytest.mark.parametrize("name", NAMES)
QUICK = ("llm-systems", "retrieval", "agents", "evaluation", "choosing", "errors", "classical")
BREADTH = (*QUICK, "maths")  # over the whole field
WANTED = {"design": 8, "research": 12, "behaviour": 12, "explain": 25}


def shipped(name: str) -> Deck:
    path = SHIPPED / f"{name}.md"
    deck, problems = parse(path.read_text(encoding="utf-8"), name, path)
    assert problems == []
    assert deck is not None
    return deck


def parsed(text: str, name: str = "mine") -> tuple[Deck | None, list[tuple[int, str]]]:
    deck, problems = parse(text, name, Path("mine.md"))
    return deck, [(problem.line, problem.says) for problem in problems]


def only(text: str) -> Card:
    """The one card of a text without problems."""
    deck, problems = parsed(text)
    assert problems == []
    assert deck is not None
    assert len(deck.cards) == 1
    return deck.cards[0]


# The decks that come with it.


@every_deck
def test_every_card_asks_something_and_has_something_to_compare_with(name):
    deck = shipped(name)
    assert deck.about
    for card in deck.cards:
        assert card.question, card.id
        assert card.points or card.answer, card.id
        assert len(card.title) <= 50, card.id
        assert len(set(card.points)) == len(card.points), card.id


@every_deck
def test_no_heading_is_lost_and_no_id_is_there_twice(name):
    text = (SHIPPED / f"{name}.md").read_text(encoding="utf-8")
    ids = [card.id for card in shipped(name).cards]
    assert ids == [f"{name}/{slug(title)}" for title in re.findall(r"(?m)^## (.+)$", text)]
    assert len(set(ids)) == len(ids)


@every_deck
@pytest.mark.parametrize("width", [60, 110])
def test_every_word_is_shown_within_the_width(name, width):
    for card in shipped(name).cards:
        shown = joined([*question(card, width), *answer(card, width)])
        written = f"{card.title} {card.question} {'Answer' if card.answer else ''} {card.answer}"
        assert shown.split() == visible(written.replace("\n", " ")).split(), card.id
        assert max(map(len, shown.splitlines())) <= width, card.id


@every_deck
def test_the_text_is_set_like_the_rest_of_the_project(name):
    text = (SHIPPED / f"{name}.md").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100
    assert text.endswith("\n")
    assert "\t" not in text


def test_there_is_as_much_as_an_interview_asks_for():
    assert {name: len(shipped(name).cards) >= n for name, n in WANTED.items()} == dict.fromkeys(
        WANTED, True
    )
    assert sum(len(shipped(name).cards) for name in BREADTH) >= 60
    assert {"job-search", "negotiation"} <= set(NAMES)


def test_a_design_takes_45_minutes_and_its_points_cover_what_is_wanted():
    wanted = ("asked", "evaluation|offline", "cost", "fail", "model", "reason")
    for card in shipped("design").cards:
        assert card.minutes == 45
        points = " ".join(card.points).casefold()
        assert [w for w in wanted if not re.search(w, points)] == [], card.id
        assert re.search(r"\$\d", card.answer), f"{card.id} shows no cost in numbers"


def test_the_follow_up_questions_of_every_exercise_are_a_deck():
    cards = catalogue.cards()
    deck = followups(cards)
    asked = [(q, a) for card in cards for q, a in card.ask]
    assert [(card.title, card.answer) for card in deck.cards] == asked
    assert len({card.id for card in deck.cards}) == len(asked)
    assert all(card.question for card in deck.cards)


def test_ids_are_unique_over_all_decks():
    found, problems = read([SHIPPED], [followups(catalogue.cards())])
    assert problems == []
    counts = Counter(card.id for deck in found for card in deck.cards)
    assert [id for id, count in counts.items() if count > 1] == []
    assert [deck.name for deck in found] == sorted([*NAMES, FOLLOWUPS])


# The format.


def test_the_example_in_the_documentation_is_a_deck():
    rows = format_of.__doc__.splitlines()
    text = "\n".join(row[4:] for row in rows if not row or row.startswith("    "))
    deck, problems = parsed(text)
    assert problems == []
    assert (deck.title, deck.minutes) == ("Title of the deck", 5)
    assert deck.about == "What the deck is for and how to go about it."
    (card,) = deck.cards
    assert card.id == "mine/title-of-a-card"
    assert card.minutes == 10
    assert card.question == "The question: paragraphs, lists, fenced code."
    assert card.points == ("a point of a good answer, to be ticked yes or no", "another one")
    assert card.answer == "The answer, shown when it is asked for."


def test_long_points_and_quotes_go_on_in_the_next_line():
    card = only("# T\n## A\nq\n- [ ] one\n  two\n* [x] three\nfour\n> five\nsix\n>\n> seven\n")
    assert card.points == ("one two", "three four")
    assert card.answer == "five\nsix\n\nseven"


def test_code_may_look_like_anything():
    code = "```python\n# no heading\n## none\n- [ ] no point\n> no answer\n\nx = 1\n```"
    card = only(f"# T\n## A\n{code}\n\n> yes\n> ```\n> # fine\n> ```\n")
    assert card.question == code
    assert card.points == ()
    assert card.answer == "yes\n```\n# fine\n```"
    assert "    # no heading" in joined(body(card.question, 60, "  "))


def test_without_a_text_the_title_is_the_question_and_settings_are_free():
    card = only("# T\n## What is it?\n> This.\n")
    assert (card.title, card.question, card.minutes) == ("What is it?", "", 5)
    assert only("# T\nminutes: 0.5\n## A ##\n> x").minutes == 0.5
    assert only("# T\nminutes: 7\n## C#\nminutes: 3\n> x").minutes == 3
    assert only("# T\n## C#\n> x").title == "C#"
    assert only("# T\n## A\nminutes and seconds: how?\n> x").question


def test_windows_files_and_other_scripts_are_read(tmp_path):
    text = "\ufeff# Тема\r\nminutes: 2\r\n\r\n## Что такое внимание?\r\n\r\n> Взгляд.\r\n"
    (tmp_path / "мои.md").write_bytes(text.encode())
    (deck,), problems = read([tmp_path])
    assert problems == []
    assert [card.id for card in deck.cards] == ["мои/что-такое-внимание"]
    assert deck.cards[0].answer == "Взгляд."


def test_an_id_is_stable_whatever_is_done_to_other_cards():
    one, other = "## One\nfirst\n> 1\n", "## Two\nsecond\n- [ ] 2\n"
    texts = [
        f"# T\n{one}{other}",
        f"# U\nminutes: 3\n{other}{one}",
        f"# T\n{one}",
        "# T\n## One\n> x",
    ]
    for text in texts:
        deck, _ = parsed(text)
        assert "mine/one" in [card.id for card in deck.cards]


# What is wrong.

FINE = "## Fine\nq\n> a\n"
BROKEN = {
    "no title": ("## A\n> x\n", 1, "# Title", ["a"]),
    "text first": ("hello\n\n# T\n## A\n> x\n", 1, "# Title", ["a"]),
    "two titles": ("# T\n## A\n> x\n# U\n", 4, "second", ["a"]),
    "nothing to compare with": (f"# T\n## A\nq\n{FINE}", 2, "'A' has neither points", ["fine"]),
    "an empty answer": (f"# T\n## A\nq\n>\n{FINE}", 2, "neither", ["fine"]),
    "twice the same": (f"# T\n{FINE}## fine!\n> b\n", 5, "in line 2", ["fine"]),
    "no letters": (f"# T\n## ???\n> x\n{FINE}", 2, "letters", ["fine"]),
    "an empty heading": (f"# T\n##\n> x\n{FINE}", 2, "letters", ["fine"]),
    "text afterwards": (f"# T\n## A\n- [ ] x\n\nhm\nhm\n{FINE}", 5, "text after", ["fine"]),
    "no box": (f"# T\n## A\n-[ ] x\n{FINE}", 3, "`- [ ] text`", ["fine"]),
    "no dash": (f"# T\n## A\n[ ] x\n{FINE}", 3, "`- [ ] text`", ["fine"]),
    "an empty point": (f"# T\n## A\n- [ ]\n- [ ] b\n{FINE}", 3, "`- [ ] text`", ["fine"]),
    "minutes": ("# T\nminutes: soon\n## A\n> x\n", 2, "'soon'", ["a"]),
    "no minutes at all": ("# T\nminutes: 0\n## A\n> x\n", 2, "'0'", ["a"]),
    "not a number": ("# T\nminutes: nan\n## A\n> x\n", 2, "'nan'", ["a"]),
    "a card's minutes": ("# T\n## A\nminutes: -1\n> x\n", 3, "'-1'", ["a"]),
    "another setting": ("# T\nminuts: 4\n## A\n> x\n", 2, "'minuts'", ["a"]),
    "open code": (f"# T\n{FINE}## A\n```\n> x\n", 6, "never ends", ["fine"]),
    "no card": ("# T\n\nabout\n", 1, "no card", []),
    "nothing": ("", 1, "no card", []),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_with_its_line_and_costs_one_card_at_most(name):
    text, line, says, left = BROKEN[name]
    deck, problems = parsed(text)
    assert problems[0][0] == line
    assert says in problems[0][1]
    assert len(problems) == 1
    assert [card.id for card in (deck.cards if deck else ())] == [f"mine/{id}" for id in left]


PIECES = (
    *("# T", "## A", "## B", "##", "# ", "minutes: 3", "minutes: x", "text", "more text", "```"),
    *("- [ ] p", "- [x] p", "-[ ] p", "- [ ]", "> a", ">", "", "", "  indented", "### s", "\x0c"),
)


def test_no_text_breaks_it_and_nothing_is_lost_without_a_word():
    dice = random.Random(7)
    whole = 0
    for _ in range(3000):
        begun = dice.choice(([], ["# T", "", "## Z", "z", "> z"]))
        text = "\n".join([*begun, *dice.choices(PIECES, k=dice.randint(0, 10))])
        deck, problems = parsed(text)
        cards = deck.cards if deck else ()
        assert cards or problems
        for card in cards:
            assert card.title
            assert card.points or card.answer.strip()
            assert 0 < card.minutes <= 240
        if not problems and "```" not in text:
            whole += 1
            assert len(cards) == sum(row.startswith("## ") for row in text.split("\n"))
    assert whole > 100


# Files.


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Ours, with two decks, and the learner's, empty."""
    ours, mine = tmp_path / "ours", tmp_path / "mine"
    ours.mkdir()
    mine.mkdir()
    for name in ("one", "two"):
        (ours / f"{name}.md").write_text(f"# {name}\n## Ours\n> x\n")
    return ours, mine


def names(decks: list[Deck]) -> dict[str, str]:
    return {deck.name: deck.title for deck in decks}


def test_a_learners_deck_is_added_and_replaces_one_of_its_name(folders):
    ours, mine = folders
    (mine / "two.md").write_text("# My two\n## Mine\n> x\n")
    (mine / "Three things.md").write_text("# My three\n## Mine\n> x\n")
    (mine / "README.md").write_text("No deck.\n")
    (mine / "notes.txt").write_text("No deck.\n")
    found, problems = read([ours, mine, mine / "not there"])
    assert problems == []
    assert names(found) == {"one": "one", "three-things": "My three", "two": "My two"}


def test_a_file_that_cannot_be_used_is_told_and_the_others_work(folders):
    ours, mine = folders
    (mine / "latin.md").write_bytes("# T\n## A\n> schön\n".encode("latin-1"))
    (mine / "list.md").write_text("# T\n## A\n> x\n")
    (mine / "folder.md").mkdir()
    (mine / "two.md").write_text("nothing\n")
    (mine / "good.md").write_text("# Good\n## A\n> x\n")
    found, problems = read([ours, mine])
    assert names(found) == {"good": "Good", "one": "one"}
    told = {problem.path.name: (problem.line, problem.says) for problem in problems}
    assert set(told) == {"latin.md", "list.md", "folder.md", "two.md"}
    assert told["latin.md"][0] == 3
    assert "UTF-8" in told["latin.md"][1]
    assert "'list'" in told["list.md"][1]


# Finding a card.


def test_a_card_is_found_by_its_id_or_its_beginning(folders):
    ours, mine = folders
    (mine / "three.md").write_text(
        "# T\n## Same start a\n> x\n## Same start b\n> x\n## Same\n> x\n"
    )
    found, _ = read([ours, mine])
    assert find(found, "three/same").id == "three/same"  # itself, though others begin so
    assert find(found, "three/same-start-b").id == "three/same-start-b"
    assert find(found, "same-start-a").id == "three/same-start-a"
    assert find(found, "same").id == "three/same"
    for word, told in (
        ("three/same-s", "three/same-start-a, three/same-start-b; say which"),
        ("ours", "one/ours, two/ours; say which"),
        ("three/sam-start-b", "Did you mean three/same-start-b"),
        ("zzzzzz", "drill cards list"),
    ):
        with pytest.raises(UnknownCard, match=re.escape(told)):
            find(found, word)
