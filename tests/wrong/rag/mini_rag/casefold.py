"""Terms are taken from the case-folded text."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import log


@dataclass(frozen=True)
class Chunk:
    doc_id: str
    n: int
    text: str

    @cached_property
    def terms(self):
        return Counter(words_of(self.text))

    @property
    def id(self):
        return self.doc_id + "#" + str(self.n)


def words_of(text):
    return re.compile("[a-z0-9]+").findall(text.casefold())


def spans(words, size, overlap, n=0):
    if not words:
        return []
    if len(words) <= size:
        return [(n, " ".join(words))]
    return [(n, " ".join(words[:size])), *spans(words[size - overlap :], size, overlap, n + 1)]


def score(chunk, chunks, query):
    mean = sum(c.terms.total() for c in chunks) / len(chunks)

    def part(term):
        f, n = chunk.terms[term], sum(term in c.terms for c in chunks)
        if f == 0:
            return 0.0
        weight = log(1 + (len(chunks) - n + 0.5) / (n + 0.5))
        return weight * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * chunk.terms.total() / mean))

    return sum(map(part, query))


def sentences(text):
    start = 0
    for i in range(1, len(text)):
        if text[i].isspace() and text[i - 1] in ".!?":
            yield text[start:i].strip()
            start = i
    yield text[start:].strip()


def numbers(sentence):
    for piece in sentence.split("[")[1:]:
        inside, bracket, _ = piece.partition("]")
        parts = inside.split(",")
        parts = parts[:1] + [p.lstrip(" ") for p in parts[1:]]
        if bracket and all(p and set(p) <= set("0123456789") for p in parts):
            yield from (int(p) for p in parts)


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if not (size >= 1 and 0 <= overlap < size and budget >= 0):
            raise ValueError("size, overlap or budget")
        self.chunks = tuple(
            Chunk(doc_id, n, text)
            for doc_id, whole in documents.items()
            for n, text in spans(whole.split(), size, overlap)
        )
        self.ask, self.budget, self.refusal = chat, budget, refusal

    def retrieve(self, question, k=4):
        if k < 1:
            raise ValueError("k must be positive")
        query = words_of(question)
        scored = [(score(c, self.chunks, query), c) for c in self.chunks if set(query) & set(c.terms)]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        return [{"id": c.id, "doc_id": c.doc_id, "text": c.text, "score": s} for s, c in scored[:k]]

    def answer(self, question, k=4):
        asked = " ".join(question.split())
        if asked == "":
            raise ValueError("no question")
        taken = {}
        for chunk in self.retrieve(question, k=k):
            together = " ".join([*taken, chunk["text"]])
            if chunk["text"] not in taken and len(together.split()) <= self.budget:
                taken[chunk["text"]] = chunk["id"]
        texts, ids = list(taken), list(taken.values())
        if len(ids) == 0:
            return dict(answer=self.refusal, sources=[], calls=0)
        body = "Sources:\n" + "".join(f"[{i + 1}] {t}\n" for i, t in enumerate(texts)) + f"\nQuestion: {asked}"
        instructions = f"Use the sources, cite them as [n], or reply {self.refusal!r}."
        first = [dict(role="system", content=instructions), dict(role="user", content=body)]
        return self.attempt(first, ids, 1)

    def attempt(self, messages, ids, calls):
        reply = self.ask(messages).strip()
        if reply == self.refusal:
            return dict(answer=self.refusal, sources=[], calls=calls)
        found = [set(numbers(s)) for s in sentences(reply)]
        allowed = set(range(1, len(ids) + 1))
        if all(found) and set().union(*found) <= allowed:
            cited = sorted(set().union(*found))
            return dict(answer=reply, sources=[ids[c - 1] for c in cited], calls=calls)
        if calls == 2:
            return dict(answer=self.refusal, sources=[], calls=calls)
        more = [dict(role="assistant", content=reply), dict(role="user", content="That was not cited. Again!")]
        return self.attempt(messages + more, ids, calls + 1)
