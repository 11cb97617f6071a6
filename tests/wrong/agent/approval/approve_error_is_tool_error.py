"""An exception in approve is told as tool_error."""
import copy
import json


def _err(kind, message):
    return json.dumps({"error": kind, "message": message})


def execute_with_approval(tool_calls, tools, approve, validate):
    plans = []
    for call in tool_calls:
        name = call["function"]["name"]
        raw = call["function"]["arguments"]
        if name not in tools:
            plans.append((None, None, _err("unknown_tool", f"available: {list(tools)}")))
            continue
        tool = tools[name]
        try:
            args = json.loads(raw) if raw.strip() else {}
        except json.JSONDecodeError as e:
            plans.append((None, None, _err("invalid_json", str(e))))
            continue
        if not isinstance(args, dict):
            plans.append((None, None, _err("invalid_arguments", "not an object")))
            continue
        problems = validate(args, tool["parameters"])
        if problems:
            plans.append((None, None, _err("invalid_arguments", str(problems))))
            continue
        if tool.get("requires_approval"):
            try:
                verdict = approve(name, copy.deepcopy(args))
            except Exception as e:
                plans.append((None, None, _err("tool_error", f"approval failed: {e}")))
                continue
            if isinstance(verdict, dict):
                args = copy.deepcopy(verdict)
                problems = validate(args, tool["parameters"])
                if problems:
                    plans.append((None, None, _err("invalid_arguments", str(problems))))
                    continue
            elif verdict is not True:
                plans.append((None, None, _err("denied", "The user denied this call.")))
                continue
        plans.append((tool["fn"], args, None))
    messages = []
    for call, (fn, args, content) in zip(tool_calls, plans):
        if content is None:
            try:
                result = fn(**args)
                content = result if isinstance(result, str) else json.dumps(result)
            except Exception as e:
                content = _err("tool_error", f"{type(e).__name__}: {e}")
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
    return messages
