from dataclasses import dataclass, field


@dataclass
class Block:
    messages: list = field(default_factory=list)
    cost: int = 0

    @property
    def role(self):
        return self.messages[0]["role"]


def split(messages, count_tokens):
    blocks = []
    for message in messages:
        if message["role"] == "tool":
            block = blocks[-1]
        else:
            block = Block()
            blocks.append(block)
        block.messages.append(message)
        block.cost += count_tokens(message)
    return blocks


def total(blocks):
    return sum(block.cost for block in blocks)


def flatten(blocks):
    return [message for block in blocks for message in block.messages]


def trim_history(messages, budget, count_tokens):
    rest = split(messages, count_tokens)
    system = []
    while rest and rest[0].role == "system":
        system.append(rest.pop(0))

    users = [i for i, block in enumerate(rest) if block.role == "user"]
    if users:
        before, asked, after = rest[: users[-1]], [rest[users[-1]]], rest[users[-1] + 1 :]
    else:
        before, asked, after = [], [], rest

    left = budget - total(system) - total(asked)
    if left < 0:
        raise ValueError("budget too small")

    tail = []
    gap = False
    for block in reversed(after):
        if block.cost > left:
            gap = True
            continue
        left -= block.cost
        tail.insert(0, block)
    if gap:
        return flatten(system + asked + tail)

    turns = []
    for block in before:
        if block.role == "user" or not turns:
            turns.append([])
        turns[-1].append(block)
    old = []
    for turn in reversed(turns):
        if total(turn) > left:
            break
        left -= total(turn)
        old = turn + old
    return flatten(system + old + asked + tail)
