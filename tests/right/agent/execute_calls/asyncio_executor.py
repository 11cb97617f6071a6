"""asyncio with an executor of its own."""
import asyncio
import functools
import json
from concurrent.futures import ThreadPoolExecutor


def _answer(tools, validate, call):
    kind = message = None
    name = call["function"]["name"]
    if name in tools:
        schema, fn = tools[name]["parameters"], tools[name]["fn"]
        try:
            args = json.loads(call["function"]["arguments"].strip() or "{}")
        except ValueError as e:
            kind, message = "invalid_json", str(e)
        else:
            if not isinstance(args, dict):
                kind, message = "invalid_arguments", "object expected"
            elif validate is not None and (bad := validate(args, schema)) != []:
                kind, message = "invalid_arguments", repr(bad)
            else:
                try:
                    result = fn(**args)
                    content = result if isinstance(result, str) else json.dumps(result)
                except Exception as e:
                    kind, message = "tool_error", f"{type(e).__qualname__}: {e}"
    else:
        kind, message = "unknown_tool", f"use one of {sorted(tools)}"
    if kind:
        content = json.dumps({"error": kind, "message": message})
    return {"content": content, "tool_call_id": call["id"], "role": "tool"}


async def _gather(work, calls, pool):
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(pool, work, call) for call in calls))


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if not max_workers >= 1:
        raise ValueError(max_workers)
    work = functools.partial(_answer, tools, validate)
    if max_workers == 1 or len(tool_calls) < 2:
        return list(map(work, tool_calls))
    with ThreadPoolExecutor(max_workers) as pool:
        return list(asyncio.run(_gather(work, tool_calls, pool)))
