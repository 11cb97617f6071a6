"""In waves of max_workers threads; recursion over the calls; a table of checks."""
import json
import threading


def stumbles(kind, text):
    return None, json.dumps({"error": kind, "message": text})


def look(call, tools, validate):
    """(ready, None) or (None, content of the error)."""
    function = call["function"]
    if function["name"] not in tools:
        return stumbles("unknown_tool", f"Unknown {function['name']!r}; known: {[*tools]}")
    tool = tools[function["name"]]
    try:
        args = json.loads(function["arguments"] if function["arguments"].strip() else "{}")
    except Exception as e:
        return stumbles("invalid_json", f"{e}")
    if not isinstance(args, dict):
        return stumbles("invalid_arguments", "must be an object")
    faults = list(validate(args, tool["parameters"])) if validate else []
    if faults:
        return stumbles("invalid_arguments", "\n".join(f"{f}" for f in faults))
    return (tool["fn"], args), None


def finish(ready):
    fn, args = ready
    try:
        value = fn(**args)
        return value if isinstance(value, str) else json.JSONEncoder().encode(value)
    except Exception as e:
        name = type(e).__name__
        return stumbles("tool_error", f"{name}: {e}")[1]


def in_thread(ready, slot):
    try:
        slot.append(finish(ready))
    except BaseException as e:
        slot.append(e)


def wave(calls, tools, validate, size):
    if not calls:
        return []
    out, threads = [], []
    for call in calls[:size]:
        ready, content = look(call, tools, validate)
        slot = [] if content is None else [content]
        if ready:
            threads.append(threading.Thread(target=in_thread, args=(ready, slot)))
            if size == 1:
                slot.append(finish(ready))
                threads.pop()
        out.append((call["id"], slot))
    [t.start() for t in threads]
    [t.join() for t in threads]
    messages = []
    for id, (content,) in out:
        if isinstance(content, BaseException):
            raise content
        messages.append({"role": "tool", "tool_call_id": id, "content": content})
    return messages + wave(calls[size:], tools, validate, size)


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers must be positive")
    return wave(tool_calls, tools, validate, max_workers)
