"""The system message is empty."""

import re

import numpy as np


def tokenize(text):
    return re.findall(r"[a-z0-9]+", text.lower())


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if size < 1 or overlap < 0 or overlap >= size or budget < 0:
            raise ValueError((size, overlap, budget))
        self._chat, self._budget, self._refusal = chat, int(budget), refusal
        self._ids, self._docs, self._texts = [], [], []
        for name in list(documents):
            words = documents[name].split()
            count = 0 if not words else 1 + max(0, -(-(len(words) - size) // (size - overlap)))
            for n in range(count):
                begin = n * (size - overlap)
                self._ids.append(f"{name}#{n}")
                self._docs.append(name)
                self._texts.append(" ".join(words[begin : begin + size]))
        tokens = [tokenize(text) for text in self._texts]
        self._vocabulary = {t: i for i, t in enumerate(sorted(set(sum(tokens, []))))}
        self._counts = np.zeros((len(tokens), len(self._vocabulary)))
        for row, found in enumerate(tokens):
            for t in found:
                self._counts[row, self._vocabulary[t]] += 1

    def _scores(self, columns):
        tf = self._counts
        holders = (tf > 0).sum(axis=0)
        idf = np.log1p((len(tf) - holders + 0.5) / (holders + 0.5))
        lengths = tf.sum(axis=1)
        norm = 1.2 * (0.25 + 0.75 * lengths / max(lengths.mean(), 1e-12))
        scores = np.zeros(len(tf))
        for column in columns:
            f = tf[:, column]
            scores = scores + idf[column] * f * 2.2 / np.maximum(f + norm, 1e-12)
        return scores

    def retrieve(self, question, k=4):
        if k <= 0:
            raise ValueError("k")
        columns = [self._vocabulary[t] for t in tokenize(question) if t in self._vocabulary]
        if not columns:
            return []
        scores = self._scores(columns)
        order = np.argsort(-scores, kind="stable")
        rows = [int(i) for i in order if scores[i] > 0][:k]
        return [
            {"score": float(scores[i]), "text": self._texts[i], "doc_id": self._docs[i], "id": self._ids[i]}
            for i in rows
        ]

    def answer(self, question, k=4):
        if len(question.split()) == 0:
            raise ValueError("question")
        left, seen, packed = self._budget, set(), []
        for c in self.retrieve(question, k):
            need = c["text"].count(" ") + 1
            if c["text"] in seen or need > left:
                continue
            seen.add(c["text"])
            packed.append(c)
            left -= need
        if packed == []:
            return self._result(None, [], 0)
        user = ["Sources:"]
        user.extend("[%d] %s" % (i + 1, c["text"]) for i, c in enumerate(packed))
        user.append("")
        user.append("Question: " + re.sub(r"\s+", " ", question).strip())
        system = {"content": "", "role": "system"}
        conversation = (system, {"content": "\n".join(user), "role": "user"})
        first = self._chat([dict(m) for m in conversation])
        found = self._cited(first, len(packed))
        if found is not None:
            return self._result(first, [packed[i - 1]["id"] for i in found], 1)
        conversation += ({"role": "assistant", "content": first}, {"role": "user", "content": "Cite properly."})
        second = self._chat([dict(m) for m in conversation])
        found = self._cited(second, len(packed))
        if found is not None:
            return self._result(second, [packed[i - 1]["id"] for i in found], 2)
        return self._result(None, [], 2)

    def _cited(self, reply, n):
        """Sorted numbers, [] for a refusal, None for a bad reply."""
        stripped = reply.strip()
        if stripped == self._refusal:
            return []
        all_numbers = set()
        for sentence in re.sub(r"([.!?])\s+", "\\1\x00", stripped).split("\x00"):
            groups = [m.group()[1:-1] for m in re.finditer(r"\[[0-9]+(, *[0-9]+)*\]", sentence)]
            if not groups:
                return None
            all_numbers.update(int(x) for g in groups for x in g.split(","))
        if min(all_numbers) < 1 or max(all_numbers) > n:
            return None
        return sorted(all_numbers)

    def _result(self, reply, ids, calls):
        if reply is None or not ids:
            reply = self._refusal
        return {"answer": reply, "sources": ids, "calls": calls}
