"""An object that holds the run; tools are wrapped once; results are small dataclasses."""

import json
from dataclasses import asdict, dataclass, field


@dataclass
class Outcome:
    content: str
    ok: bool = True


@dataclass
class Run:
    output: str | None = None
    stop: str = ""
    steps: int = 0
    messages: list = field(default_factory=list)


def error(kind, message):
    return Outcome(json.dumps({"error": kind, "message": message}), ok=False)


class Tool:
    def __init__(self, name, entry):
        self.fn = entry["fn"]
        self.spec = {
            "type": "function",
            "function": {
                "name": name,
                "description": entry["description"],
                "parameters": entry["parameters"],
            },
        }

    def __call__(self, text):
        try:
            arguments = {} if text.strip() == "" else json.loads(text)
        except Exception as e:
            return error("invalid_json", str(e) or "broken JSON")
        if not isinstance(arguments, dict):
            return error("invalid_arguments", "give an object")
        try:
            result = self.fn(**arguments)
            content = result if isinstance(result, str) else json.dumps(result)
        except Exception as e:
            return error("tool_error", f"{e.__class__.__name__}: {e}")
        return Outcome(content)


class Agent:
    def __init__(self, model, tools):
        self.model = model
        self.tools = {name: Tool(name, entry) for name, entry in tools.items()}

    def answer(self, function):
        tool = self.tools.get(function["name"])
        if tool is None:
            return error("unknown_tool", f"There are only {list(self.tools)}.")
        return tool(function["arguments"])

    def run(self, messages, max_steps, patience):
        run = Run(messages=messages.copy())
        bad = []
        while not run.stop:
            reply = self.model(run.messages.copy(), [tool.spec for tool in self.tools.values()])
            run.messages += [reply]
            run.steps += 1
            calls = reply["tool_calls"] if "tool_calls" in reply else None
            if not calls:
                run.stop = "final"
                run.output = reply["content"] if reply["content"] is not None else ""
            elif run.steps == max_steps:
                run.stop = "max_steps"
                self.reply_all(run, calls, lambda _: error("max_steps", "The budget is used up."))
            else:
                bad.append(not any(self.reply_all(run, calls, self.answer)))
                if patience is not None and len(bad) >= patience and all(bad[-patience:]):
                    run.stop = "too_many_errors"
        return run

    def reply_all(self, run, calls, answer):
        fine = []
        for call in calls:
            outcome = answer(call["function"])
            fine.append(outcome.ok)
            run.messages.append(
                {"tool_call_id": call["id"], "role": "tool", "content": outcome.content}
            )
        return fine


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if max_steps <= 0:
        raise ValueError("max_steps")
    if max_bad_steps is not None and max_bad_steps <= 0:
        raise ValueError("max_bad_steps")
    run = Agent(model, tools).run(list(messages), max_steps, max_bad_steps)
    return {"output": run.output, "stop": run.stop, "steps": run.steps, "messages": run.messages}
