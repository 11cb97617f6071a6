"""The practice log: nothing is lost, cut lines and strangers are told apart, logs merge."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from grader.coach.log import Event, Log

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_what_is_added_is_read_in_order_of_time(tmp_path):
    log = Log(tmp_path / "deep" / "history.jsonl")
    log.add("second", AT + timedelta(hours=1), note="ü\n")
    log.add("first", AT)
    assert [(e.kind, e.facts) for e in log.events()] == [("first", {}), ("second", {"note": "ü\n"})]
    assert log.path.read_text().count("\n") == 2


def test_no_log_is_no_events(tmp_path):
    assert Log(tmp_path / "none").read() == ([], 0)


def test_lines_that_are_no_event_are_counted_and_kept(tmp_path):
    log = Log(tmp_path / "history.jsonl")
    log.add("one", AT)
    odd = b'{"kind": "x"}\n[1]\n\xff\n\n{"kind": "two", "at": "2026-03-01T13:00:00+00:00", "id": "a'
    with log.path.open("ab") as file:
        file.write(odd)
    log.add("three", AT)  # after a line that was cut off
    events, unread = log.read()
    assert [e.kind for e in events] == ["one", "three"]
    assert unread == 4
    assert odd in log.path.read_bytes()


def test_events_survive_the_way_through_json():
    event = Event("ran", AT, "abc", {"verdict": "failed", "held": 3})
    assert Event.from_json(event.to_json()) == event
    for text in ("3", "null", "{}", '{"kind": 1, "at": "never", "id": 2}'):
        with pytest.raises(ValueError, match=r".+"):
            Event.from_json(text)


def test_logs_merge_without_doubles(tmp_path):
    one, other = Log(tmp_path / "a.jsonl"), Log(tmp_path / "b.jsonl")
    one.add("one", AT)
    other.path.write_bytes(one.path.read_bytes())
    other.add("two", AT + timedelta(days=1))
    assert one.merge(other.path) == 1
    assert one.merge(other.path) == 0
    assert [e.kind for e in one.events()] == ["one", "two"]


WRITER = """
import sys
from pathlib import Path
from grader.coach.log import Log
log = Log(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    log.add("n", number=number, who=sys.argv[3], filler="x" * 500)
    print(number, flush=True)
"""


def test_several_programs_write_at_once(tmp_path):
    path = tmp_path / "history.jsonl"
    command = [sys.executable, "-c", WRITER, str(path), "60"]
    programs = [subprocess.Popen([*command, who], stdout=subprocess.DEVNULL) for who in "ab"]
    assert [program.wait(60) for program in programs] == [0, 0]
    events, unread = Log(path).read()
    assert unread == 0
    assert sorted((e.facts["who"], e.facts["number"]) for e in events) == [
        (who, n) for who in "ab" for n in range(60)
    ]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_was_reported_as_written_is_there_after_a_kill(tmp_path):
    path = tmp_path / "history.jsonl"
    command = [sys.executable, "-c", WRITER, str(path), "100000", "a"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        time.sleep(0.5)
        program.send_signal(signal.SIGKILL)
        said = [int(row) for row in program.stdout.read().split("\n")[:-1]]
    written = [e.facts["number"] for e in Log(path).events()]
    assert said
    assert written[: len(said)] == said
