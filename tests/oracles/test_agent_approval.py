"""agent/approval against a plan in which all arguments are texts, which nobody can change, with a
schema checker of other make; and against approvers that go on changing all they ever held.
"""

import json
import random

import jsonschema

from tests.support import cases, module, reference

ID = "agent/approval"


def planned(message, tools, verdicts):
    """(questions, plan): what approve is asked in order, and for each call its error's kind or the
    text of the arguments that it runs with."""
    questions, plan, left = [], [], list(verdicts)
    for call in message["tool_calls"]:
        name, text = call["function"]["name"], call["function"]["arguments"].strip() or "{}"
        if not {name} & {*tools}:
            plan.append(("unknown_tool", None))
            continue
        checker = jsonschema.Draft202012Validator({"type": "object", **tools[name]["parameters"]})
        try:
            text = json.dumps(json.loads(text))
        except ValueError:
            plan.append(("invalid_json", None))
            continue
        kind = None if checker.is_valid(json.loads(text)) else "invalid_arguments"
        if kind is None and "requires_approval" in tools[name] and tools[name]["requires_approval"]:
            questions.append(f"{name}({text})")
            verdict = left.pop(0) if left else True
            if type(verdict) is dict:
                text = json.dumps(verdict)
                kind = None if checker.is_valid(verdict) else "invalid_arguments"
            elif type(verdict) is not bool or verdict != 1:
                kind = "denied"
        plan.append((kind, text))
    return questions, plan


def test_every_case_goes_as_planned():
    page, solve = module(ID), reference(ID)
    for case in cases(ID):
        message, verdicts = case["messages"][0], case["verdicts"]
        ours, theirs = [], page.play(solve, message, verdicts)
        tools = page.toolbox(ours)
        questions, plan = planned(message, tools, verdicts)
        wanted = []
        for call, (kind, text) in zip(message["tool_calls"], plan, strict=True):
            if kind is None:
                try:
                    result = tools[call["function"]["name"]]["fn"](**json.loads(text))
                    if not isinstance(result, str):
                        result = "".join(json.JSONEncoder().iterencode(result))
                except Exception:
                    kind = "tool_error"
            told = json.dumps({"error": kind, "message": "..."}) if kind else result
            wanted.append({"role": "tool", "tool_call_id": call["id"], "content": told})
        assert theirs["messages"][1:] == wanted
        asked = [f"asked for {question}" for question in questions]
        assert theirs["what happened"] == [*asked, *ours]


def nested(dice, depth=3):
    if depth == 0 or dice.random() < 0.3:
        return dice.randint(0, 9)
    return [nested(dice, depth - 1) for _ in range(dice.randint(1, 3))]


def spoil(value, dice):
    """Change lists anywhere inside."""
    if isinstance(value, list):
        for part in value:
            spoil(part, dice)
        value.append(dice.randint(10, 99))


def test_nothing_that_changes_later_reaches_a_tool():
    for seed in range(40):
        dice, held, allowed, ran = random.Random(seed), [], [], []

        def spoil_all(held=held, dice=dice):
            for args in held:
                spoil(args["x"], dice)
                args["x"] = args["x"] if dice.random() < 0.5 else [dice.randint(10, 99)]

        def approve(name, args, held=held, dice=dice, allowed=allowed, spoil_all=spoil_all):
            spoil_all()
            held.append(args)
            if dice.random() < 0.5:
                allowed.append(json.dumps(args))
                spoil_all()
                return True
            edits = {"x": [nested(dice), nested(dice)]}
            held.append(edits)
            allowed.append(json.dumps(edits))
            return edits

        def work(x, held=held, ran=ran, spoil_all=spoil_all):
            ran.append(json.dumps({"x": x}))
            held.append({"x": x})
            spoil_all()

        texts = [json.dumps({"x": [nested(dice)]}) for _ in range(4)]
        calls = [{"id": "c", "function": {"name": "work", "arguments": text}} for text in texts]
        tools = {"work": {"parameters": {}, "fn": work, "requires_approval": True}}
        reference(ID)(calls, tools, approve, lambda *_: [])
        assert ran == allowed
