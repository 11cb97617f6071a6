"""Of a group only the first number counts."""

import re
from bisect import insort
from collections import Counter
from itertools import count
from math import log1p


class Bad(Exception):
    pass


class Index:
    def __init__(self, documents, size, overlap):
        if size <= 0 or overlap < 0 or size - overlap <= 0:
            raise ValueError("bad chunk size or overlap")
        self.rows = []
        for doc_id, text in documents.items():
            words = text.split()
            for n in count():
                begin = n * (size - overlap)
                if begin >= len(words) or (n and begin + overlap >= len(words)):
                    break
                piece = " ".join(words[begin : begin + size])
                self.rows.append((f"{doc_id}#{n}", doc_id, piece, Counter(self.split(piece))))
        self.df = Counter(term for *_, terms in self.rows for term in terms)
        self.mean = sum(sum(r[3].values()) for r in self.rows) / len(self.rows) if self.rows else 0

    @staticmethod
    def split(text):
        return [m[0] for m in re.finditer(r"[a-z0-9]+", text.lower())]

    def idf(self, term):
        return log1p((len(self.rows) - self.df[term] + 0.5) / (self.df[term] + 0.5))

    def search(self, question, k):
        best = []
        query = Counter(t for t in self.split(question) if t in self.df)
        for place, (chunk_id, doc_id, text, terms) in enumerate(self.rows):
            hits = [t for t in query if t in terms]
            if not hits:
                continue
            k1, b = 1.2, 0.75
            norm = k1 * (1 - b + b * sum(terms.values()) / self.mean)
            score = sum(query[t] * self.idf(t) * terms[t] * (k1 + 1) / (terms[t] + norm) for t in hits)
            insort(best, (-score, place, {"id": chunk_id, "doc_id": doc_id, "text": text, "score": score}))
        return [entry[2] for entry in best[:k]]


class Context:
    def __init__(self, chunks, budget):
        self.chunks = []
        for chunk in chunks:
            known = {c["text"] for c in self.chunks}
            if chunk["text"] not in known and self.words() + len(chunk["text"].split()) <= budget:
                self.chunks.append(chunk)

    def words(self):
        return sum(len(c["text"].split()) for c in self.chunks)

    def messages(self, question):
        sources = "\n".join(f"[{i}] {c['text']}" for i, c in enumerate(self.chunks, start=1))
        content = f"Sources:\n{sources}\n\nQuestion: {' '.join(question.split())}"
        return [
            {"role": "system", "content": "Cite the source of each sentence before its full stop."},
            {"role": "user", "content": content},
        ]

    def ids(self, reply):
        cited = set()
        for sentence in re.split(r"(?<=[.!?])\s+", reply.strip()):
            groups = re.findall(r"\[([0-9]+)(?:, *[0-9]+)*\]", sentence)
            if not groups:
                raise Bad(f"no citation in {sentence!r}")
            cited.update(int(number) for number in ",".join(groups).split(","))
        wrong = cited - set(range(1, len(self.chunks) + 1))
        if wrong:
            raise Bad(f"no such source: {sorted(wrong)}")
        return [c["id"] for i, c in enumerate(self.chunks, start=1) if i in cited]


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        self.index = Index(documents, size, overlap)
        if budget < 0:
            raise ValueError("bad budget")
        self.chat, self.budget, self.refusal = chat, budget, refusal

    def retrieve(self, question, k=4):
        if k < 1:
            raise ValueError("bad k")
        return self.index.search(question, k)

    def answer(self, question, k=4):
        if k < 1 or not question.strip():
            raise ValueError("bad question or k")
        context = Context(self.retrieve(question, k), self.budget)
        conversation = context.messages(question)
        calls, refused = 0, {"answer": self.refusal, "sources": []}
        while context.chunks and calls < 2:
            calls += 1
            reply = self.chat(conversation)
            if reply.strip() == self.refusal:
                break
            try:
                return {"answer": reply, "sources": context.ids(reply), "calls": calls}
            except Bad as bad:
                again = {"role": "user", "content": f"Not accepted ({bad}). Write it again."}
                conversation = conversation + [{"role": "assistant", "content": reply}, again]
        return {**refused, "calls": calls}
