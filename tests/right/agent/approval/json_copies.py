"""States in lists side by side; arguments decoded a second time instead of copied."""
import json
from copy import deepcopy


def execute_with_approval(tool_calls, tools, approve, validate):
    def err(kind, message):
        return json.dumps({"error": kind, "message": message})

    n = len(tool_calls)
    args, contents = [None] * n, [None] * n
    for i in range(n):
        f = tool_calls[i]["function"]
        text = f["arguments"].strip() or "{}"
        if f["name"] not in tools:
            contents[i] = err("unknown_tool", "known are " + ", ".join(tools.keys()))
            continue
        try:
            args[i] = json.loads(text)
        except ValueError:
            contents[i] = err("invalid_json", "cannot be read")
            continue
        schema = tools[f["name"]]["parameters"]
        if not isinstance(args[i], dict) or validate(args[i], schema):
            contents[i] = err("invalid_arguments", "wrong")
            continue
        if tools[f["name"]].get("requires_approval"):
            try:
                v = approve(f["name"], json.loads(text))
            except Exception:
                contents[i] = err("denied", "error while asking")
                continue
            if isinstance(v, dict):
                args[i] = deepcopy(v)
                if validate(args[i], schema):
                    contents[i] = err("invalid_arguments", "wrong after the edit")
            elif not (isinstance(v, bool) and v):
                contents[i] = err("denied", "denied")
    for i in range(n):
        if contents[i] is None:
            try:
                contents[i] = tools[tool_calls[i]["function"]["name"]]["fn"](**args[i])
                if not isinstance(contents[i], str):
                    contents[i] = json.dumps(contents[i])
            except Exception as e:
                contents[i] = err("tool_error", type(e).__name__ + ": " + str(e))
    return [
        {"role": "tool", "tool_call_id": c["id"], "content": x}
        for c, x in zip(tool_calls, contents)
    ]
