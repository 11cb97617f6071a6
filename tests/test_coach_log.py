"""The practice log: nothing is lost, whatever happens to its process, its file and its disk."""

from __future__ import annotations

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.coach import log as log_module
from grader.coach.event import Event, digest_of
from grader.coach.log import Log, Unwritable

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1]


def numbers(log: Log) -> list[int]:
    return [event.facts["number"] for event in log.events()]


def filled(path: Path, count: int) -> Log:
    log = Log(path)
    facts = ({"number": number, "filler": "x" * 300} for number in range(count))
    times = (AT + timedelta(minutes=number) for number in range(count))
    events = [Event("n", at, f"id{at:%H%M%d}", fact) for at, fact in zip(times, facts, strict=True)]
    texts = [f"print({number})" for number in range(count)]
    log.insert(events, [(digest_of(text), text) for text in texts])
    return log


def test_what_is_added_is_read_in_the_order_of_writing(tmp_path):
    log = Log(tmp_path / "deep" / "history.db")
    log.add("second", AT + timedelta(hours=1), note="ü\n")
    log.add("first", AT)  # a clock that jumps back does not turn causes round
    assert [(e.kind, e.facts) for e in log.events()] == [("second", {"note": "ü\n"}), ("first", {})]


def test_reading_makes_no_file(tmp_path):
    log = Log(tmp_path / "none" / "history.db")
    assert log.events() == []
    assert log.source("abc") is None
    assert list(tmp_path.iterdir()) == []


def test_sources_are_kept_once(tmp_path):
    log = Log(tmp_path / "history.db")
    digest = log.keep("def f(): ...")
    assert log.keep("def f(): ...") == digest
    assert log.source(digest) == "def f(): ..."
    assert sum("source" in json.loads(line) for line in log.export()) == 1


def test_events_survive_the_way_through_json():
    event = Event("ran", AT, "abc", {"verdict": "failed", "held": 3})
    assert Event.from_json(event.to_json()) == event
    for text in ("3", "null", "{}", '{"kind": 1, "at": "never", "id": 2}'):
        with pytest.raises(ValueError, match=r".+"):
            Event.from_json(text)


def test_exports_of_two_machines_merge_without_doubles(tmp_path):
    one, other = filled(tmp_path / "a.db", 3), Log(tmp_path / "b.db")
    first = other.merge(one.export())
    assert (first.events, first.sources, first.unread) == (3, 3, 0)
    other.add("n", AT, number=99)
    assert one.merge(other.export()).events == 1
    assert one.merge(other.export()).events == 0
    assert sorted(one.export()) == sorted(other.export())


def test_lines_that_are_no_event_are_counted_and_the_others_taken(tmp_path):
    log = Log(tmp_path / "history.db")
    good = Event("n", AT, "id", {"number": 1}).to_json()
    lines = ["{", "[1]", "3", '{"kind": "x"}', '{"source": "a", "text": 3}', "", good, "[" * 9999]
    lines += [r'{"source": "a", "text": "\ud800"}', good.replace('"id": "id"', r'"id": "\ud800"')]
    found = log.merge(lines)
    assert (found.events, found.sources, found.unread) == (1, 0, 8)


def test_a_place_that_cannot_even_be_looked_at_is_told(tmp_path):
    with pytest.raises(Unwritable, match="File name too long"):
        Log(tmp_path / ("x" * 300) / "history.db").events()


WRITER = """
import sys
from pathlib import Path
from grader.coach.log import Log
log = Log(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    log.add("n", number=number, who=sys.argv[3], filler="x" * 500)
"""


def test_several_programs_write_at_once(tmp_path):
    path = tmp_path / "history.db"
    command = [sys.executable, "-c", WRITER, str(path), "60"]
    programs = [subprocess.Popen([*command, who], cwd=ROOT) for who in "ab"]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert sorted((e.facts["who"], e.facts["number"]) for e in Log(path).events()) == [
        (who, n) for who in "ab" for n in range(60)
    ]


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from grader.coach.log import Log
log, rounds = Log(Path(sys.argv[1])), int(sys.argv[2])
dice = random.Random(7)
told = []
for round in range(rounds):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        number = 0
        while True:
            event = log.add("n", round=round, number=number)
            os.write(writing, b"%d %d\\n" % (round, number))
            number += 1
    os.close(writing)
    time.sleep(dice.uniform(0, 0.05))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told += [tuple(map(int, row.split())) for row in pipe.read().splitlines()]
there = {(e.facts["round"], e.facts["number"]) for e in log.events()}
print(len(told), len(set(told) - there))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_nothing_that_was_written_is_lost_by_hundreds_of_kills(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path / "history.db"), "300"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told, lost = map(int, said.split())
    assert told > 100
    assert lost == 0
    assert [p.name for p in tmp_path.iterdir() if "damaged" in p.name] == []


def with_a_hole(data: bytearray, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    data[start : start + 3000] = dice.randbytes(3000)
    data[:16] = dice.randbytes(16)  # where the hole met only texts, nothing else would tell
    return bytes(data)


def cut_off(data: bytearray, dice: random.Random) -> bytes:
    return bytes(data[: dice.randrange(len(data) // 2, len(data) - 20_000)])


def with_bad_pages(data: bytearray, dice: random.Random) -> bytes:
    for page in range(16384, len(data), 16384 * 3):
        data[page : page + 40] = dice.randbytes(40)
    return bytes(data)


@pytest.mark.parametrize("damage", [with_a_hole, cut_off, with_bad_pages])
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_set_aside_and_what_can_be_read_is_kept(tmp_path, seed, damage):
    log = filled(tmp_path / "history.db", 200)
    events = log.events()
    broken = damage(bytearray(log.path.read_bytes()), random.Random(seed))
    log.path.write_bytes(broken)
    with pytest.warns(UserWarning, match="was set aside as"):
        found = numbers(log)
    whole = [e.facts["number"] for e in events if e.to_json().encode() in broken]
    assert sorted(found) == sorted(whole)
    assert len(whole) > 20
    log.add("n", AT, number=2000)
    assert numbers(log)[-1] == 2000
    (aside,) = tmp_path.glob("history.damaged-*.db")
    assert aside.read_bytes() == broken


def test_a_file_that_is_no_database_is_set_aside_too(tmp_path):
    log = Log(tmp_path / "history.db")
    log.path.write_text("my shopping list, and other things " * 10)
    with pytest.warns(UserWarning, match="0 events and 0 sources"):
        log.add("n", AT, number=1)
    assert numbers(log) == [1]


def test_two_programs_that_meet_the_damage_lose_nothing(tmp_path):
    log = filled(tmp_path / "history.db", 100)
    data = bytearray(log.path.read_bytes())
    data[:100] = bytes(100)
    log.path.write_bytes(data)
    command = [sys.executable, "-W", "ignore", "-c", WRITER, str(log.path), "20"]
    programs = [subprocess.Popen([*command, who], cwd=ROOT) for who in "abc"]
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    assert len(log.events()) == 160
    assert len(list(tmp_path.glob("history.damaged-*.db"))) == 1


def test_tables_of_an_earlier_version_are_brought_up_to_date(tmp_path, monkeypatch):
    log = filled(tmp_path / "history.db", 2)
    more = (*log_module.MIGRATIONS, "ALTER TABLE events ADD COLUMN host TEXT DEFAULT 'here';")
    monkeypatch.setattr(log_module, "MIGRATIONS", more)
    assert numbers(log) == [0, 1]
    with contextlib.closing(sqlite3.connect(log.path)) as found:
        assert found.execute("SELECT host FROM events").fetchall() == [("here",), ("here",)]


def test_tables_of_a_newer_version_are_left_alone(tmp_path):
    log = filled(tmp_path / "history.db", 2)
    with contextlib.closing(sqlite3.connect(log.path)) as found:
        found.execute("PRAGMA user_version = 99")
    with pytest.raises(Unwritable, match=r"newer version .* 99"):
        log.events()
    assert [p.name for p in tmp_path.glob("*damaged*")] == []


FULL = """
import resource, signal, sys
from pathlib import Path
from grader.coach.log import Log, Unwritable
log = Log(Path(sys.argv[1]))
size = sum(p.stat().st_size for p in log.path.parent.iterdir())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40000, size + 40000))
try:
    for number in range(1000):
        log.add("n", number=100 + number, filler="x" * 3000)
except Unwritable as error:
    print(number, error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
def test_on_a_full_disk_it_says_so_and_what_was_there_stays(tmp_path):
    log = filled(tmp_path / "history.db", 3)
    command = [sys.executable, "-c", FULL, str(log.path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    written, text = said.split(" ", 1)
    assert "cannot be used" in text
    assert "Check the disk" in text
    assert numbers(log) == [0, 1, 2, *range(100, 100 + int(written))]
    assert [p.name for p in tmp_path.glob("*damaged*")] == []


READ_ONLY = """
import os, sys
from pathlib import Path
from grader.coach.log import Log, Unwritable
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
log = Log(Path(sys.argv[1]))
print([e.facts["number"] for e in log.events()])
try:
    log.add("n", number=3)
except Unwritable as error:
    print(error)
"""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user can come to, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_read_only_folder_can_be_read_and_says_that_it_cannot_be_written(open_to_all):
    folder = open_to_all / "data"
    log = filled(folder / "history.db", 2)
    log.path.chmod(0o444)
    folder.chmod(0o555)
    try:
        command = [sys.executable, "-c", READ_ONLY, str(log.path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        folder.chmod(0o755)
    assert done.stdout.startswith("[0, 1]\n"), done.stderr
    assert "attempt to write a readonly database" in done.stdout
