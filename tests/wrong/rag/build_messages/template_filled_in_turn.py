"""Fills a template placeholder by placeholder, so a source that holds {question} is filled as well."""

TEMPLATE = "Sources:\n{sources}\n\nQuestion: {question}"


def build_messages(question, sources, history=(), instructions="Use the sources."):
    question = " ".join(question.split())
    if question == "":
        raise ValueError("blank question")
    for turn in history:
        if turn["role"] not in {"user", "assistant"}:
            raise ValueError(turn["role"])
    rows = [f"[{n}] {' '.join(s['text'].split())}" for n, s in enumerate(sources, 1)] or ["(none)"]
    content = TEMPLATE.replace("{sources}", "\n".join(rows)).replace("{question}", question)
    return [{"role": "system", "content": instructions}] + [dict(t) for t in history] + [{"role": "user", "content": content}]
