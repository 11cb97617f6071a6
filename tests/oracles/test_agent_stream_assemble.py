"""agent/stream_assemble against a search for each index, and against messages cut by hand."""

import itertools
import json
import random

import pytest

from tests.support import cases, module, reference


def by_search(deltas):
    """For each index in turn, look through all deltas for what belongs to it. Not linear."""

    def found(index, *keys):
        """The texts at the end of those keys, of all entries of an index."""
        for delta in deltas:
            for entry in delta.get("tool_calls") or []:
                value = entry if entry["index"] == index else None
                for key in keys:
                    value = value.get(key) if value else None
                if value is not None:
                    yield value

    calls, every = [], [e["index"] for d in deltas for e in d.get("tool_calls") or []]
    for index in range(max(every, default=-1) + 1):
        if index not in every:
            continue
        ids = [id for id in found(index, "id") if id != ""]
        names = list(found(index, "function", "name"))
        if not ids or not names:
            raise ValueError(index)
        arguments = "".join(found(index, "function", "arguments"))
        function = {"name": "".join(names), "arguments": arguments}
        calls.append({"id": ids[0], "type": "function", "function": function})
    texts = [delta["content"] for delta in deltas if delta.get("content") is not None]
    message = {"role": "assistant", "content": None if texts == [] else "".join(texts)}
    return message | ({"tool_calls": calls} if calls else {})


def test_it_agrees_with_the_search():
    assemble = reference("agent/stream_assemble")
    for case in cases("agent/stream_assemble"):
        assert assemble(case["deltas"]) == by_search(case["deltas"]), case


def test_both_refuse_the_same():
    assemble = reference("agent/stream_assemble")
    for case in module("agent/stream_assemble").incomplete():
        for solve in (by_search, assemble):
            with pytest.raises(ValueError):
                solve(case["deltas"])


def merged(rng, queues):
    """The items of several queues in one, each queue's in its order."""
    queues = [list(queue) for queue in queues]
    while any(queues):
        yield rng.choice([queue for queue in queues if queue]).pop(0)


def letters(text):
    return list(text) or [""]


def test_a_message_that_is_sent_letter_by_letter_comes_back():
    rng, assemble = random.Random(0), reference("agent/stream_assemble")
    texts = (None, "", "Hello", "é 🙂 \n")
    for content, count in itertools.product(texts, (0, 1, 2, 4)):
        calls = [
            {
                "id": f"call_{rng.randrange(10)}",
                "type": "function",
                "function": {"name": rng.choice(["add", "f"]), "arguments": json.dumps({"n": n})},
            }
            for n in range(count)
        ]
        message = {"role": "assistant", "content": content}
        message |= {"tool_calls": calls} if calls else {}
        queues = [
            [{"content": letter} for letter in letters(content)] if content is not None else []
        ]
        for index, call in enumerate(calls):
            first = {"index": index, "id": call["id"], "type": "function", "function": {}}
            rest = [
                {"index": index, "function": {key: letter}}
                for key in ("name", "arguments")
                for letter in letters(call["function"][key])
            ]
            queues.append([{"tool_calls": [entry]} for entry in (first, *rest)])
        assert assemble(list(merged(rng, queues))) == message
