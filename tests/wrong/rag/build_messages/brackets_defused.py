"""Takes the brackets out of the texts so that they cannot look like a source."""


def clean(text):
    return " ".join(text.replace("[", "(").replace("]", ")").split())


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not clean(question):
        raise ValueError("blank question")
    if not all(m["role"] in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = ["Sources:"]
    for number, source in enumerate(sources, 1):
        lines.append(f"[{number}] {clean(source['text'])}")
    if len(lines) == 1:
        lines.append("(none)")
    lines.append("")
    lines.append("Question: " + " ".join(question.split()))
    out = [{"role": "system", "content": instructions}]
    out.extend({**m} for m in history)
    out.append({"role": "user", "content": "\n".join(lines)})
    return out
