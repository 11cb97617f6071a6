"""Everything that can go wrong before a run is looked at first; a job holds a function or an error."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Job:
    id: str
    fn: Callable[..., Any] | None = None
    args: dict | None = None
    error: str | None = None

    def run(self) -> dict:
        return {"role": "tool", "tool_call_id": self.id, "content": self.error or self.content()}

    def content(self) -> str:
        try:
            result = self.fn(**self.args)
            return result if isinstance(result, str) else json.dumps(result)
        except Exception as e:
            return error("tool_error", f"{type(e).__qualname__}: {e}")


def error(kind: str, text: str) -> str:
    return json.dumps({"error": kind, "message": text})


def job(call: dict, tools: dict, validate) -> Job:
    """Everything that can be known before anything runs."""
    id, name, text = call["id"], call["function"]["name"], call["function"]["arguments"]
    tool = tools.get(name)
    if not tool:
        return Job(id, error=error("unknown_tool", f"known: {', '.join(tools)}"))
    try:
        args = json.loads(text.strip() or "{}")
    except json.JSONDecodeError as e:
        return Job(id, error=error("invalid_json", e.msg))
    problems = [("$", "type")] if not isinstance(args, dict) else validate(args, tool["parameters"]) if validate else []
    if problems:
        return Job(id, error=error("invalid_arguments", str(problems)))
    return Job(id, tool["fn"], args)


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers < 1")
    jobs = [job(call, tools, validate) for call in tool_calls]
    if max_workers > 1 and len(jobs) > 1:
        with ThreadPoolExecutor(min(max_workers, len(jobs))) as pool:
            return [*pool.map(Job.run, jobs)]
    return [j.run() for j in jobs]
