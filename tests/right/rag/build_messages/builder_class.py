"""A class that collects messages, with deep copies of the history."""

from copy import deepcopy


class Prompt:
    def __init__(self):
        self.messages = []

    def add(self, role, content):
        self.messages.append({"role": role, "content": content})
        return self

    def keep(self, history):
        for message in history:
            if message["role"] == "user" or message["role"] == "assistant":
                self.messages.append(deepcopy(message))
            else:
                raise ValueError("unexpected role " + repr(message["role"]))
        return self


def build_messages(question, sources, history=(), instructions="Answer from the sources."):
    words = question.split()
    if len(words) == 0:
        raise ValueError("no question")
    text = "Sources:\n"
    number = 0
    for source in sources:
        number += 1
        text += "[" + str(number) + "]"
        for word in source["text"].split():
            text += " " + word
        text += "\n"
    if number == 0:
        text += "(none)\n"
    text += "\n" + " ".join(["Question:"] + words)
    return Prompt().add("system", instructions).keep(history).add("user", text).messages
