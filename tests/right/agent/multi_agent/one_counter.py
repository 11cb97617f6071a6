"""Counts down one number."""

import json


def run_supervisor(model, workers, task, max_steps=12):
    """Budget kept as one number `left`; positional call of the workers; shallow copies for the model."""
    if not isinstance(max_steps, int) or max_steps < 1:
        raise ValueError("max_steps must be a positive integer")
    names = tuple(workers)

    def specs():
        return [
            {
                "type": "function",
                "function": {
                    "name": "delegate",
                    "description": "Delegates a subtask to one worker: " + ", ".join(names),
                    "parameters": {
                        "type": "object",
                        "properties": {
                            "worker": {"type": "string", "enum": list(names), "description": "who"},
                            "task": {"type": "string", "description": "what"},
                        },
                        "required": ["worker", "task"],
                        "additionalProperties": False,
                    },
                },
            }
        ]

    transcript = [{"role": "user", "content": task}]
    steps = {"supervisor": 0}
    for n in names:
        steps[n] = 0
    left = max_steps
    output, stop = None, "max_steps"
    while left:
        reply = model(list(transcript), specs())
        left -= 1
        steps["supervisor"] += 1
        transcript.append(reply)
        if not reply.get("tool_calls"):
            output, stop = reply.get("content") or "", "final"
            break
        final_round = left == 0
        for call in reply["tool_calls"]:
            kind = None
            text = ""
            if final_round:
                kind, text = "max_steps", "the run is over"
            elif call["function"]["name"] != "delegate":
                kind, text = "unknown_tool", "known tools: delegate"
            else:
                raw = call["function"]["arguments"]
                args = {}
                try:
                    if raw and not raw.isspace():
                        args = json.loads(raw)
                except ValueError:
                    kind, text = "invalid_json", "cannot parse arguments"
                if kind is None:
                    good = isinstance(args, dict) and len(args) == 2
                    good = (
                        good
                        and isinstance(args.get("worker"), str)
                        and isinstance(args.get("task"), str)
                    )
                    if not good or args["worker"] not in names:
                        kind, text = (
                            "invalid_arguments",
                            "need worker (one of %s) and task" % (names,),
                        )
                    elif left < 2:
                        kind, text = "max_steps", "the last step is kept for your answer"
                    else:
                        given = left - 1
                        spent = given
                        try:
                            report = workers[args["worker"]](args["task"], given)
                        except Exception as e:
                            kind, text = "tool_error", repr(e)
                        else:
                            valid = isinstance(report, dict) and set(report) == {"output", "steps"}
                            valid = valid and isinstance(report["output"], str)
                            valid = (
                                valid
                                and isinstance(report["steps"], int)
                                and not isinstance(report["steps"], bool)
                            )
                            if valid and 0 <= report["steps"] <= given:
                                spent, text = report["steps"], report["output"]
                            else:
                                kind, text = "tool_error", "worker broke its contract"
                        left -= spent
                        steps[args["worker"]] += spent
            content = text if kind is None else json.dumps({"error": kind, "message": text})
            transcript.append({"role": "tool", "tool_call_id": call["id"], "content": content})
    return {"output": output, "stop": stop, "steps": steps, "messages": transcript}
