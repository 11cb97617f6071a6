import json


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if max_steps < 1 or (max_bad_steps is not None and max_bad_steps <= 0):
        raise ValueError("limits must be positive")

    def fail(kind, why):
        return False, json.dumps({"message": why, "error": kind})

    def perform(call):
        match call:
            case {"function": {"name": name, "arguments": arguments}}:
                pass
        try:
            tool = tools[name]
        except KeyError:
            return fail("unknown_tool", "there are only: " + ", ".join(tools))
        try:
            parsed = json.loads(arguments) if arguments and not arguments.isspace() else dict()
        except json.JSONDecodeError:
            return fail("invalid_json", "broken JSON")
        if not isinstance(parsed, dict):
            return fail("invalid_arguments", "not an object")
        try:
            value = tool["fn"](**parsed)
            return True, value if isinstance(value, str) else json.dumps(value)
        except Exception as problem:
            return fail("tool_error", repr(problem))

    specs = tuple(
        {
            "type": "function",
            "function": {"name": n} | {k: t[k] for k in ("description", "parameters")},
        }
        for n, t in tools.items()
    )

    def go(past, step, streak):
        reply = model([*past], list(specs))
        past = [*past, reply]
        calls = reply.get("tool_calls", None) or ()
        end = lambda output, stop, log: dict(output=output, stop=stop, steps=step, messages=log)
        if len(calls) == 0:
            return end(reply.get("content") or "", "final", past)
        last = step == max_steps
        outcomes = [fail("max_steps", "too late") if last else perform(c) for c in calls]
        past += [
            {"role": "tool", "tool_call_id": c["id"], "content": text}
            for c, (_, text) in zip(calls, outcomes)
        ]
        if last:
            return end(None, "max_steps", past)
        streak = 0 if any(ok for ok, _ in outcomes) else streak + 1
        if max_bad_steps is not None and streak >= max_bad_steps:
            return end(None, "too_many_errors", past)
        return go(past, step + 1, streak)

    return go(list(messages), 1, 0)
