"""agent/loop against a state machine whose tools are a table written by hand."""

import json
import random

import pytest

from grader.words import chat
from grader.words.transcript import breach
from tests.support import cases, module, reference

#: What answers a call, by name and arguments: a text, or the kind of the error in a tuple.
TABLE = {
    ("add", '{"a": 2, "b": 3}'): "5",
    ("add", '{"a": "2", "b": "3"}'): "23",
    ("add", '{"a": 2}'): ("tool_error",),
    ("add", '{"a": 2, "b": 3, "c": 4}'): ("tool_error",),
    ("add", '{"a": 2, "b": '): ("invalid_json",),
    ("add", "{'a': 2, 'b': 3}"): ("invalid_json",),
    ("add", '```json\n{"a": 2, "b": 3}\n```'): ("invalid_json",),
    ("add", "[2, 3]"): ("invalid_arguments",),
    ("echo", '{"text": "hi"}'): "hi",
    ("echo", '{"text": {"\\u00e9": [1.5, null, "x"]}}'): '{"\\u00e9": [1.5, null, "x"]}',
    ("echo", '{"text": {"error": "tool_error", "message": "not an error", "line": 3}}'): (
        '{"error": "tool_error", "message": "not an error", "line": 3}'
    ),
    ("echo", json.dumps({"text": '{"error": "denied", "message": ""}'})): (
        '{"error": "denied", "message": ""}'
    ),
    ("echo", "null"): ("invalid_arguments",),
    ("echo", '{"text": ""}'): "",
    ("echo", '{"text": null}'): "null",
    ("echo", '{"text": true}'): "true",
    ("echo", '{"text": {"b": 1, "a": [true, 2.0]}}'): '{"b": 1, "a": [true, 2.0]}',
    ("echo", '{"text": 1e999}'): "Infinity",
    ("fail", '{"why": "disk full"}'): ("tool_error",),
    ("fail", '{"why": "disk full", "kind": "ValueError"}'): ("tool_error",),
    ("fail", '{"why": "disk full", "kind": "KeyError"}'): ("tool_error",),
    ("fail", '{"why": "disk full", "kind": "TypeError"}'): ("tool_error",),
    ("odd", '{"loop": false}'): ("tool_error",),
    ("odd", '{"loop": true}'): ("tool_error",),
    ("subtract", '{"a": 2, "b": 3}'): ("unknown_tool",),
    ("subtract", "{"): ("unknown_tool",),
    ("Add", '{"a": 2, "b": 3}'): ("unknown_tool",),
    ("add ", '{"a": 2, "b": 3}'): ("unknown_tool",),
    ("count", ""): "list of the numbers from 1",
    ("count", " \n"): "list of the numbers from 1",
    ("count", '""'): ("invalid_arguments",),
}


class Machine:
    """States: ask, look, refuse (nothing is left), work, and ended."""

    def __init__(self, messages, replies, max_steps, max_bad_steps):
        self.transcript = [*messages]
        self.replies = [*replies]
        self.left, self.patience = max_steps, max_bad_steps
        self.strikes = self.counted = 0
        self.given, self.ran = [], []
        self.reply = self.stop = self.output = None

    def run(self):
        state = self.ask
        while state is not None:
            state = state()
        return self

    def ask(self):
        self.given.append([*self.transcript])
        self.left -= 1
        self.reply = self.replies.pop(0)
        self.transcript.append(self.reply)
        return self.look

    def look(self):
        self.calls = self.reply.get("tool_calls") or []
        if self.calls:
            return self.work if self.left else self.refuse
        self.stop, self.output = "final", self.reply["content"] or ""
        return None

    def refuse(self):
        for call in self.calls:
            self.tell(call, ("max_steps",))
        self.stop = "max_steps"

    def work(self):
        good = 0
        for call in self.calls:
            name, text = call["function"]["name"], call["function"]["arguments"]
            found = TABLE[name, text]
            if found == "list of the numbers from 1":
                self.counted += 1
                found = json.dumps([*range(1, self.counted + 1)])
            good += isinstance(found, str)
            if isinstance(found, str) or found == ("tool_error",):
                self.ran.append((name, json.loads(text) if text.strip() else {}))
            self.tell(call, found)
        self.strikes = 0 if good else self.strikes + 1
        if self.patience is None or self.strikes < self.patience:
            return self.ask
        self.stop = "too_many_errors"
        return None

    def tell(self, call, found):
        if isinstance(found, tuple):
            found = json.dumps({"error": found[0], "message": "..."})
        self.transcript.append(chat.answer(call["id"], found))


def compare(messages, replies, max_steps, max_bad_steps):
    """Let both run one script, and hold the one against the other."""
    page, solve = module("agent/loop"), reference("agent/loop")
    given, log, left = [], [], [*replies]

    def model(transcript, specs):
        assert [spec["function"]["name"] for spec in specs] == list(page.TOOLS)
        given.append((transcript, [*transcript]))
        return left.pop(0)

    before = json.dumps(messages)
    limits = {"max_steps": max_steps, "max_bad_steps": max_bad_steps}
    got = solve(model, page.toolbox(log), messages, **limits)
    machine = Machine(messages, replies, max_steps, max_bad_steps).run()
    transcript = got["messages"]
    assert breach(transcript) is None
    assert chat.settled(transcript) == machine.transcript
    assert (got["stop"], got["output"]) == (machine.stop, machine.output)
    assert got["steps"] == len(given) == len(machine.given) <= max_steps
    assert log == machine.ran
    assert json.dumps(messages) == before
    for (later, then), want in zip(given, machine.given, strict=True):
        assert later == then == transcript[: len(then)]  # a prefix, and it has not grown
        assert chat.settled(then) == want
    return machine.stop


def test_it_agrees_with_the_machine_on_every_case():
    stops = {compare(**case) for case in cases("agent/loop")}
    assert stops == {"final", "max_steps", "too_many_errors"}


def test_the_table_knows_every_call_of_the_page():
    page = module("agent/loop")
    calls = [page.chat.call("c", *kind)["function"] for kind in page.CALLS]
    assert {(call["name"], call["arguments"]) for call in calls} == set(TABLE)


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_machine_on_random_scripts(seed):
    dice, calls = random.Random(seed), list(TABLE)
    for _ in range(60):
        replies = []
        for step in range(dice.randint(0, 7)):
            made = [
                chat.call(dice.choice(["c1", f"d{step}{i}"]), *dice.choice(calls))
                for i in range(dice.randint(1, 4))
            ]
            replies.append(chat.assistant(dice.choice([None, "", "Well."]), *made))
        replies.append(chat.assistant(dice.choice([None, "", "Done."])))
        earlier = dice.choice([[], [chat.system("Be brief.")], *module("agent/loop").EARLIER])
        limits = dice.randint(1, 9), dice.choice([None, 1, 2, 3])
        compare([*earlier, chat.user("Go.")], replies, *limits)


def test_the_statement_s_example():
    page, solve = module("agent/loop"), reference("agent/loop")
    call = chat.call("c1", "add", '{"a": 2, "b": 3}')
    replies = [chat.assistant(None, call), chat.assistant("It is 5.")]
    messages = [chat.user("2 + 3?")]
    left = iter(replies)
    got = solve(lambda transcript, specs: next(left), page.toolbox([]), messages)
    tool = {"role": "tool", "tool_call_id": "c1", "content": "5"}
    want = [messages[0], replies[0], tool, replies[1]]
    assert got == {"output": "It is 5.", "stop": "final", "steps": 2, "messages": want}
