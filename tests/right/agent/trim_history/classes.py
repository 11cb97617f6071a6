"""Small classes for block and turn, and a budget that is spent; memo of the costs by id."""

from dataclasses import dataclass, field


@dataclass
class Piece:
    at: list = field(default_factory=list)

    def cost(self, costs):
        return sum(costs[i] for i in self.at)


class Purse:
    def __init__(self, amount):
        self.amount = amount

    def pay(self, cost):
        if cost > self.amount:
            return False
        self.amount -= cost
        return True


class Trimmer:
    def __init__(self, messages, count_tokens):
        self.messages = tuple(messages)
        self.costs = [count_tokens(message) for message in self.messages]
        self.roles = [message["role"] for message in self.messages]
        self.head = 0
        for role in self.roles:
            if role != "system":
                break
            self.head += 1
        self.user = None
        for i, role in enumerate(self.roles):
            if role == "user":
                self.user = i

    def pinned(self):
        yield from range(self.head)
        if self.user is not None:
            yield self.user

    def recent(self):
        start = self.head if self.user is None else self.user + 1
        pieces = []
        for i in range(start, len(self.messages)):
            if self.roles[i] != "tool":
                pieces.append(Piece())
            pieces[-1].at.append(i)
        return pieces

    def turns(self):
        pieces = []
        for i in range(self.head, self.user or self.head):
            if self.roles[i] == "user" or not pieces:
                pieces.append(Piece())
            pieces[-1].at.append(i)
        return pieces

    def run(self, budget):
        purse, keep = Purse(budget), set(self.pinned())
        if not purse.pay(sum(self.costs[i] for i in keep)):
            raise ValueError(f"budget {budget} is too small")
        for piece in [*self.turns(), *self.recent()][::-1]:
            if not purse.pay(piece.cost(self.costs)):
                break
            keep.update(piece.at)
        return [self.messages[i] for i in sorted(keep)]


def trim_history(messages, budget, count_tokens):
    return Trimmer(messages, count_tokens).run(budget)
