import copy
from dataclasses import asdict, dataclass

DEFAULT = ""


@dataclass(frozen=True)
class Message:
    role: str
    content: str


class Prompt:
    heading = "Sources:"

    def __init__(self, question, sources):
        self.question, self.sources = self.flat(question), sources
        if self.question == "":
            raise ValueError("a question is needed")

    @staticmethod
    def flat(text):
        return " ".join(text.split())

    def __str__(self):
        rows = [f"[{i}] {self.flat(s['text'])}" for i, s in enumerate(self.sources, 1)] or ["(none)"]
        return "\n".join([self.heading, *rows, "", "Question: " + self.question])


def build_messages(question, sources, history=(), instructions=DEFAULT):
    prompt = Prompt(question, sources)
    if {m["role"] for m in history} - {"user", "assistant"}:
        raise ValueError("history")
    head = asdict(Message("system", instructions))
    tail = asdict(Message("user", str(prompt)))
    return [head] + [copy.deepcopy(m) for m in history] + [tail]
