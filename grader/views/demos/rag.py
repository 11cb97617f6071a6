"""`drill demo rag`: question answering over Python's own language reference.

`pydoc_data.topics` comes with every interpreter: some 80 topics, half a million characters.
"""

from __future__ import annotations

import argparse
import math
import re
import textwrap
from collections import Counter
from typing import Any

from grader.judge import talk
from grader.judge.open import open_judge
from grader.views import exits
from grader.views.demos.server import Server
from grader.views.demos.whose import solver
from grader.views.exits import Misuse
from grader.views.layout import Line, block, hanging, labelled, line, room
from grader.views.screen import Screen
from grader.words.given import Function
from grader.words.subject import Rig

QUESTION = "When is the finally clause of a try statement executed?"
EXERCISE = "rag/mini_rag"
REFUSAL = "I don't know."
SENTENCES = 2  # of the stand-in's answer
COMMON = {
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how",
    "i", "if", "in", "is", "it", "its", "of", "on", "or", "that", "the", "this", "to", "what",
    "when", "where", "which", "who", "why", "will", "with", "you",
}  # fmt: skip


def demo(args: argparse.Namespace, view: Screen) -> int:
    """Answer one question, and show what happened on the way."""
    question = " ".join(args.words) if args.words else QUESTION
    if not question.strip():
        raise Misuse("The question is blank; say for example `drill demo rag What is a lambda?`.")
    chat = Function(Server(args.base_url, args.model).chat if args.base_url else extractive)
    documents = topics()
    view.say("Loading torch ...", "dim")
    with open_judge() as judge:
        found = solver(judge, EXERCISE, view)
        size = sum(map(len, documents.values()))
        view.say(f"Source: Python's reference, {len(documents)} topics, {size:,} characters.")
        passages, answer = found.run(Rig(retrieve_and_answer), documents, chat, question, args.k)
    view.show(_told(question, passages, chat, answer, view.width))
    return exits.PASSED


def retrieve_and_answer(solution, documents, chat, question, k):  # type: ignore[no-untyped-def]
    """Runs beside the solution: what it finds, and what it answers."""
    rag = solution(documents, chat)
    return rag.retrieve(question, k), rag.answer(question, k)


def topics() -> dict[str, str]:
    """Python's language reference, by topic."""
    from pydoc_data.topics import topics as found

    return dict(found)


def _told(
    question: str, passages: list[Any], chat: Function, answer: dict[str, Any], width: int
) -> list[Line]:
    lines = [line(), *labelled("question", question, width, "strong"), line()]
    rows = "\n".join(_passage(passage, room(width)) for passage in passages)
    lines += block("retrieved", rows or "nothing", width, limit=40)
    for number, (messages,) in enumerate(chat.calls, 1):
        lines += [line(), line(f"  prompt {number}", "label")]
        for row in talk.whole(messages).splitlines():
            lines += hanging(row, width, 13)
    lines += [line(), *labelled("answer", answer["answer"], width, "good")]
    lines += labelled("sources", ", ".join(answer["sources"]) or "none", width)
    return [*lines, *labelled("model calls", str(answer["calls"]), width)]


def _passage(passage: dict[str, Any], room: int) -> str:
    """One row: the score, the place, and as much of the text as there is room for."""
    head = f"{passage['score']:6.2f}  {passage['id']:<16}  "
    return head + textwrap.shorten(passage["text"], max(16, room - len(head)), placeholder=" ...")


def extractive(messages: list[dict[str, Any]]) -> str:
    """A stand-in for a language model: the sentences of the sources that fit the question best."""
    prompt = next(m["content"] for m in messages if m["content"].startswith("Sources:"))
    question = prompt.rpartition("\nQuestion: ")[2]
    sources = re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)
    sentences = [(number, s) for number, text in sources for s in _sentences(text)]
    wanted = _terms(question)
    spread = Counter(term for _, s in sentences for term in _terms(s) & wanted)
    weight = {term: math.log(1 + len(sentences) / count) for term, count in spread.items()}

    def fit(number: str, sentence: str) -> float:
        terms = _terms(sentence)
        # Long sentences hold many words by chance, and better sources come first.
        return (
            sum(weight[t] for t in terms & wanted) / math.sqrt(4 + len(terms)) / (1 + int(number))
        )

    best = sorted(sentences, key=lambda pair: -fit(*pair))[:SENTENCES]
    cited = [f"{_cleaned(s)} [{number}]." for number, s in best if fit(number, s) > 0]
    return " ".join(cited) or REFUSAL


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if len(_terms(s)) > 3]


def _terms(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - COMMON


def _cleaned(sentence: str) -> str:
    """A sentence without its full stop, and without brackets that would read as a citation."""
    return re.sub(r"\[[0-9, ]+\]", "", sentence).strip().rstrip(".!?:").strip()
