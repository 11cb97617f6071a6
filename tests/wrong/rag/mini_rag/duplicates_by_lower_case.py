"""Texts that differ in case only count as the same."""

import heapq
import math
import re
from collections import defaultdict

CITATION = re.compile(r"\[([0-9]+(?:, *[0-9]+)*)\]")
SYSTEM = "You answer questions from numbered sources. End every sentence with its source, as in [1]."


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if size < 1:
            raise ValueError("size")
        if overlap < 0 or overlap >= size:
            raise ValueError("overlap")
        if budget < 0:
            raise ValueError("budget")
        self.chat = chat
        self.budget = budget
        self.refusal = refusal
        self.chunks = []
        self.lengths = []
        self.postings = defaultdict(dict)
        for doc_id, text in documents.items():
            words = text.split()
            start, n = 0, 0
            while start < len(words):
                end = min(start + size, len(words))
                self._add(doc_id, n, " ".join(words[start:end]))
                if end == len(words):
                    break
                start += size - overlap
                n += 1

    def _terms(self, text):
        return re.findall("[a-z0-9]+", text.lower())

    def _add(self, doc_id, n, text):
        number = len(self.chunks)
        self.chunks.append({"id": f"{doc_id}#{n}", "doc_id": doc_id, "text": text})
        found = self._terms(text)
        self.lengths.append(len(found))
        for term in found:
            self.postings[term][number] = self.postings[term].get(number, 0) + 1

    def retrieve(self, question, k=4):
        if k < 1:
            raise ValueError("k")
        scores = defaultdict(float)
        total = len(self.chunks)
        for term in self._terms(question):
            holders = self.postings.get(term, {})
            idf = math.log(1 + (total - len(holders) + 0.5) / (len(holders) + 0.5))
            for number, f in holders.items():
                norm = 1 - 0.75 + 0.75 * self.lengths[number] / (sum(self.lengths) / total)
                scores[number] += idf * f * (1.2 + 1) / (f + 1.2 * norm)
        best = heapq.nsmallest(k, scores.items(), key=lambda item: (-item[1], item[0]))
        return [dict(self.chunks[number], score=score) for number, score in best]

    def _pack(self, chunks):
        packed = []
        for chunk in chunks:
            if chunk["text"].lower() in [other["text"].lower() for other in packed]:
                continue
            joined = "\n\n".join([other["text"] for other in packed] + [chunk["text"]])
            if len(joined.split()) <= self.budget:
                packed.append(chunk)
        return packed

    def _messages(self, question, packed):
        lines = ["Sources:"]
        for number, chunk in enumerate(packed, 1):
            lines.append(f"[{number}] {chunk['text']}")
        lines += ["", "Question: " + " ".join(question.split())]
        return [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": "\n".join(lines)},
        ]

    def _check(self, reply, count):
        cited, invalid, uncited = set(), set(), []
        for sentence in re.split(r"(?<=[.!?])\s+", reply.strip()):
            valid = set()
            for group in CITATION.findall(sentence):
                for number in map(int, group.split(",")):
                    (valid if 1 <= number <= count else invalid).add(number)
            if not valid:
                uncited.append(sentence)
            cited |= valid
        return sorted(cited), not invalid and not uncited

    def answer(self, question, k=4):
        if not question.strip():
            raise ValueError("blank question")
        packed = self._pack(self.retrieve(question, k))
        result = {"answer": self.refusal, "sources": [], "calls": 0}
        if not packed:
            return result
        messages = self._messages(question, packed)
        for _ in range(2):
            reply = self.chat(list(messages))
            result["calls"] += 1
            if reply.strip() == self.refusal:
                break
            cited, good = self._check(reply, len(packed))
            if good:
                result["answer"] = reply
                result["sources"] = [packed[number - 1]["id"] for number in cited]
                break
            messages.append({"role": "assistant", "content": reply})
            messages.append({"role": "user", "content": "Please cite a listed source in each sentence."})
        return result
