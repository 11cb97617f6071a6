"""Parse all, ask for all, run all; lists side by side."""

import copy
import json


def execute_with_approval(tool_calls, tools, approve, validate):
    calls = copy.deepcopy(tool_calls)
    n = len(calls)
    content, args = [None] * n, [None] * n

    def err(i, kind, text):
        content[i] = json.dumps({"error": kind, "message": text or kind})

    # 1. parse and validate all
    for i, c in enumerate(calls):
        f = c["function"]
        if f["name"] not in tools:
            err(i, "unknown_tool", "Tools: " + ", ".join(tools))
            continue
        try:
            args[i] = json.loads(f["arguments"]) if f["arguments"].strip() else {}
        except json.JSONDecodeError as e:
            err(i, "invalid_json", e.msg)
            continue
        if type(args[i]) != dict:
            err(i, "invalid_arguments", "not an object")
            continue
        bad = validate(copy.deepcopy(args[i]), copy.deepcopy(tools[f["name"]]["parameters"]))
        if bad:
            err(i, "invalid_arguments", repr(bad))
    # 2. ask for all that are gated
    for i, c in enumerate(calls):
        name = c["function"]["name"]
        if content[i] is not None or not tools[name].get("requires_approval"):
            continue
        verdict = None
        try:
            verdict = approve(name, json.loads(json.dumps(args[i])))
        except Exception as e:
            err(i, "denied", str(e))
            continue
        if verdict is True:
            continue
        if isinstance(verdict, dict):
            args[i] = copy.deepcopy(verdict)
            bad = validate(args[i], tools[name]["parameters"])
            if bad:
                err(i, "invalid_arguments", "edited: " + repr(bad))
        else:
            err(i, "denied", "not approved")
    # 3. run
    for i, c in enumerate(calls):
        if content[i] is None:
            try:
                r = tools[c["function"]["name"]]["fn"](**args[i])
                content[i] = r if isinstance(r, str) else json.dumps(r)
            except Exception as e:
                err(i, "tool_error", type(e).__name__ + ": " + str(e))
    return [{"role": "tool", "tool_call_id": c["id"], "content": t} for c, t in zip(calls, content)]
