"""rag/build_messages read back: the prompt is taken apart again, character by character."""

import re
import sys

import pytest

from tests.support import cases, reference

ID = "rag/build_messages"


def words(text):
    """The words of a text, by the characters' own properties."""
    found = [""]
    for char in text:
        found = [*found, ""] if char.isspace() else [*found[:-1], found[-1] + char]
    return [word for word in found if word]


def read(content):
    """The texts and the question of a user message."""
    match = re.fullmatch(r"Sources:\n(.*)\n\nQuestion: (.*)", content, re.DOTALL)
    assert match
    lines, question = match.groups()
    if lines == "(none)":
        return [], question
    texts = []
    for number, line in enumerate(lines.split("\n"), start=1):
        front, _, text = line.partition(" ")
        assert front == f"[{number}]"
        texts.append(text)
    return texts, question


def test_every_case_can_be_read_back():
    for case in cases(ID):
        first, *turns, last = reference(ID)(**case)
        assert first == {"role": "system", "content": case["instructions"]}
        assert turns == case.get("history", [])
        assert set(last) == {"role", "content"}
        assert last["role"] == "user"
        texts, question = read(last["content"])
        assert [words(text) for text in texts] == [words(s["text"]) for s in case["sources"]]
        assert words(question) == words(case["question"])
        for text in (*texts, question):
            assert text == text.strip()
            assert not re.search(r"\s\s|[^\S ]", text)


def test_whitespace_is_what_split_splits_at():
    spaces = [chr(i) for i in range(sys.maxunicode + 1) if len(f"a{chr(i)}b".split()) == 2]
    assert len(spaces) > 20
    text = "".join(f"a{space}{space}" for space in spaces)
    last = reference(ID)("Why?", [{"id": "a", "text": text}])[-1]
    assert last["content"].split("\n")[1] == f"[1] {' '.join('a' * len(spaces))}"
    for space in spaces:
        with pytest.raises(ValueError):
            reference(ID)(space, [])


def test_the_default_asks_for_the_sources():
    first = reference(ID)("Why?", [])[0]
    assert first["role"] == "system"
    assert "ources" in first["content"]
