from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

K1, B = 1.2, 0.75
TERM = re.compile("[a-z0-9]+")
CITE = re.compile(r"\[([0-9]+(?:, *[0-9]+)*)\]")


@dataclass(frozen=True)
class Chunk:
    id: str
    doc_id: object
    text: str

    @property
    def terms(self) -> list[str]:
        return TERM.findall(self.text.lower())


@dataclass
class Index:
    chunks: list[Chunk]
    postings: dict = field(default_factory=lambda: defaultdict(dict))
    lengths: list[int] = field(default_factory=list)

    def __post_init__(self):
        for i, chunk in enumerate(self.chunks):
            bag = Counter(chunk.terms)
            self.lengths.append(sum(bag.values()))
            for term, f in bag.items():
                self.postings[term][i] = f
        self.mean = sum(self.lengths) / len(self.lengths) if self.lengths else 1.0

    def top(self, question: str, k: int) -> list[tuple[float, int]]:
        scores: dict[int, float] = defaultdict(float)
        for term, times in Counter(TERM.findall(question.lower())).items():
            hits = self.postings.get(term)
            if not hits:
                continue
            idf = math.log1p((len(self.chunks) - len(hits) + 0.5) / (len(hits) + 0.5))
            for i, f in hits.items():
                length = 1 - B + B * self.lengths[i] / self.mean
                scores[i] += times * idf * f * (K1 + 1) / (f + K1 * length)
        return heapq.nsmallest(k, ((-s, i) for i, s in scores.items()))


@dataclass
class Verdict:
    refused: bool
    cited: list[int]
    good: bool


class MiniRAG:
    SYSTEM = "Use the sources only. Every sentence ends with its citation, like [2]."
    REPAIR = "Some sentence has no valid citation. Write the answer once more, citing each."

    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if not (size >= 1 and 0 <= overlap < size and budget >= 0):
            raise ValueError(f"bad size {size}, overlap {overlap} or budget {budget}")
        self._chat, self._budget, self._refusal = chat, budget, refusal
        chunks = []
        for doc_id, text in documents.items():
            words = text.split()
            starts = range(0, max(len(words) - overlap, 1), size - overlap) if words else ()
            chunks.extend(
                Chunk(f"{doc_id}#{n}", doc_id, " ".join(words[s : s + size]))
                for n, s in enumerate(starts)
            )
        self._index = Index(chunks)

    def retrieve(self, question, k=4):
        if k < 1:
            raise ValueError("k")
        result = []
        for negative, i in self._index.top(question, k):
            c = self._index.chunks[i]
            result.append(dict(id=c.id, doc_id=c.doc_id, text=c.text, score=-negative))
        return result

    def answer(self, question, k=4):
        if question.split() == []:
            raise ValueError("blank question")
        packed = self._pack(self.retrieve(question, k=k))
        no = {"answer": self._refusal, "sources": [], "calls": 0}
        if not packed:
            return no
        conversation = self._prompt(question, packed)
        for calls in (1, 2):
            reply = self._chat([dict(m) for m in conversation])
            verdict = self._judge(reply, len(packed))
            if verdict.refused:
                return {**no, "calls": calls}
            if verdict.good:
                return {
                    "answer": reply,
                    "sources": [packed[n - 1]["id"] for n in verdict.cited],
                    "calls": calls,
                }
            conversation.append({"role": "assistant", "content": reply})
            conversation.append({"role": "user", "content": self.REPAIR})
        return {**no, "calls": 2}

    def _pack(self, sources):
        # chunk texts are already collapsed, and the separator adds no word
        left, texts, kept = self._budget, set(), []
        for source in sources:
            cost = len(source["text"].split())
            if cost <= left and source["text"] not in texts:
                left -= cost
                texts.add(source["text"])
                kept.append(source)
        return kept

    def _prompt(self, question, packed):
        body = "Sources:\n"
        for n, source in enumerate(packed, 1):
            body += f"[{n}] {source['text']}\n"
        body += "\nQuestion: " + " ".join(question.split())
        return [{"role": "system", "content": self.SYSTEM}, {"role": "user", "content": body}]

    def _judge(self, reply, n):
        stripped = reply.strip()
        if not stripped:
            return Verdict(False, [], False)
        if stripped == self._refusal:
            return Verdict(True, [], True)
        numbers = lambda text: {int(x) for g in CITE.findall(text) for x in g.split(",")}
        everything = numbers(stripped)
        valid = set(range(1, n + 1))
        sentences = re.split(r"(?<=[.!?])\s+", stripped)
        good = everything <= valid and all(numbers(s) & valid for s in sentences)
        return Verdict(False, sorted(everything & valid), good)
