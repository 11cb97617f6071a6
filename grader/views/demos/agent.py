"""`drill demo agent`: the agent loop on real tools, with a scripted model or a real one."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from grader.judge import talk
from grader.judge.open import open_judge
from grader.views import exits
from grader.views.demos.server import Server
from grader.views.demos.tools import toolbox
from grader.views.demos.whose import solver
from grader.views.exits import Misuse
from grader.views.layout import hanging, labelled, line
from grader.views.screen import Screen
from grader.words import chat
from grader.words.subject import Rig

TASK = "Where do these files speak of pytest, and what is 17 * (3 + 4)?"
EXERCISE = "agent/loop"
STEPS = 8
INSTRUCTIONS = (
    "You work on the files of one folder with the tools you are given. Answer briefly, from what "
    "the tools return."
)
COMMON = {
    "about", "answer", "compute", "does", "files", "find", "from", "have", "many", "much",
    "please", "speak", "these", "this", "those", "tell", "that", "what", "where", "which",
    "with", "your",
}  # fmt: skip
Message = dict[str, Any]


def demo(args: argparse.Namespace, view: Screen) -> int:
    """Do one task, and show the conversation as it grows."""
    task, folder = " ".join(args.words) if args.words else TASK, Path(args.folder)
    if not task.strip():
        raise Misuse("The task is blank; say for example `drill demo agent What is 2 ** 10?`.")
    if not folder.is_dir():
        raise Misuse(f"{args.folder} is no folder; name the one whose files the agent may read.")
    server = Server(args.base_url, args.model) if args.base_url else None
    model = server.complete if server else Scripted(task)
    view.say("Loading torch ...", "dim")
    with open_judge() as judge:
        found = solver(judge, EXERCISE, view)
        where = args.base_url or "a scripted one, which also makes a mistake"
        view.say(f"Tools: files in {folder.resolve()}, and arithmetic. Model: {where}.")
        view.show([line()])
        shower = Shower(view)

        def watched(messages: list[Message], specs: list[Any]) -> Message:
            shower.show(messages)
            return model(messages, specs)

        messages = [chat.system(INSTRUCTIONS), chat.user(task)]
        result = found.run(Rig(run_agent), watched, toolbox(folder), messages, STEPS)
    shower.show(result["messages"])
    view.show([line(), *labelled("output", str(result["output"]), view.width, "good")])
    view.show(labelled("stopped", f"{result['stop']} after {result['steps']} steps", view.width))
    return exits.PASSED


def run_agent(solution, model, tools, messages, steps):  # type: ignore[no-untyped-def]
    """Runs beside the solution: the whole conversation."""
    return solution(model, tools, messages, max_steps=steps)


class Shower:
    """Shows a conversation as it grows."""

    def __init__(self, view: Screen) -> None:
        self._view = view
        self._shown = 0

    def show(self, messages: list[Message]) -> None:
        """Put the messages on the screen that are not there yet."""
        new = messages[self._shown :]
        self._shown = len(messages)
        if new:
            rows = talk.whole(new).splitlines()
            self._view.show([part for row in rows for part in hanging(row, self._view.width, 13)])


class Scripted:
    """A model of three replies: it searches and makes a mistake, mends it and reads, answers."""

    def __init__(self, task: str) -> None:
        words = [w for w in re.findall(r"[A-Za-z_]{4,}", task) if w.lower() not in COMMON]
        self._word = max(words, key=len, default="python")
        sums = re.findall(r"[\d(][\d\s.+*/()%-]*[\d)]", task)
        self._sum = max(sums, key=len, default="2 + 2")

    def __call__(self, messages: list[Message], _: list[Any]) -> Message:
        """The next reply, by how many there have been."""
        replies = sum(message["role"] == "assistant" for message in messages)
        results = {m["tool_call_id"]: m["content"] for m in messages if m["role"] == "tool"}
        return (self._look, self._mend, self._answer)[min(replies, 2)](results)

    def _look(self, _: dict[str, str]) -> Message:
        broken = f'{{"expression": "{self._sum}'  # as models do: the text ends too soon
        return chat.assistant(
            "I will search the files and compute.",
            chat.call("call_1", "search_text", {"query": self._word}),
            chat.call("call_2", "evaluate", broken),
        )

    def _mend(self, results: dict[str, str]) -> Message:
        calls = [chat.call("call_3", "evaluate", {"expression": self._sum})]
        hits = self._hits(results)
        if hits:
            calls.append(
                chat.call("call_4", "read_file", {"path": hits[0][0], "start": hits[0][1]})
            )
        return chat.assistant("My arguments were no JSON; once more.", *calls)

    def _answer(self, results: dict[str, str]) -> Message:
        hits = self._hits(results)
        places = ", ".join(f"{path} line {number}" for path, number, _ in hits[:3])
        where = f"{self._word!r} stands in {places}." if hits else f"No file holds {self._word!r}."
        value = results.get("call_3", "unknown")
        failed = chat.failure(value) is not None
        return chat.assistant(f"{where} {self._sum} {'has no value' if failed else f'is {value}'}.")

    @staticmethod
    def _hits(results: dict[str, str]) -> list[Any]:
        try:
            found = json.loads(results.get("call_1", "[]"))
        except ValueError:
            return []
        return found if isinstance(found, list) else []
