from collections import defaultdict


class Call:
    def __init__(self):
        self.id = None
        self.name = []
        self.arguments = []

    def feed(self, entry):
        if not self.id:
            self.id = entry.get("id")
        fn = entry.get("function")
        if fn:
            if fn.get("name"):
                self.name.append(fn["name"])
            if fn.get("arguments"):
                self.arguments.append(fn["arguments"])

    def done(self, index):
        if not self.id:
            raise ValueError(f"tool call {index}: id missing")
        if not self.name:
            raise ValueError(f"tool call {index}: name missing")
        return {
            "id": self.id,
            "type": "function",
            "function": {"name": "".join(self.name), "arguments": "".join(self.arguments)},
        }


def assemble(deltas):
    texts = []
    calls = defaultdict(Call)
    for delta in deltas:
        content = delta.get("content")
        if content is not None:
            texts.append(content)
        for entry in delta.get("tool_calls") or ():
            if entry["index"] not in calls and not entry.get("id"):
                raise ValueError("first piece without id")
            calls[entry["index"]].feed(entry)
    message = {"role": "assistant", "content": None}
    if texts:
        message["content"] = "".join(texts)
    if calls:
        message["tool_calls"] = [calls[i].done(i) for i in sorted(calls)]
    return message
