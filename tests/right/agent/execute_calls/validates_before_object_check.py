from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass
class Failure(Exception):
    kind: str
    message: str


def prepare(call, tools, validate):
    name = call["function"]["name"]
    if name not in tools:
        raise Failure("unknown_tool", f"unknown: {name}. Known: {[*tools]}")
    text = call["function"]["arguments"]
    try:
        args = json.loads(text if text.strip() else "{}")
    except ValueError as error:
        raise Failure("invalid_json", f"{error}") from None
    problems = [] if validate is None else validate(args, tools[name]["parameters"])
    if problems or not isinstance(args, dict):
        raise Failure("invalid_arguments", f"{problems or 'an object is needed'}")
    return tools[name]["fn"], args


def answer(call, tools, validate):
    try:
        fn, args = prepare(call, tools, validate)
        try:
            result = fn(**args)
            content = result if isinstance(result, str) else json.dumps(result)
        except Exception as error:
            raise Failure("tool_error", f"{error.__class__.__name__} - {error}") from error
    except Failure as failure:
        content = json.dumps({"error": failure.kind, "message": failure.message})
    return {"tool_call_id": call["id"], "content": content, "role": "tool"}


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers < 1")
    with ThreadPoolExecutor(max_workers) as pool:
        return [*pool.map(answer, tool_calls, [tools] * len(tool_calls), [validate] * len(tool_calls))]
