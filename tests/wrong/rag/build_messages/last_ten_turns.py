"""Keeps the last ten messages of the history only."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    words = question.split()
    if not words:
        raise ValueError("blank question")
    for m in history:
        if m["role"] != "user" and m["role"] != "assistant":
            raise ValueError("bad role")
    messages = [{"role": "system", "content": instructions}]
    for m in history[-10:]:
        messages.append(dict(m))
    user = "Sources:\n"
    for i, s in enumerate(sources):
        user += f"[{i + 1}] {' '.join(s['text'].split())}\n"
    if not sources:
        user += "(none)\n"
    messages.append({"role": "user", "content": user + "\nQuestion: " + " ".join(words)})
    return messages
