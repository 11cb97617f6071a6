"""rag/tenant_search against a database: in SQL nothing equals NULL, so what is missing hides."""

import sqlite3

import pytest

from tests.support import cases, reference

ID = "rag/tenant_search"

SEARCH = """
    SELECT id FROM docs
    WHERE tenant = ? AND (open OR EXISTS (
        SELECT 1 FROM grants JOIN own ON grants.name = own.name WHERE grants.doc = docs.place))
    ORDER BY score DESC, place
"""


def wanted(docs, user):
    """Ids of all visible docs, best first."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE docs (place INTEGER, id TEXT, tenant TEXT, open BOOL, score REAL)")
    db.execute("CREATE TABLE grants (doc INTEGER, name TEXT)")
    db.execute("CREATE TABLE own (name TEXT)")
    db.executemany("INSERT INTO own VALUES (?)", [(name,) for name in user["groups"]])
    for place, doc in enumerate(docs):
        row = (place, doc["id"], doc.get("tenant"), doc.get("groups") == [], float(doc["text"]))
        db.execute("INSERT INTO docs VALUES (?, ?, ?, ?, ?)", row)
        grants = [(place, name) for name in doc.get("groups", ())]
        db.executemany("INSERT INTO grants VALUES (?, ?)", grants)
    return [id for (id,) in db.execute(SEARCH, [user.get("tenant")])]


def test_reference_agrees_with_the_database():
    for case in cases(ID):
        calls = []

        def score(query, text, calls=calls):
            calls.append((query, text))
            return float(text)

        got = reference(ID)(**case, score=score)
        want = wanted(case["docs"], case["user"])
        assert got == want[: case["k"]]
        texts = {doc["id"]: doc["text"] for doc in case["docs"]}
        assert sorted(calls) == sorted((case["query"], texts[id]) for id in want)


def test_reference_gives_the_statement_s_example():
    rows = (
        ("a", "red", ["hr", "it"], 0.2),
        ("b", "red", ["it"], 0.9),
        ("c", "red", [], 0.7),
        ("d", "blue", [], 0.8),
        ("e", "red", ["hr"], 0.2),
    )
    docs = [dict(zip(("id", "tenant", "groups", "text"), row, strict=True)) for row in rows]
    user = {"tenant": "red", "groups": ["hr"]}
    assert reference(ID)("q", docs, user, 2, lambda _, text: text) == ["c", "a"]


def test_k_below_one_raises():
    with pytest.raises(ValueError, match="k"):
        reference(ID)("q", [], {"groups": []}, 0, None)
