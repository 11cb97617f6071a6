"""Guides and maps: notebooks of no exercise, built from text beside the pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.judge import catalogue
from grader.notebook import guides, track_map
from grader.notebook.build import place
from grader.notebook.guides import Guide
from grader.notebook.trackmap import _places
from grader.views import author
from grader.views.layout import joined

ROOT = Path(__file__).parents[1]
EVERY = catalogue.cards()
GUIDES = {guide.id: guide for guide in guides.guides()}
IDS = list(GUIDES)
TEXT = "# A title\n\nThe lead.\n\n## One\n\n{{exercises}}\n\n```python\n1\n```\n"


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    """A guide of the track attention, in a source tree that has notebooks."""
    path = tmp_path / "reference" / "attention" / "some.md"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    (tmp_path / "notebooks").mkdir()
    return Guide("attention/some", path)


def cells(guide: Guide) -> dict[str, nbformat.NotebookNode]:
    return {c.id: c for c in nbformat.reads(guides.notebook(guide, EVERY), as_version=4).cells}


def test_every_track_has_an_overview() -> None:
    assert {f"{card.track}/overview" for card in EVERY} <= set(IDS)


@pytest.mark.parametrize("id", IDS)
def test_a_guide_has_no_problem_and_no_output(id: str) -> None:
    assert list(guides.problems(GUIDES[id], EVERY)) == []
    path = ROOT / "notebooks" / f"{id}.ipynb"
    found = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(found)
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("id", [id for id in IDS if id.endswith("/overview")])
def test_an_overview_names_every_exercise_of_its_track_in_its_order(id: str) -> None:
    text = GUIDES[id].path.read_text(encoding="utf-8")
    track = GUIDES[id].track
    missing = [
        c.id for c in EVERY if c.track == track and f"({c.id.split('/')[1]}.ipynb)" not in text
    ]
    assert missing == []
    assert f'track_map("{track}")' in text


def test_a_guide_has_its_title_the_check_and_its_sections(guide: Guide) -> None:
    found = cells(guide)
    assert list(found) == ["title", "check", "one-text", "one-code"]
    assert found["title"].source == "# A title\n\nThe lead."
    assert "%load_ext grader" in found["check"].source


def test_the_table_is_that_of_the_pages(guide: Guide) -> None:
    table = cells(guide)["one-text"].source
    track = [card for card in EVERY if card.track == "attention"]
    assert "| [Rotary position embedding](rope.ipynb) | 2 | 15 |  |" in table
    assert "[scaled_dot_product](scaled_dot_product.ipynb), [causal](causal.ipynb) |" in table
    assert f"| all {len(track)} | | {sum(card.minutes for card in track)} | |" in table


def test_the_table_links_into_other_tracks(tmp_path: Path) -> None:
    path = tmp_path / "some.md"
    path.write_text(TEXT)
    table = cells(Guide("decoding/some", path))["one-text"].source
    assert "[attention/kv_cache](../attention/kv_cache.ipynb)" in table


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A title\n", "it begins with no title; write `# ` and the title in its first line"),
        ("# A\n\n```python\n1", "a fence '```python' that is not closed"),
        ("# A\n\n## B\n\n```python\n1 +\n```", "the cell '1 +' is no Python"),
        (
            "# A\n\n{{trap: no_mask}}",
            "the trap 'no_mask', and only the page of an exercise has traps",
        ),
        ("# A\n\n[x](nothing.ipynb)", "It links to nothing.ipynb, and there is no such notebook."),
        (
            "# A\n\n## B\n\n    return torch.softmax(scores, dim=-1) @ v  # (..., Tq, d_v)",
            "It shows a line of the solution of attention/",
        ),
    ],
)
def test_a_guide_that_cannot_stand_is_told(guide: Guide, text: str, says: str) -> None:
    guide.path.write_text(text)
    assert says in next(guides.problems(guide, EVERY))


def test_a_guide_with_the_name_of_an_exercise_is_told(guide: Guide) -> None:
    taken = Guide("attention/causal", guide.path)
    assert "There is an exercise attention/causal too" in next(guides.problems(taken, EVERY))


def test_drill_check_builds_guides_and_tells_of_stale_ones(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = place(guide)
    assert path is not None
    assert "is not current" in next(guides.problems(guide, EVERY))
    assert (
        joined(author._guide_built(guide, EVERY, 300))
        == "notebooks/attention/some.ipynb was built."
    )
    assert list(guides.problems(guide, EVERY)) == []
    assert author._guide_built(guide, EVERY, 300) == []
    guide.path.write_text(TEXT.replace("One", "Two"))
    assert "is not current" in next(guides.problems(guide, EVERY))


def test_pages_bring_the_guides_of_their_tracks_with_them() -> None:
    chosen = [catalogue.find("rag/bm25")]
    assert {guide.track for guide in author._guides(chosen)} == {"rag"}


def test_building_is_always_the_same_and_imports_no_torch() -> None:
    code = (
        "from grader.judge import catalogue; from grader.notebook import guides; import sys;"
        "sys.stdout.buffer.write(guides.notebook(guides.guides()[0], catalogue.cards()).encode());"
        "sys.exit(bool({'torch', 'matplotlib', 'IPython'} & set(sys.modules)))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
                       env={"PYTHONHASHSEED": seed, "PATH": ""}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert runs == {guides.notebook(guides.guides()[0], EVERY).encode()}


@pytest.mark.parametrize("track", sorted({id.split("/")[0] for id in catalogue.ids()}))
def test_a_map_has_every_exercise_and_its_arrows_go_to_the_right(track: str) -> None:
    picture = track_map(track)
    drawn = {text.get_text().split("\n")[0] for text in picture.axes.texts}
    assert {card.id.split("/")[1] for card in EVERY if card.track == track} <= drawn
    arrows = [text for text in picture.axes.texts if getattr(text, "arrow_patch", None)]
    assert arrows
    assert all(arrow.xyann[0] < arrow.xy[0] for arrow in arrows)


def test_a_map_says_what_it_shows_and_leaves_out_what_follows() -> None:
    says = repr(track_map("attention"))
    assert "attention/multi_head builds on attention/causal;" in says
    assert "attention/kv_cache builds on attention/multi_head" in says
    assert "attention/cached_generate" not in says


@pytest.mark.parametrize(
    "arrows",
    [
        {"a": []},
        {"a": [], "b": ["a"], "c": ["b"], "d": ["a", "c"], "e": []},
        {"a": [], "b": [], "c": ["a"], "d": ["c", "b"], "e": ["elsewhere"]},
    ],
)
def test_no_two_boxes_of_a_map_meet(arrows: dict[str, list[str]]) -> None:
    places = _places(arrows)
    assert set(places) == set(arrows) | {need for needs in arrows.values() for need in needs}
    spots = sorted(places.values())
    assert all(
        one[0] != other[0] or abs(one[1] - other[1]) >= 1
        for at, one in enumerate(spots)
        for other in spots[at + 1 :]
    )
    assert all(places[need][0] < places[id][0] for id, needs in arrows.items() for need in needs)


def test_a_map_of_no_track_is_told() -> None:
    with pytest.raises(LookupError, match=r"no track 'atention'\. There are attention, decoding"):
        track_map("atention")
