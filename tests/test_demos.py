"""`drill demo rag` and `drill demo agent`: whose solution runs, on what, and what is shown."""

from __future__ import annotations

import json
import re

import pytest

from grader.judge import catalogue, render
from grader.views.demos import tools
from grader.views.demos.agent import Scripted
from grader.views.demos.rag import REFUSAL, extractive, topics
from grader.words import chat
from tests.test_cli import drill
from tests.test_server import events, serving, whole


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes.txt").write_text("one\nAll about Gradients here\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "more.md").write_text("gradients vanish\n" * 20)
    (tmp_path / ".hidden").write_text("gradients\n")
    (tmp_path / "image.bin").write_bytes(b"gradients\0\xff")
    return tmp_path


# The tools.


def test_search_finds_lines_in_any_case_and_skips_what_is_no_text(folder):
    hits = tools.search(folder, "GRADIENTS")
    assert hits[0] == ["notes.txt", 2, "All about Gradients here"]
    assert {path for path, _, _ in hits} == {"notes.txt", "sub/more.md"}
    assert len(hits) == tools.MAX_HITS
    with pytest.raises(ValueError, match="blank"):
        tools.search(folder, " ")


def test_read_stays_in_the_folder(folder):
    assert tools.read(folder.resolve(), "notes.txt", 2) == "All about Gradients here"
    (folder / "sub" / "out").symlink_to("/etc")
    for path in ("../x", "/etc/hostname", "sub/out/hostname"):
        with pytest.raises(ValueError, match="is not in the folder"):
            tools.read(folder.resolve(), path)


@pytest.mark.parametrize(
    ("text", "value"),
    [("17 * (3 + 4)", 119), ("-2 ** 2", -4), ("7 / 2", 3.5), ("7 // 2 % 2", 1), (" +1.5 ", 1.5)],
)
def test_arithmetic(text, value):
    assert tools.evaluate(text) == value


@pytest.mark.parametrize(
    "text", ["__import__('os')", "x", "'a' * 9", "2 ** 100", "9 ** 9 ** 9", "1 +", "(-1) ** 0.5",
             "True", "[1]", "9**64 * 9**64 * 9**64 * 9**64 * 9**64 * 9**64 * 9**64 * 9**64 * 9**64"
             " ** 64"],
)  # fmt: skip
def test_nothing_but_arithmetic_of_small_numbers(text):
    with pytest.raises(ValueError, match=r"arithmetic|64 at most|too large"):
        tools.evaluate(text)


# The stand-ins.


def test_the_extractive_model_cites_what_it_quotes():
    prompt = (
        "Sources:\n[1] A list is mutable. See [3] there for more about it.\n"
        "[2] The finally clause always runs at last. Other words are standing here.\n\n"
        "Question: When does the finally clause run?"
    )
    messages = [chat.system("x"), chat.user(prompt)]
    said = extractive([*messages, chat.assistant("bad"), chat.user("Please cite.")])
    assert said.startswith("The finally clause always runs at last [2].")
    assert "[3]" not in said
    unknown = chat.user("Sources:\n[1] A list is mutable it seems.\n\nQuestion: Who won?")
    assert extractive([unknown]) == REFUSAL


def test_the_language_reference_is_there():
    found = topics()
    assert len(found) > 50
    assert sum(map(len, found.values())) > 400_000


def test_the_scripted_model_makes_one_mistake_and_mends_it():
    model = Scripted("What of gradients, and 2 * (3 + 4)?")
    first = model([chat.user("x")], [])
    search, broken = (c["function"] for c in first["tool_calls"])
    assert json.loads(search["arguments"]) == {"query": "gradients"}
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(broken["arguments"])
    hits = chat.answer("call_1", '[["a.txt", 3, "gradients"]]')
    second = model([first, hits], [])
    names = [c["function"]["name"] for c in second["tool_calls"]]
    assert names == ["evaluate", "read_file"]
    third = model([first, hits, second, chat.answer("call_3", "14")], [])
    assert third["content"] == "'gradients' stands in a.txt line 3. 2 * (3 + 4) is 14."
    refused = chat.answer("call_3", '{"error": "tool_error", "message": "ValueError: too large"}')
    third = model([first, hits, second, refused], [])
    assert third["content"].endswith("2 * (3 + 4) has no value.")


# The command.


def test_rag_answers_from_the_reference_and_says_whose_solution_ran(tmp_path):
    done = drill("demo", "rag", "What", "does", "the", "nonlocal", "statement", "do?", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Running the reference of rag/mini_rag" in done.stdout
    assert re.search(r"retrieved +\d+\.\d+ +nonlocal#0", done.stdout)
    assert "Question: What does the nonlocal statement do?" in done.stdout
    assert re.search(r"answer .*?\[1\]", done.stdout, re.DOTALL)
    assert re.search(r"sources .*nonlocal#\d", done.stdout)


def test_the_learner_s_own_runs_once_it_passes(tmp_path):
    card = catalogue.find("agent/loop")
    path = tmp_path / "exercises" / "agent" / "loop.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):\n    1/0"
    )
    words = ("demo", "agent", "Find", "run_agent", "and", "2", "+", "3")
    done = drill(*words, cwd=tmp_path)
    assert "Your exercises/agent/loop.py does not pass yet (error)" in done.stdout
    assert "Running the reference of agent/loop" in done.stdout
    path.write_text("# mine\n" + render.solution(card))
    done = drill(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Running your own exercises/agent/loop.py, which passes." in done.stdout
    assert "'run_agent' stands in exercises/agent/loop.py line" in done.stdout
    assert '"error": "invalid_json"' in done.stdout
    assert "2 + 3 is 5." in done.stdout


@pytest.mark.parametrize("columns", [40, 60])
def test_both_fit_a_narrow_terminal_and_keep_blank_lines(columns, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    (folder / "notes.txt").write_text("gradients " * 30 + "x" * 200 + "\n\nafter a blank line\n")
    asked = drill("demo", "rag", "Why does a finally clause always run?", cwd=folder).stdout
    done = drill("demo", "agent", "What of gradients?", cwd=folder).stdout
    assert [row for row in (asked + done).splitlines() if len(row) > columns] == []
    assert re.search(r"\n\n +Question: Why ", asked)
    assert re.search(r"x\n\n +after a blank line\n", done)
    assert re.search(r"^ +\d+\.\d+  try#\d+ +\S", asked, re.MULTILINE)


def test_rag_asks_a_server(tmp_path):
    good = events({"content": "It says so"}, {"content": " [1]."})
    with serving(good) as server:
        done = drill("demo", "rag", "try finally", "--base-url", server.url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "It says so [1]." in done.stdout
    assert server.sent[0][1]["messages"][-1]["content"].startswith("Sources:\n[1] ")


def test_an_agent_works_with_a_server(folder):
    call = {"id": "c9", "type": "function"}
    call["function"] = {"name": "evaluate", "arguments": '{"expression": "6 * 7"}'}
    first = whole({"role": "assistant", "content": None, "tool_calls": [call]})
    last = whole({"role": "assistant", "content": "It is 42."})
    with serving(first, last) as server:
        words = ("demo", "agent", "What is 6 * 7?", "--base-url", server.url, "--model", "m")
        done = drill(*words, "--folder", str(folder))
    assert done.returncode == 0, done.stderr
    assert "[c9] 42" in done.stdout
    assert re.search(r"output +It is 42\.", done.stdout)
    assert server.sent[1][1]["messages"][-1] == chat.answer("c9", "42")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rag", " "], "The question is blank"),
        (["agent", ""], "The task is blank"),
        (["agent", "x", "--folder", "/no/such"], "/no/such is no folder"),
        (["rag", "x", "--base-url", "nonsense"], "'nonsense' is no address"),
        (["rag", "try finally", "--base-url", "http://127.0.0.1:9/v1"], "Nothing answers at"),
        (["agent", "x", "--base-url", "http://127.0.0.1:9/v1", "--model", "m"], "Nothing answers"),
        (["flag"], "invalid choice: 'flag'"),
    ],
    ids=str,
)
def test_wrong_use_is_told_in_a_sentence(words, says):
    done = drill("demo", *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
