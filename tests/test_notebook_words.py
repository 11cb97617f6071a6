"""What walkthroughs draw and measure with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from matplotlib.axes import Axes

from grader.notebook import bars, curve, largest_tensor, reference, seconds, show, transcript
from grader.notebook.drawing import Picture
from grader.words import chat

ROOT = Path(__file__).parents[1]


def png(picture: Picture) -> tuple[int, int]:
    """The size that a picture is shown with, after drawing it in full."""
    data, metadata = picture._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == f"<picture: {picture.says}>"
    assert metadata["image/png"]["alt"] == picture.says
    height = int.from_bytes(data["image/png"][20:24], "big")
    return metadata["image/png"]["width"], height


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_importing_the_words_loads_nothing_heavy() -> None:
    code = (
        "import grader.notebook, sys;"
        "sys.exit(bool({'torch', 'matplotlib', 'IPython', 'hypothesis'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "pattern",
    [
        [[1, 0], [0.5, 0.25]],
        torch.tensor([[1, 0], [0.5, 0.25]], requires_grad=True),
        torch.tensor([[1, 0], [0.5, 0.25]]).numpy(),
    ],
)
def test_a_pattern_shows_its_numbers(pattern: object) -> None:
    picture = show(pattern, "weights")
    assert texts(picture.axes) == ["1", "0", "0.5", "0.25"]
    assert picture.axes.get_title() == "weights"
    assert (picture.axes.get_xlabel(), picture.axes.get_ylabel()) == ("key", "query")
    assert png(picture)[0] > 100


def test_a_mask_of_truth_values_and_named_rows() -> None:
    mask = torch.ones(2, 3).tril().bool()
    picture = show(mask, rows=["cat", "sat"], columns="token")
    assert texts(picture.axes) == ["1", "0", "0", "1", "1", "0"]
    assert [label.get_text() for label in picture.axes.get_yticklabels()] == ["cat", "sat"]
    png(picture)


def test_several_patterns_stand_side_by_side() -> None:
    picture = show({"a": [[1]], "b": [[0, 2]]}, "both")
    assert [axes.get_title() for axes in picture.figure.axes] == ["a", "b"]
    assert "a (1 by 1), b (1 by 2)" in picture.says
    png(picture)


def test_a_large_pattern_and_one_of_zeros_are_drawn() -> None:
    assert texts(show(torch.rand(40, 40)).axes) == []
    png(show(torch.rand(40, 40)))
    png(show(torch.zeros(2, 2)))
    png(show(-torch.ones(2, 2)))


@pytest.mark.parametrize("pattern", [torch.ones(3), 1.0, [[1], [1, 2]], []])
def test_what_is_no_pattern_is_told(pattern: object) -> None:
    with pytest.raises(ValueError, match="A pattern has rows"):
        show(pattern)


def test_a_curve_has_a_line_for_each_name() -> None:
    picture = curve({"slow": [1, 4, 16], "fast": torch.tensor([1, 2, 4])}, x=[1, 2, 4], log=True)
    assert [line.get_label() for line in picture.axes.get_lines()] == ["slow", "fast"]
    assert picture.axes.get_xscale() == "log"
    png(picture)
    assert list(curve({"loss": [3.0, 2.0]}).axes.get_lines()[0].get_xdata()) == [0, 1]


def test_bars_after_the_cut_are_grey() -> None:
    picture = bars({"a": 0.6, "b": 0.3, "c": 0.1}, kept=2)
    colours = [bar.get_facecolor() for bar in picture.axes.patches]
    assert colours[0] == colours[1] != colours[2]
    assert [bar.get_height() for bar in picture.axes.patches] == [0.6, 0.3, 0.1]
    png(picture)


def test_bars_of_parts_are_stacked() -> None:
    picture = bars({"d0": {"cat": 1.0, "sat": 2.0}, "d1": {"sat": 4.0}})
    tops = [bar.get_y() + bar.get_height() for bar in picture.axes.patches]
    assert tops == [1.0, 0.0, 3.0, 4.0]
    png(picture)


def test_a_transcript_has_a_box_for_each_message() -> None:
    messages = [
        chat.user("What is 2 + 3?"),
        chat.assistant(None, chat.call("a", "add", {"x": 2, "y": 3})),
        chat.answer("a", "5"),
        chat.assistant("It is five. " * 30),
    ]
    picture = transcript(messages, "adding")
    shown = [text for text in texts(picture.axes) if text]
    assert shown[:3] == ["user", "assistant", "tool"]
    assert "What is 2 + 3?" in shown[3]
    assert "→ add(" in shown[4]
    assert shown[-1].endswith("...")
    png(picture)


def test_seconds_are_those_of_the_call() -> None:
    import time

    assert 0.02 <= seconds(time.sleep, 0.02, repeat=2) < 2


def test_the_largest_tensor_is_the_one_made_on_the_way() -> None:
    x = torch.ones(7, 3)
    assert largest_tensor(lambda: (x @ x.T).sum()) == 49
    assert largest_tensor(lambda: x.expand(1000, 7, 3).shape) == 0
    assert (
        largest_tensor(reference("attention/causal"), torch.ones(5, 2), *[torch.ones(9, 2)] * 2)
        == 45
    )


def test_the_reference_is_the_right_solution() -> None:
    attend = reference("attention/causal")
    v = torch.tensor([[3.0], [6.0], [9.0]])
    assert attend(torch.zeros(2, 1), torch.zeros(3, 1), v).tolist() == [[4.5], [6.0]]
