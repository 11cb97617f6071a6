import math
import re
from collections import Counter

INSTRUCTIONS = (
    "Answer only from the numbered sources. Cite them like [1] in every sentence. "
    "If they do not hold the answer, say so."
)


def terms(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def chunk_spans(n, size, overlap):
    spans, start = [], 0
    while n > 0:
        end = min(start + size, n)
        spans.append((start, end))
        if end == n:
            break
        start += size - overlap
    return spans


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        self.k1, self.b = k1, b
        self.counts = [Counter(doc) for doc in docs]
        self.lengths = [len(doc) for doc in docs]
        self.n = len(docs)
        self.avg = sum(self.lengths) / self.n if docs else 0.0
        self.df = Counter()
        for count in self.counts:
            self.df.update(count.keys())

    def idf(self, term):
        n_t = self.df[term]
        return math.log(1 + (self.n - n_t + 0.5) / (n_t + 0.5))

    def score(self, query, i):
        total = 0.0
        for term in query:
            f = self.counts[i][term]
            if f:
                norm = self.k1 * (1 - self.b + self.b * self.lengths[i] / self.avg)
                total += self.idf(term) * f * (self.k1 + 1) / (f + norm)
        return total

    def search(self, query, k):
        hits = [i for i in range(self.n) if any(t in self.counts[i] for t in query)]
        scored = [(i, self.score(query, i)) for i in hits]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]


def collapse(text):
    return " ".join(text.split())


def pack_context(sources, budget, separator="\n\n"):
    taken, seen = [], set()
    for source in sources:
        key = collapse(source["text"])
        if not key or key in seen:
            continue
        joined = separator.join([s["text"] for s in taken] + [source["text"]])
        if len(terms(joined)) <= budget:
            taken.append(source)
            seen.add(key)
    return taken


def build_messages(question, sources):
    lines = ["Sources:"]
    for i, source in enumerate(sources, start=1):
        lines.append(f"[{i}] {collapse(source['text'])}")
    lines.append("")
    lines.append("Question: " + collapse(question))
    return [
        {"role": "system", "content": INSTRUCTIONS},
        {"role": "user", "content": "\n".join(lines)},
    ]


GROUP = re.compile(r"\[[0-9]+(?:, *[0-9]+)*\]")


def numbers_in(text):
    return [int(n) for group in GROUP.findall(text) for n in re.findall(r"[0-9]+", group)]


def check_citations(answer, n_sources, refusal):
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    found = set(numbers_in(text))
    cited = sorted(n for n in found if 1 <= n <= n_sources)
    invalid = sorted(n for n in found if not 1 <= n <= n_sources)
    uncited = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if not any(1 <= n <= n_sources for n in numbers_in(sentence)):
            uncited.append(sentence)
    return {"cited": cited, "invalid": invalid, "uncited": uncited}


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if size < 1 or overlap < 0 or overlap >= size:
            raise ValueError("size and overlap must satisfy 0 <= overlap < size")
        if budget < 0:
            raise ValueError("budget must not be negative")
        self.chat = chat
        self.budget = budget
        self.refusal = refusal
        self.chunks = []
        for doc_id, text in documents.items():
            words = text.split()
            for n, (start, end) in enumerate(chunk_spans(len(words), size, overlap)):
                self.chunks.append(
                    {"id": f"{doc_id}#{n}", "doc_id": doc_id, "text": " ".join(words[start:end])}
                )
        self.index = BM25([terms(chunk["text"]) for chunk in self.chunks])

    def retrieve(self, question, k=4):
        if k < 1:
            raise ValueError("k must be at least 1")
        hits = self.index.search(terms(question), k)
        return [{**self.chunks[i], "score": score} for i, score in hits]

    def answer(self, question, k=4):
        if not question.strip():
            raise ValueError("the question is blank")
        found = self.retrieve(question, k)
        sources = pack_context(found, self.budget)
        if not sources:
            return self._refuse(0)
        messages = build_messages(question, sources)
        reply = self.chat(messages)
        calls = 1
        report = check_citations(reply, len(sources), self.refusal)
        if not self._good(reply, report):
            repair = messages + [
                {"role": "assistant", "content": reply},
                {"role": "user", "content": "Cite a valid source in every sentence."},
            ]
            reply = self.chat(repair)
            calls = 2
            report = check_citations(reply, len(sources), self.refusal)
            if not self._good(reply, report):
                return self._refuse(calls)
        if reply.strip() == self.refusal:
            return self._refuse(calls)
        cited = [sources[n - 1]["id"] for n in report["cited"]]
        return {"answer": reply, "sources": cited, "calls": calls}

    def _good(self, reply, report):
        return bool(reply.strip()) and not report["invalid"] and not report["uncited"]

    def _refuse(self, calls):
        return {"answer": self.refusal, "sources": [], "calls": calls}
