"""Each failure is an exception of its own class inside, turned into a message in one place."""

import json


class CallFailed(Exception):
    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


def parsed(text):
    if not text or text.isspace():
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise CallFailed("invalid_json", f"could not be parsed: {error.msg}") from error
    if not isinstance(found, dict):
        raise CallFailed("invalid_arguments", f"got a {type(found).__name__} and want an object")
    return found


def looked_up(name, tools):
    try:
        return tools[name]["fn"]
    except KeyError:
        known = ", ".join(sorted(tools)) or "none"
        raise CallFailed("unknown_tool", f"{name!r} is unknown. Known: {known}") from None


def performed(fn, arguments):
    try:
        result = fn(**arguments)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as error:
        raise CallFailed("tool_error", f"{type(error).__name__} ({error})") from error


def told(kind, text):
    return json.dumps({"message": text, "error": kind}, indent=1)


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    for name, value in (("max_steps", max_steps), ("max_bad_steps", max_bad_steps)):
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}, and must be at least 1")
    transcript = [*messages]
    specs = [
        dict(
            type="function",
            function=dict(
                name=name, description=entry["description"], parameters=entry["parameters"]
            ),
        )
        for name, entry in tools.items()
    ]
    streak = 0

    def result(output, stop, steps):
        return dict(output=output, stop=stop, steps=steps, messages=transcript)

    step = 0
    while True:
        step += 1
        reply = model([*transcript], specs)
        transcript.append(reply)
        calls = reply.get("tool_calls")
        if not calls:
            return result(reply.get("content") or "", "final", step)
        out_of_steps, failures = step >= max_steps, 0
        for call in calls:
            try:
                if out_of_steps:
                    raise CallFailed("max_steps", "stopped")
                fn = looked_up(call["function"]["name"], tools)
                content = performed(fn, parsed(call["function"]["arguments"]))
            except CallFailed as failure:
                failures += 1
                content = told(failure.kind, str(failure))
            transcript.append(dict(role="tool", tool_call_id=call["id"], content=content))
        if out_of_steps:
            return result(None, "max_steps", step)
        streak = streak + 1 if failures == len(calls) else 0
        if streak == max_bad_steps:
            return result(None, "too_many_errors", step)
