"""An object for each call; the original is copied before it is shown, and shown itself."""
import json
import pickle


class Call:
    def __init__(self, call, tools, validate):
        self.id = call["id"]
        self.name = call["function"]["name"]
        self.tool = tools.get(self.name)
        self.validate = validate
        self.content = None
        self.args = None
        if self.tool is None:
            self.fail("unknown_tool", ", ".join(tools) or "no tools")
        else:
            self.parse(call["function"]["arguments"])

    def fail(self, kind, message):
        self.content = json.dumps(dict(error=kind, message=message))

    def parse(self, text):
        try:
            args = json.loads("{}" if text.strip() == "" else text)
        except ValueError as e:
            return self.fail("invalid_json", str(e))
        self.take(args)

    def take(self, args):
        if not isinstance(args, dict):
            return self.fail("invalid_arguments", "no object")
        problems = self.validate(args, self.tool["parameters"])
        if problems:
            return self.fail("invalid_arguments", "; ".join(str(p) for p in problems))
        self.args = args

    @property
    def gated(self):
        return self.content is None and self.tool.get("requires_approval") is True

    def ask(self, approve):
        mine = pickle.dumps(self.args)
        try:
            verdict = approve(self.name, self.args)
        except Exception as e:
            return self.fail("denied", f"{type(e).__name__} while asking")
        if verdict is True:
            self.args = pickle.loads(mine)
        elif isinstance(verdict, dict):
            self.take(pickle.loads(pickle.dumps(verdict)))
        else:
            self.fail("denied", f"the answer was {verdict!r}")

    def run(self):
        if self.content is None:
            try:
                result = self.tool["fn"](**self.args)
                self.content = result if isinstance(result, str) else json.dumps(result)
            except Exception as e:
                self.fail("tool_error", f"{type(e).__name__}({e})")
        return {"role": "tool", "tool_call_id": self.id, "content": self.content}


def execute_with_approval(tool_calls, tools, approve, validate):
    calls = [Call(call, tools, validate) for call in tool_calls]
    for call in calls:
        if call.gated:
            call.ask(approve)
    return [call.run() for call in calls]
