"""The page of `drill report`: it needs nothing else, and shows what the numbers say."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from grader.coach.event import Event
from grader.coach.plan import Goal
from grader.coach.progress import Progress
from grader.views.report import plots
from grader.views.report.markup import Markup, joined, table, tag, text
from grader.views.report.page import MARK, STYLE, page
from tests.histories import Fact, Learner, greenwich
from tests.webpage import Element, Reader, section

KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3"),
    *("figure", "figcaption", "details", "summary", "div", "span", "p", "wbr", "ul", "li"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "g", "rect", "line", "circle", "text"),
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "&lt;b&gt; 'single' \"double\"",
    "\x00\x1b[2J\ud800\u202eend",
)


@pytest.fixture
def learner(tmp_path):
    with greenwich():
        yield Learner(tmp_path / "history")


def written(learner: Learner) -> str:
    picture = learner.practice.picture()
    return page(picture, Progress.of(picture))


def read(learner: Learner) -> Element:
    return Reader(written(learner)).root


def empty(_: Learner) -> None:
    pass


def weeks(learner: Learner) -> None:
    learner.weeks()


def hostile(learner: Learner) -> None:
    """A log in which every text is an attack, as one that was merged may be."""
    log, at = learner.practice.log, learner.clock
    learner.practice.set_goal(Goal(date(2026, 3, 9), 20, HOSTILE))
    for evil in HOSTILE:
        for exercise in (evil, "attention/scaled"):
            facts = {"exercise": exercise, "mode": evil, "bare": 99, "mock": evil}
            name = log.add("began", at(), **facts).id
            at.go(minutes=4)
            for verdict in (evil, "failed"):
                log.add("ran", at(), round=name, verdict=verdict, check=evil, mistake=evil)
            log.add("ended", at(), round=name, outcome=evil)


HISTORIES = {"empty": empty, "weeks": weeks, "hostile": hostile}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_page_is_whole_and_needs_nothing_from_elsewhere(name, learner):
    HISTORIES[name](learner)
    whole = written(learner)
    root = Reader(whole).root
    elements = root.all()
    assert {element.name for element in elements} <= KNOWN
    names = {key for element in elements for key in element.attributes}
    assert [key for key in names if key.startswith("on") or key in ("src", "href", "style")] == []
    assert "://" not in STYLE.read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|expression", STYLE.read_text(encoding="utf-8"))
    (style,) = root.all("style")
    assert style.text == STYLE.read_text(encoding="utf-8")
    whole.encode("utf-8")  # no half characters
    assert MARK in whole[:4096]


@pytest.mark.parametrize("name", HISTORIES)
def test_every_plot_has_a_title_and_the_table_of_its_numbers(name, learner):
    HISTORIES[name](learner)
    root = read(learner)
    for picture in root.all("svg"):
        first = picture.inside[0]
        assert (first.name, picture.attributes["role"]) == ("title", "img")
        assert first.text.strip()
        assert picture.attributes["aria-label"] == first.text
    figures = root.all("figure")
    assert sum(len(figure.all("svg")) for figure in figures) == len(root.all("svg")) > 0
    for figure in figures:
        (numbers,) = figure.all("table")
        assert numbers.all("caption")[0].text
        assert {cell.attributes["scope"] for cell in numbers.all("th")} == {"col", "row"}
        widths = {len(row.all("th", "td")) for row in numbers.all("tr")}
        assert len(widths) == 1


@pytest.mark.parametrize("name", HISTORIES)
def test_every_colour_that_is_used_is_in_the_style(name, learner):
    HISTORIES[name](learner)
    style = STYLE.read_text(encoding="utf-8")
    drawn = read(learner).all("rect", "circle", "line", "span", "text")
    classes = {kind for one in drawn for kind in str(one.attributes.get("class", "")).split()}
    assert [kind for kind in classes if f".{kind} " not in style and f".{kind}," not in style] == []


def test_hostile_names_are_shown_as_the_texts_they_are(learner):
    hostile(learner)
    told = read(learner).text
    for evil in HOSTILE[:4]:
        assert evil in told
    assert r"\x00\x1b[2J\ud800\u202eend" in told


def test_nothing_in_a_plot_lies_outside_of_it(learner):
    learner.weeks()
    learner.clock.go(days=1)
    learner.does("attention/multi_head", "passed", minutes=119)
    for picture in read(learner).all("svg"):
        height = float(picture.attributes["height"])
        for one in picture.all("rect", "line", "circle"):
            at = one.attributes
            ends = [float(at[key]) for key in ("y", "y1", "y2", "cy") if key in at]
            assert all(0 <= end <= height for end in ends)
            assert ends[0] + float(at.get("height", 0)) <= height
            across = [float(at[key].rstrip("%")) for key in ("x", "x1", "x2", "cx") if key in at]
            right = across[-1] + float(at.get("width", "0%").rstrip("%"))
            assert all(0 <= end <= 100.01 for end in (*across, right))


def test_the_bars_of_a_track_are_as_long_as_its_levels_are_many(learner):
    learner.weeks()
    found = section(read(learner), "Tracks")
    bars = {svg.inside[0].text.split(":")[0]: svg.all("rect") for svg in found.all("svg")}
    levels = {one.attributes["class"]: one.attributes["width"] for one in bars["attention"]}
    assert levels == {"firm": "33.33%", "known": "33.33%", "new": "33.33%"}
    assert {one.attributes["class"]: one.attributes["width"] for one in bars["training"]} == {
        "learning": "33.33%",
        "new": "33.33%",
    }


def test_the_columns_add_up_to_all_attempts(learner):
    learner.weeks()
    found = section(read(learner), "Attempts over time")
    (plot,) = found.all("svg")
    told = " ".join(title.text for group in plot.all("g") for title in group.all("title"))
    drawn = {
        kind: sum(int(n) for n in re.findall(rf"(\d+) {kind}", told))
        for kind in ("passed", "failed", "error", "stopped", "not judged")
    }
    assert drawn == {"passed": 9, "failed": 6, "error": 1, "stopped": 2, "not judged": 3}
    for group in plot.all("g"):  # from below, each part upon the one before
        parts = [one.attributes for one in group.all("rect")]
        lower = [float(one["y"]) + float(one["height"]) for one in parts]
        upper = [plots.FLOOR, *(float(one["y"]) for one in parts)]
        assert lower == pytest.approx(upper[: len(parts)], abs=0.05)  # pixels
    head = [cell.text for cell in found.all("thead")[0].all("th")]
    assert head[1:] == [
        *("passed", "failed", "error", "timeout", "crashed", "shortcut", "missing", "broken")
    ]
    cells = [int(cell.text) for cell in found.all("td")]
    assert sum(cells) == sum(drawn.values())


def test_time_to_pass_has_a_little_plot_for_each_exercise_and_marks_what_was_given_up(learner):
    learner.weeks()
    found = section(read(learner), "Time to pass")
    names = [one.text.replace(" ", "") for one in found.all("h3")]
    assert names == sorted({"attention/scaled", "attention/causal", "decoding/greedy"} | set(names))
    titles = [svg.inside[0].text for svg in found.all("svg")[1:]]
    assert "decoding/greedy: given up, 110%, 60%" in titles
    greedy = found.all("svg")[1 + names.index("decoding/greedy")]
    assert len(greedy.all("circle")) == 2
    assert [sign.words for sign in greedy.all("text")] == [["×"]]
    row = next(r for r in found.all("tr") if r.all("th")[0].text == "decoding/greedy")
    assert [cell.text for cell in row.all("td")] == ["10", "gave up", "11.0", "6.0"]


def test_the_median_ends_where_few_exercises_come_to():
    shares = [(1.0, 0.8), (1.4, 0.6), (1.2, None, 0.4, 0.2), (1.0,)]
    drawn = plots.paths("t", [plots.Path(str(n), one) for n, one in enumerate(shares)])
    dots = re.findall(r"Repetition (\d): (\d+)% of the minutes, median of (\d)", drawn)
    assert dots == [("1", "110", "4"), ("2", "70", "2")]


def test_what_recurs_is_drawn_and_the_rest_is_in_the_table(learner):
    for n in range(15):
        learner.does("attention/scaled", "failed", check=f"law_{n}", mistake="slip")
    root = read(learner)
    laws, mistakes = (
        section(root, "Laws that were broken"),
        section(root, "Mistakes that were named"),
    )
    assert len(laws.all("svg")) == 12
    assert len(laws.all("tbody")[0].all("tr")) == 15
    (bar,) = mistakes.all("svg")
    assert bar.all("rect")[0].attributes["width"] == "100%"
    assert "15 rounds" in mistakes.text


def test_the_plan_and_the_rounds(learner):
    learner.weeks()
    root = read(learner)
    assert "5 exercises: 4 done, 1 planned" in section(root, "Plan").text
    rows = section(root, "Rounds").all("tbody")[0].all("tr")
    assert len(rows) == 11
    first = [cell.text for cell in rows[0].all("th", "td")]
    assert first[1:] == [
        *("decoding/top_k", "practice", "the statement", "1", "0", "3.0 of 8", "open", "")
    ]
    last = [cell.text for cell in rows[-1].all("th", "td")]
    assert last == [
        *("2026-03-02 12:00", "attention/scaled", "practice", "the statement"),
        *("3", "0", "14.0 of 10", "passed", "scale by d"),
    ]


def test_an_empty_history_says_what_to_do_and_draws_only_the_tracks(learner):
    root = read(learner)
    assert "drill status" in root.text
    drawn = [s.all("h2")[0].text for s in root.all("section") if s.all("svg")]
    assert drawn == ["Tracks"]


def test_a_thousand_rounds_are_no_trouble(tmp_path):
    facts = tuple(Fact(f"t{n % 7}/e{n}") for n in range(60))
    events = Learner(tmp_path / "history", facts)
    rows = []
    for n in range(1000):
        events.clock.go(hours=9)
        at, id = events.clock(), f"r{n}"
        rows += [("began", at, id, {"exercise": facts[n % 60].id})]
        ran = {"round": id, "verdict": "passed", "check": f"law {n}"}
        rows += [("ran", at + timedelta(minutes=9), f"{id}r", ran)]
        ended = {"round": id, "outcome": "passed"}
        rows += [("ended", at + timedelta(minutes=9), f"{id}e", ended)]
    events.practice.log.insert([Event(*row) for row in rows], [])
    whole = written(events)
    assert len(Reader(whole).root.all("tr")) > 1000
    assert len(whole) < 1_500_000


# What HTML is made of.


def test_what_is_no_markup_is_escaped_wherever_it_stands():
    assert tag("p", "1 < 2", class_='a"b') == '<p class="a&quot;b">1 &lt; 2</p>'
    assert (
        tag("p", Markup("<b>x</b>"), 3, None, aria_label="&")
        == '<p aria-label="&amp;"><b>x</b>3</p>'
    )
    assert joined("<", tag("i", ">")) == "&lt;<i>&gt;</i>"
    assert text("a\nb\u202e") == r"a\nb\u202e"
    assert table("<", ["&"], [["<b>", 1, "2.5"]]).count("&lt;") == 3


@pytest.mark.parametrize(
    ("count", "top"), [(0, 2), (1, 2), (3, 4), (9, 10), (15, 16), (23, 24), (99, 100), (130, 140)]
)
def test_an_axis_ends_at_a_round_even_number(count, top):
    assert plots.nice(count) == top


def test_labels_are_spread_from_end_to_end():
    assert plots.spread(3) == [0, 1, 2]
    for count in range(5, 80):
        found = plots.spread(count)
        assert (found[0], found[-1], len(set(found))) == (0, count - 1, 5)


# Colours that can be told from what is behind them, in light and in dark.


def colours() -> list[dict[str, str]]:
    found = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in found]


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def light(colour: str) -> float:
        shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_letters_and_parts_of_plots_stand_out():
    light, dark = colours()
    assert light.keys() == dark.keys()
    for theme in (light, dark):
        for paper in ("paper", "panel"):
            for ink in ("ink", "soft"):
                assert contrast(theme[ink], theme[paper]) >= 4.5
            for fill in ("firm", "known", "failed", "error", "stopped", "other", "strong"):
                assert contrast(theme[fill], theme[paper]) >= 3, (fill, paper)
