"""Puts a mark in place of the whitespace after a sentence, then splits at the mark."""
import re


class Checker:
    def __init__(self, n):
        self.n = n
        self.good, self.bad, self.bare = set(), set(), []

    def sentence(self, s):
        valid = 0
        for match in re.finditer(r"\[[0-9]+(, *[0-9]+)*\]", s):
            for text in re.findall("[0-9]+", match[0]):
                number = int(text)
                if number < 1 or number > self.n:
                    self.bad.add(number)
                else:
                    self.good.add(number)
                    valid += 1
        if valid == 0:
            self.bare.append(s)


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError
    checker = Checker(n_sources)
    stripped = answer.strip()
    if stripped and stripped != refusal:
        for s in re.sub(r"([.!?])\s+", "\\1\0", stripped).split("\0"):
            checker.sentence(s)
    return {"uncited": checker.bare, "invalid": sorted(checker.bad), "cited": sorted(checker.good)}
