import json
from dataclasses import dataclass, field


@dataclass
class State:
    messages: list
    steps: int = 0
    failures_in_a_row: int = 0
    specs: list = field(default_factory=list)

    def result(self, stop, output=None):
        return {"messages": self.messages, "steps": self.steps, "stop": stop, "output": output}


@dataclass(frozen=True)
class Outcome:
    text: str
    failed: bool = False

    @classmethod
    def error(cls, kind, message):
        return cls(json.dumps({"error": kind, "message": message or kind}), True)


def run_tool(call, tools):
    function = call["function"]
    if function["name"] not in tools:
        return Outcome.error("unknown_tool", f"Known tools: {list(tools.keys())}")
    text = function["arguments"].strip() or "{}"
    try:
        arguments = json.loads(text)
    except Exception as e:
        return Outcome.error("invalid_json", str(e))
    if not isinstance(arguments, dict):
        return Outcome.error("invalid_arguments", "The arguments have to be an object.")
    try:
        answer = tools[function["name"]]["fn"](**arguments)
    except Exception as e:
        return Outcome.error("tool_error", type(e).__qualname__ + " - " + str(e))
    if isinstance(answer, str):
        return Outcome(answer)
    try:
        return Outcome(json.dumps(answer))
    except Exception as e:
        return Outcome.error(
            "tool_error", "not encodable: " + type(e).__qualname__ + " - " + str(e)
        )


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if not max_steps >= 1:
        raise ValueError("max_steps < 1")
    if max_bad_steps is not None and not max_bad_steps >= 1:
        raise ValueError("max_bad_steps < 1")
    state = State(list(messages))
    while state.steps < max_steps:
        specs = [
            dict(
                type="function",
                function=dict(
                    name=name, description=tool["description"], parameters=dict(tool["parameters"])
                ),
            )
            for name, tool in tools.items()
        ]
        reply = model(state.messages[:], specs)
        state.steps += 1
        state.messages = state.messages + [reply]
        if not reply.get("tool_calls"):
            return state.result("final", reply.get("content") or "")
        final = state.steps == max_steps
        outcomes = []
        for call in reply["tool_calls"]:
            outcome = Outcome.error("max_steps", "") if final else run_tool(call, tools)
            outcomes.append(outcome)
            state.messages.append(
                {"role": "tool", "content": outcome.text, "tool_call_id": call["id"]}
            )
        if final:
            break
        if all(o.failed for o in outcomes):
            state.failures_in_a_row += 1
            if state.failures_in_a_row == max_bad_steps:
                return state.result("too_many_errors")
        else:
            state.failures_in_a_row = 0
    return state.result("max_steps")
