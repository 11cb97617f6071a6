"""rag/mini_rag against one function that does everything the long way, a step at a time."""

import itertools
import math
import re

import pytest

from tests.support import cases, module, reference

ID = "rag/mini_rag"
DEFAULTS = {"k": 4, "size": 50, "overlap": 10, "budget": 200, "refusal": "I don't know."}


def split_terms(text):
    """Runs of a to z and 0 to 9, character by character."""
    kept = "".join(c if c in "abcdefghijklmnopqrstuvwxyz0123456789" else " " for c in text.lower())
    return kept.split()


def windows(words, size, overlap):
    """Every window of the words at a multiple of the step, but those within an earlier one."""
    found, covered = [], 0
    for start in range(0, len(words), size - overlap):
        if start + size > covered and covered < len(words):
            found.append(words[start : start + size])
            covered = start + size
    return found


def score(text, texts, query):
    """BM25 as the logarithm of a product, each factor from scratch."""
    mean = sum(len(split_terms(t)) for t in texts) / len(texts)
    product = 1.0
    for term in query:
        f = split_terms(text).count(term)
        holding = len([t for t in texts if term in split_terms(t)])
        share = (len(texts) + 1) / (holding + 0.5)
        room = f + 0.3 + 0.9 * len(split_terms(text)) / mean
        product *= share ** (2.2 * f / room)
    return math.log(product)


def cited(sentence):
    """The numbers cited, found by trying every pair of brackets."""
    found = []
    for i, j in itertools.combinations(range(len(sentence)), 2):
        if sentence[i] != "[" or sentence[j] != "]":
            continue
        parts = sentence[i + 1 : j].split(",")
        if all(re.fullmatch("[0-9]+" if n == 0 else " *[0-9]+", p) for n, p in enumerate(parts)):
            found += map(int, parts)
    return found


def sentences(reply):
    found = [""]
    for char in reply.strip():
        if char.isspace() and found[-1][-1:] in tuple(".!?"):
            found.append("")
        found[-1] += char if found[-1] or not char.isspace() else ""
    return [sentence for sentence in found if sentence]


def expected(documents, question, replies, **settings):
    """Retrieved chunks, the user message and the result."""
    to = {**DEFAULTS, **settings}
    chunks = [
        {"id": f"{name}#{n}", "doc_id": name, "text": " ".join(window)}
        for name, text in documents.items()
        for n, window in enumerate(windows(text.split(), to["size"], to["overlap"]))
    ]
    query, texts = split_terms(question), [chunk["text"] for chunk in chunks]
    hits = [chunk for chunk in chunks if set(query) & set(split_terms(chunk["text"]))]
    hits = [{**chunk, "score": score(chunk["text"], texts, query)} for chunk in hits]
    found = []
    while hits and len(found) < to["k"]:
        top = max(chunk["score"] for chunk in hits)
        found.append(next(chunk for chunk in hits if chunk["score"] > top - 1e-9))
        hits.remove(found[-1])
    packed = []
    for chunk in found:
        trial = [*packed, chunk]
        words = " ".join(one["text"] for one in trial).split()
        if len({one["text"] for one in trial}) == len(trial) and len(words) <= to["budget"]:
            packed = trial
    lines = [f"[{packed.index(one) + 1}] {one['text']}" for one in packed]
    prompt = "\n".join(["Sources:", *lines, "", "Question: " + " ".join(question.split())])
    replies = [*replies, *replies[-1:]]
    for calls in range(1, 3) if packed else ():
        reply = replies[calls - 1].strip()
        if reply == to["refusal"]:
            return found, prompt, {"answer": reply, "sources": [], "calls": calls}
        by_sentence = [cited(sentence) for sentence in sentences(reply)]
        numbers = {number for some in by_sentence for number in some}
        if by_sentence and all(by_sentence) and numbers <= set(range(1, len(packed) + 1)):
            ids = [one["id"] for i, one in enumerate(packed) if i + 1 in numbers]
            return found, prompt, {"answer": reply, "sources": ids, "calls": calls}
    return found, prompt, {"answer": to["refusal"], "sources": [], "calls": 2 if packed else 0}


def test_every_case_against_the_long_way():
    for case in cases(ID):
        want_found, prompt, want = expected(**case)
        given, k = [], {"k": case["k"]} if "k" in case else {}
        settings = {n: case[n] for n in ("size", "overlap", "budget", "refusal") if n in case}

        def chat(messages, given=given, replies=case["replies"]):
            given.append(messages)
            return replies[min(len(given), len(replies)) - 1]

        rag = reference(ID)(case["documents"], chat, **settings)
        found = rag.retrieve(case["question"], **k)
        assert [{**one, "score": 0} for one in found] == [{**w, "score": 0} for w in want_found]
        assert [one["score"] for one in found] == pytest.approx([w["score"] for w in want_found])
        assert rag.answer(case["question"], **k) == want
        assert len(given) == want["calls"]
        assert [messages[1]["content"] for messages in given] == [prompt] * len(given)
        assert [[m["role"] for m in messages] for messages in given] == [
            ["system", "user"],
            ["system", "user", "assistant", "user"],
        ][: len(given)]


def test_no_case_depends_on_the_order_of_a_sum():
    for case in cases(ID):
        assert not module(ID).near(case)
