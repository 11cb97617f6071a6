import math
import re


def MiniRAG_parts(documents, size, overlap):
    out = []
    for doc_id in documents:
        tokens = documents[doc_id].split()
        n = start = 0
        while start < len(tokens):
            piece = tokens[start : start + size]
            out.append({"id": str(doc_id) + "#" + str(n), "doc_id": doc_id, "text": " ".join(piece)})
            if start + size >= len(tokens):
                break
            n, start = n + 1, start + size - overlap
    return out


def split_sentences(text):
    """By hand: a sentence ends at . ! or ? that white space follows."""
    text = text.strip()
    sentences, begin, i = [], 0, 0
    while i < len(text):
        if text[i].isspace() and i and text[i - 1] in ".!?":
            sentences.append(text[begin:i])
            while i < len(text) and text[i].isspace():
                i += 1
            begin = i
        else:
            i += 1
    sentences.append(text[begin:])
    return sentences


def cited_numbers(text):
    numbers = []
    for group in re.findall(r"\[(\d+(?:, *\d+)*)\]", text, flags=re.ASCII):
        numbers.extend(map(int, re.split(r", *", group)))
    return numbers


class MiniRAG:
    def __init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know."):
        if size < 1:
            raise ValueError("size must be positive")
        if overlap not in range(size):
            raise ValueError("overlap must be in 0..size-1")
        if budget < 0:
            raise ValueError("negative budget")
        chunks = MiniRAG_parts(documents, size, overlap)
        split = lambda text: re.findall(r"[a-z0-9]+", text.lower())
        bags = [split(c["text"]) for c in chunks]
        average = sum(map(len, bags)) / max(1, len(bags))

        def score(query, bag):
            total = 0
            for term in reversed(query):
                f = bag.count(term)
                if f == 0:
                    continue
                n_t = sum(term in other for other in bags)
                idf = math.log(1 + (len(bags) - n_t + 0.5) / (n_t + 0.5))
                total += idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * len(bag) / average))
            return total

        def retrieve(question, k=4):
            if k < 1:
                raise ValueError("k must be positive")
            query = split(question)
            found = []
            for chunk, bag in zip(chunks, bags):
                if set(query) & set(bag):
                    found.append(chunk | {"score": score(query, bag)})
            found.sort(key=lambda c: round(c["score"], 10), reverse=True)
            return found[:k]

        def verdict(reply, n):
            if not reply.strip():
                return False
            if reply.strip() == refusal:
                return True
            return all(1 <= c <= n for c in cited_numbers(reply)) and all(
                cited_numbers(s) for s in split_sentences(reply)
            )

        def answer(question, k=4):
            if k < 1:
                raise ValueError("k must be positive")
            if not question.strip():
                raise ValueError("blank")
            packed, used = [], 0
            for chunk in retrieve(question, k):
                cost = len(chunk["text"].split())
                if used + cost > budget or any(p["text"] == chunk["text"] for p in packed):
                    continue
                packed.append(chunk)
                used += cost
            nothing = {"answer": refusal, "sources": [], "calls": 0}
            if not packed:
                return nothing
            lines = ["Sources:", *(f"[{i + 1}] {c['text']}" for i, c in enumerate(packed))]
            lines += ["", f"Question: {' '.join(question.split())}"]
            messages = [
                dict(role="system", content="Cite."),
                dict(role="user", content="\n".join(lines)),
            ]
            reply, calls = chat(list(messages)), 1
            if not verdict(reply, len(packed)):
                messages.append(dict(role="assistant", content=reply))
                messages.append(dict(role="user", content="?"))
                reply, calls = chat(list(messages)), 2
            if reply.strip() == refusal or not verdict(reply, len(packed)):
                return nothing | {"calls": calls}
            numbers = sorted({*cited_numbers(reply)})
            return nothing | {
                "answer": reply,
                "sources": [packed[n - 1]["id"] for n in numbers],
                "calls": calls,
            }

        self._retrieve, self._answer = retrieve, answer

    def retrieve(self, question, k=4):
        return self._retrieve(question, k)

    def answer(self, question, k=4):
        return self._answer(question, k)
