"""Starts from a copied list and inserts; checks last roles in a loop with try."""

ROLES = {"user": True, "assistant": True}


def build_messages(question, sources, history=(), instructions="Say where you know it from."):
    messages = [message.copy() for message in history]
    try:
        for message in messages:
            ROLES[message["role"]]
    except KeyError as error:
        raise ValueError("only user and assistant messages belong into history") from error
    q = " ".join(filter(None, question.split()))
    if not q:
        raise ValueError("a question is needed")
    lines = []
    for source in sources:
        lines.append("[{}] {}".format(len(lines) + 1, " ".join(source["text"].split())))
    messages.insert(0, {"role": "system", "content": instructions})
    lines = lines or ["(none)"]
    lines.insert(0, "Sources:")
    lines.extend(("", "Question: " + q))
    messages.append({"role": "user", "content": str.join("\n", lines)})
    return messages
