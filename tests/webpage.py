"""Reading a page of HTML into its elements, strictly."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "wbr"}


class Element:
    """One element of a page, with what lies in it."""

    def __init__(self, name: str, attributes: dict[str, str | None]) -> None:
        self.name, self.attributes = name, attributes
        self.inside: list[Element] = []
        self.words: list[str] = []

    def all(self, *names: str) -> list[Element]:
        """Every element below with one of these names, in order."""
        found = []
        for child in self.inside:
            found += [child] if not names or child.name in names else []
            found += child.all(*names)
        return found

    @property
    def text(self) -> str:
        """The words of this element and those below it."""
        return " ".join([*self.words, *(child.text for child in self.inside)])


class Reader(HTMLParser):
    """Builds the elements of a page; every end must belong to the last beginning."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]
        self.feed(page)
        self.close()
        assert len(self.open) == 1, "an element has no end"

    @property
    def root(self) -> Element:
        return self.open[0]

    def handle_starttag(self, name, attributes):
        element = Element(name, dict(attributes))
        self.open[-1].inside.append(element)
        if name not in VOID:
            self.open.append(element)

    def handle_endtag(self, name):
        assert self.open.pop().name == name

    def handle_data(self, data):
        self.open[-1].words.append(data)


def section(root: Element, title: str) -> Element:
    """The section with that heading."""
    (found,) = [s for s in root.all("section") if s.all("h2")[0].text == title]
    return found
