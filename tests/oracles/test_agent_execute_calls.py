"""agent/execute_calls against a list of all that is wrong, with a JSON reader and a schema checker
of other make; and several workers against the order in which their tools are let go.
"""

import json
import random
import re
import threading

import jsonschema
import pytest

from tests.support import cases, module, reference

ID = "agent/execute_calls"
TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<mark>[{}\[\],:])|(?P<word>true|false|null|NaN|-?Infinity)"
    r"|(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r'|(?P<text>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"))'
)


class NoJson(Exception):
    pass


def tokens(text):
    found, at = [], 0
    while text[at:].strip(" \t\r\n"):
        match = TOKEN.match(text, at)
        if match is None:
            raise NoJson(text)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def read(text):
    """A value of JSON, or one of the numbers that Python takes for JSON as well, by recursive
    descent; `NoJson` where it is none.
    """
    left = [*tokens(text), ("end", "")]

    def take(*wanted):
        kind, word = left.pop(0)
        if wanted and word not in wanted:
            raise NoJson(text)
        return kind, word

    def many(closing, part):
        if left[0][1] == closing:
            take()
            return []
        parts = [part()]
        while take(",", closing)[1] == ",":
            parts.append(part())
        return parts

    def pair():
        kind, word = take()
        if kind != "text":
            raise NoJson(text)
        take(":")
        return json.loads(word), value()

    def value():
        kind, word = take()
        if word == "{" and kind == "mark":
            return dict(many("}", pair))
        if word == "[" and kind == "mark":
            return many("]", value)
        if kind in ("word", "text", "number"):
            return json.loads(word)
        raise NoJson(text)

    result = value()
    take("")
    return result


def faults(call, tools, checked):
    """Everything that keeps a call from being run, in the order of the statement."""
    name, text = call["function"]["name"], call["function"]["arguments"]
    found = [] if name in tools else ["unknown_tool"]
    try:
        args = read(text) if re.search(r"\S", text) else {}
    except NoJson:
        return [*found, "invalid_json"], None
    schema = tools[name]["parameters"] if name in tools else {}
    fits = {
        None: True,
        "nothing": True,
        "always": False,
        "by the schema": jsonschema.Draft202012Validator(schema).is_valid(args),
    }
    if type(args) is not dict or not fits[checked]:
        found.append("invalid_arguments")
    return found, args


def contents(message, checked, tools):
    for call in message["tool_calls"]:
        found, args = faults(call, tools, checked)
        if not found:
            try:
                result = tools[call["function"]["name"]]["fn"](**args)
                if type(result) is not str:
                    result = "".join(json.JSONEncoder().iterencode(result))
            except Exception:
                found = ["tool_error"]
        yield found[0] if found else None, None if found else result


def test_every_case_is_answered_as_the_list_of_faults_says():
    page, solve = module(ID), reference(ID)
    for case in cases(ID):
        message, log, ours = case["messages"][0], [], []
        check = page.VALIDATORS.get(case["validate"])
        answers = solve(message["tool_calls"], page.toolbox(log), validate=check)
        wanted = list(contents(message, case["validate"], page.toolbox(ours)))
        assert log == ours
        for call, answer, (kind, text) in zip(message["tool_calls"], answers, wanted, strict=True):
            assert set(answer) == {"role", "tool_call_id", "content"}
            assert (answer["role"], answer["tool_call_id"]) == ("tool", call["id"])
            told = page.chat.failure(answer["content"])
            assert (told and told[0]) == kind
            assert kind or answer["content"] == text


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_any_order_of_finishing_gives_the_order_of_the_calls(workers):
    dice = random.Random(workers)
    for _ in range(5):
        order = dice.sample(range(workers), workers)
        gates = [threading.Event() for _ in order]

        def work(me, order=order, gates=gates):
            place = order.index(me)
            if place:
                assert gates[order[place - 1]].wait(timeout=30)
            gates[me].set()
            return me

        calls = [
            {"id": f"c{i}", "function": {"name": "work", "arguments": json.dumps({"me": i})}}
            for i in range(workers)
        ]
        tools = {"work": {"description": "", "parameters": {}, "fn": work}}
        answers = reference(ID)(calls, tools, max_workers=workers)
        assert [answer["content"] for answer in answers] == [str(i) for i in range(workers)]


def test_workers_are_bounded():
    running, most, lock = 0, 0, threading.Lock()
    pause = threading.Event()

    def work():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        pause.wait(0.01)
        with lock:
            running -= 1

    calls = [{"id": str(i), "function": {"name": "work", "arguments": ""}} for i in range(7)]
    tools = {"work": {"description": "", "parameters": {}, "fn": work}}
    reference(ID)(calls, tools, max_workers=3)
    assert 1 <= most <= 3
