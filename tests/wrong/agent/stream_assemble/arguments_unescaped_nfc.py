from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import dataclass, field
from io import StringIO


@dataclass
class Draft:
    id: str = ""
    name: StringIO = field(default_factory=StringIO)
    arguments: StringIO = field(default_factory=StringIO)

    def feed(self, entry: dict) -> None:
        self.id = self.id or entry.get("id") or ""
        function = entry.get("function") or {}
        self.name.write(function.get("name") or "")
        self.arguments.write(function.get("arguments") or "")

    def finish(self) -> dict:
        name = self.name.getvalue()
        if self.id == "":
            raise ValueError("a tool call never got its id")
        if name == "":
            raise ValueError("a tool call never got its name")
        return {
            "id": self.id,
            "type": "function",
            "function": {"name": name, "arguments": __import__("unicodedata").normalize("NFC", self.arguments.getvalue())},
        }


class Assembler:
    def __init__(self):
        self.text: StringIO | None = None
        self.drafts: defaultdict[int, Draft] = defaultdict(Draft)

    def add(self, delta: dict) -> None:
        content = delta.get("content")
        if content is not None:
            self.text = self.text or StringIO()
            self.text.write(content)
        for entry in delta.get("tool_calls") or ():
            self.drafts[entry["index"]].feed(entry)

    def message(self) -> dict:
        content = self.text.getvalue() if self.text is not None else None
        found = {"role": "assistant", "content": content}
        calls = [draft.finish() for _, draft in sorted(self.drafts.items(), key=lambda pair: pair[0])]
        return found | ({"tool_calls": calls} if calls else {})


def assemble(deltas: list[dict]) -> dict:
    assembler = Assembler()
    for delta in copy.deepcopy(deltas):
        assembler.add(delta)
    return assembler.message()
