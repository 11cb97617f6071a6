"""Conversations and rankings: which rule is broken, what differs, and how both are shown."""

from __future__ import annotations

import pytest
import torch

from grader.judge import explain, talk
from grader.judge.page import Observation
from grader.words import chat
from grader.words.compare import difference
from grader.words.expect import Broken
from grader.words.transcript import breach

ADD = chat.call("c1", "add", {"a": 2})
READ = chat.call("c2", "read", "")
ASKS = [chat.user("Go."), chat.assistant("I look.", ADD, READ)]
DONE = [*ASKS, chat.answer("c1", "5"), chat.answer("c2", "line 1\nline 2"), chat.assistant("Done.")]


def test_a_conversation_is_shown_as_one_reads_it():
    assert talk.shown(DONE, at=3) == (
        "  user       Go.\n"
        "  assistant  I look.\n"
        '             calls add({"a": 2})  [c1]\n'
        "             calls read()  [c2]\n"
        "  tool       [c1] 5\n"
        "> tool       [c2] line 1\n"
        "             line 2\n"
        "  assistant  Done."
    )


def test_odd_messages_are_shown_too():
    odd = [{"role": "user"}, chat.user(""), {"role": "tool", "content": 3, "name": "x"}]
    odd += [{"role": "assistant", "content": None, "tool_calls": ["call"]}, chat.user("\x1b[2J")]
    odd.append({"role": "assistant", "tool_calls": 5})
    assert talk.shown(odd, at=6) == (
        "  user       (no content)\n"
        "  user       (empty)\n"
        "  tool       3\n"
        "             also {'name': 'x'}\n"
        "  assistant  calls 'call'\n"
        "  user       \\x1b[2J\n"
        "  assistant  calls 5\n"
        "> (nothing more)"
    )


def test_a_long_conversation_is_shown_around_the_mark():
    rows = talk.shown([chat.user(str(i)) for i in range(40)], at=20).splitlines()
    assert rows[0] == "  (16 messages before)"
    assert "> user       20" in rows
    assert rows[-1] == "  (14 messages more)"


@pytest.mark.parametrize(
    ("messages", "at", "says"),
    [
        (ASKS, 1, "is the last, and the call 'c1' is never answered"),
        ([*ASKS, chat.user("Well?")], 2, "stands where the call 'c1' must be answered"),
        ([*ASKS, chat.answer("c2", "x")], 2, "answers 'c2' where 'c1' is next"),
        ([*DONE, chat.answer("c1", "5")], 5, "is a tool message that answers no open call"),
        ([*ASKS, chat.answer("c1", 5)], 2, "has 5 as its content, which is no text"),
        ([*ASKS, chat.answer("c1", "5") | {"name": "add"}], 2, "has the keys ['content', 'name',"),
        ([chat.user("Go."), "text"], 1, "is no message"),
        ([{"role": "assistant", "tool_calls": [3]}], 0, "the call None is never answered"),
    ],
)
def test_the_first_breach_of_the_rules_is_told(messages, at, says):
    place, sentence = breach(messages)
    assert place == at
    assert says in sentence
    assert sentence.endswith("An API answers 400 to such a conversation.")
    with pytest.raises(Broken, match="answers 400"):
        chat.valid_transcript(messages)


def test_repeated_ids_and_empty_calls_are_valid():
    twice = chat.assistant(None, ADD, ADD)
    messages = [twice, chat.answer("c1", "1"), chat.answer("c1", "2")]
    assert breach([*messages, {"role": "assistant", "content": "x", "tool_calls": []}]) is None
    assert breach([]) is None


def test_a_difference_in_a_conversation_carries_all_of_it_and_its_place():
    wrong = [*DONE[:2], chat.answer("c1", "6"), *DONE[3:]]
    found = difference({"messages": wrong}, {"messages": DONE})
    assert found.says == "messages[2]['content'] is '6', not '5'."
    assert (found.got, found.want) == ("6", "5")
    assert (found.within, found.at) == ((wrong, DONE), 2)
    broken = difference({"messages": DONE[:3]}, {"messages": DONE})
    assert "the call 'c2' is never answered" in broken.says
    seen = Observation(broken=Broken(found.says, found))
    shown = explain.example({"messages": ASKS}, seen)
    assert "> tool       [c1] 6" in shown["got"]
    assert "> tool       [c1] 5" in shown["want"]
    assert shown["inputs"]["messages"].startswith("  user       Go.\n")


def test_errors_are_compared_without_their_free_text():
    told = '{"error": "tool_error", "message": "KeyError: 1"}'
    other = '{"message": "something", "error": "tool_error"}'
    assert chat.settled([chat.answer("c1", told)]) == chat.settled([chat.answer("c1", other)])
    for odd in (
        '{"error": "tool_error", "message": ""}',
        '{"error": "other", "message": "x"}',
        '{"error": "denied"}',
        "[1]",
        "text",
    ):
        assert chat.settled([chat.answer("c1", odd)])[0]["content"] == odd
        assert chat.failure(odd) is None


def test_a_ranking_is_shown_a_place_a_line():
    assert explain.text([("a", 0.5), ("b", 0.25)]) == "  [0]  'a'  0.5\n  [1]  'b'  0.25"
    long = explain.text([(i, float(i)) for i in range(20)])
    assert long.splitlines()[-1] == "  (10 items more)"


@pytest.mark.parametrize(
    ("got", "want", "at"),
    [
        ([1, 2, 3], [1, 3, 2], 1),
        ([("a", 0.5), ("b", 0.25)], [("a", 0.5), ("c", 0.25)], 1),
        ([("a", 0.5)], [("a", 0.25)], 0),
        ([{"id": "a", "text": "x"}], [], 0),
        ((1, None), (1, "x"), 1),
    ],
    ids=str,
)
def test_a_difference_in_a_list_of_plain_things_carries_all_of_it(got, want, at):
    found = difference({"ranking": got}, {"ranking": want})
    assert (found.within, found.at) == ((got, want), at)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ([[1], [2]], [[1], [3]]),
        (([1], [2]), ([1], [3])),
        ([{"ids": [2]}], [{"ids": [3]}]),
    ],
    ids=str,
)
def test_lists_within_lists_are_shown_by_the_inner_one(got, want):
    found = difference(got, want)
    assert (found.within, found.at) == (([2], [3]), 0)


def test_a_list_of_tensors_is_not_shown_whole():
    got, want = [torch.tensor([1.0, 2.0])], [torch.tensor([1.0, 3.0])]
    found = difference(got, want)
    assert (found.within, found.at) == (None, None)
    assert explain.example({}, Observation(broken=Broken(found.says, found)))["got"] == (
        "[1, 2]  (float32, 2)"
    )


def test_the_conversation_is_shown_and_no_list_within_its_messages():
    parts = [[{"role": "user", "content": "Go.", "tags": [tag]}] for tag in (1, 2)]
    found = difference(*parts)
    assert found.says == "`[0]['tags'][0]` is 1, not 2."
    assert (found.within, found.at) == (tuple(parts), 0)


def test_scores_that_look_the_same_are_shown_with_the_digits_that_differ():
    ranking = [("a", 1.0), ("b", 0.123456789)]
    found = difference([("a", 1.0), ("b", 0.123456589)], ranking)
    shown = explain.example({}, Observation(broken=Broken(found.says, found)))
    assert shown["got"].splitlines()[1] == "> [1]  'b'  0.123456589"
    assert shown["want"].splitlines()[1] == "> [1]  'b'  0.123456789"
    assert "They differ by 2e-06 of the largest value only" in shown["where"]
