from __future__ import annotations

import json
from typing import Any, Callable


class ToolFailure(Exception):
    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind
        self.message = message


class Agent:
    def __init__(self, model: Callable, tools: dict[str, dict[str, Any]]):
        self.model = model
        self.tools = tools
        self.specs = []
        for name in tools:
            self.specs.append(
                {
                    "type": "function",
                    "function": {
                        "name": name,
                        "description": tools[name]["description"],
                        "parameters": tools[name]["parameters"],
                    },
                }
            )

    def parse(self, text: str) -> dict:
        if text.strip() == "":
            return {}
        try:
            value = json.loads(text)
        except json.JSONDecodeError as e:
            raise ToolFailure("invalid_json", str(e))
        if type(value) is not dict:
            raise ToolFailure(
                "invalid_arguments", f"expected an object, got {type(value).__name__}"
            )
        return value

    def invoke(self, call: dict) -> str:
        function = call["function"]
        tool = self.tools.get(function["name"].strip())
        if tool is None:
            raise ToolFailure("unknown_tool", "unknown tool, use one of " + str(list(self.tools)))
        args = self.parse(function["arguments"])
        try:
            value = tool["fn"](**args)
            if isinstance(value, str):
                return value
            return json.dumps(value)
        except Exception as e:
            raise ToolFailure("tool_error", f"{e.__class__.__name__}: {e}")

    def answer(self, call: dict) -> tuple[dict, bool]:
        try:
            content, ok = self.invoke(call), True
        except ToolFailure as failure:
            content, ok = json.dumps({"error": failure.kind, "message": failure.message}), False
        return {"role": "tool", "tool_call_id": call["id"], "content": content}, ok

    def refuse(self, call: dict) -> dict:
        content = json.dumps({"error": "max_steps", "message": "the step budget is spent"})
        return {"role": "tool", "tool_call_id": call["id"], "content": content}

    def run(self, messages, max_steps, max_bad_steps):
        history = [*messages]
        steps = 0
        streak = 0

        def done(output, stop):
            return {"output": output, "stop": stop, "steps": steps, "messages": history}

        while True:
            reply = self.model(history.copy(), self.specs)
            steps += 1
            history.append(reply)
            calls = reply.get("tool_calls")
            if not calls:
                content = reply.get("content")
                return done("" if content is None else content, "final")
            if steps >= max_steps:
                history.extend(self.refuse(call) for call in calls)
                return done(None, "max_steps")
            answers = [self.answer(call) for call in calls]
            history.extend(message for message, _ in answers)
            if any(ok for _, ok in answers):
                streak = 0
            else:
                streak += 1
                if streak == max_bad_steps:
                    return done(None, "too_many_errors")


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if max_steps < 1:
        raise ValueError("max_steps")
    if max_bad_steps is not None and max_bad_steps < 1:
        raise ValueError("max_bad_steps")
    return Agent(model, tools).run(messages, max_steps, max_bad_steps)
