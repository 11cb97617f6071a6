"""A pool that is kept between calls, behind a semaphore; completion order sorted back."""
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

POOL = ThreadPoolExecutor(12)


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    """The messages that answer the calls."""
    if max_workers < 1:
        raise ValueError("max_workers < 1")
    gate = threading.BoundedSemaphore(max_workers)

    def say(kind, **more):
        text = ", ".join(f"{k}={v}" for k, v in more.items())
        return json.dumps({"error": kind, "message": f"{kind}: {text}"})

    def content(function):
        if function["name"] not in tools:
            return say("unknown_tool", tools=" ".join(tools))
        tool, text = tools[function["name"]], function["arguments"]
        try:
            args = {} if not text.strip() else json.loads(text)
        except ValueError as e:
            return say("invalid_json", at=e.pos)
        if not isinstance(args, dict):
            return say("invalid_arguments", type=type(args))
        problems = validate(args, tool["parameters"]) if validate is not None else ()
        if problems:
            return say("invalid_arguments", problems=problems)
        with gate:
            try:
                value = tool["fn"](**args)
            except Exception as e:
                return say("tool_error", type=type(e).__name__, text=e)
            try:
                return value if isinstance(value, str) else json.dumps(value)
            except (TypeError, ValueError, OverflowError, RecursionError) as e:
                return say("tool_error", value=type(value), why=e)

    if max_workers > 1:
        places = {POOL.submit(content, c["function"]): i for i, c in enumerate(tool_calls)}
        contents = {places[done]: done.result() for done in as_completed(places)}
    else:
        contents = {i: content(c["function"]) for i, c in enumerate(tool_calls)}
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": contents[i]}
        for i, call in enumerate(tool_calls)
    ]
