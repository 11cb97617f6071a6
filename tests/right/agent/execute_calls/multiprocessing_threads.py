"""The thread pool of multiprocessing, and recursion over the calls with one worker."""

import json, functools
from multiprocessing.pool import ThreadPool


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError
    f = functools.partial(handle, tools=tools, validate=validate)
    if max_workers == 1 or not tool_calls:
        return each(f, tool_calls)
    with ThreadPool(max_workers) as p:
        out = p.map(safe(f), tool_calls, chunksize=1)
    for o in out:
        if isinstance(o, BaseException):
            raise o
    return out


def safe(f):
    def g(c):
        try:
            return f(c)
        except BaseException as e:
            return e
    return g


def each(f, calls):
    if not calls:
        return []
    head, *tail = calls
    return [f(head)] + each(f, tail)


def handle(call, tools, validate):
    kind = None
    name, raw = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        kind, text = "unknown_tool", f"{name}? only: {list(tools)}"
    else:
        try:
            args = json.loads(raw) if raw.strip() else {}
        except json.decoder.JSONDecodeError as e:
            kind, text = "invalid_json", f"{e}"
        else:
            if not isinstance(args, dict):
                kind, text = "invalid_arguments", "an object is needed"
            elif validate is not None and validate(args, tools[name]["parameters"]) != []:
                kind, text = "invalid_arguments", "schema violated"
            else:
                try:
                    content = tools[name]["fn"](**args)
                    if not isinstance(content, str):
                        content = json.dumps(content)
                except Exception as e:
                    kind, text = "tool_error", f"{type(e).__name__}: {e}"
    if kind:
        content = json.dumps({"error": kind, "message": text})
    return {"role": "tool", "tool_call_id": call["id"], "content": content}
