# rag/mini_rag · level 3 · 45 minutes · all assistance off
# Grade it: drill grade rag/mini_rag   or   pytest exercises/rag/mini_rag.py
"""A small system that answers from documents.

The parts of the track put together: cut documents into chunks, find those that match a question,
put them into a prompt within a budget, ask a model, and let no answer out whose citations do not
hold.

Write `class MiniRAG` with

- `__init__(self, documents, chat, size=50, overlap=10, budget=200, refusal="I don't know.")`:
  `documents` is a dict from id to text, and `chat(messages)` returns the model's reply, a str;
- `retrieve(self, question, k=4)`: a list of chunks;
- `answer(self, question, k=4)`: `{"answer": str, "sources": list of chunk ids, "calls": int}`.

Chunks. The words of a text are `text.split()`. Each document is cut by itself, in the order of the
dict, into spans of `size` words: the first starts at word 0, each next one `size - overlap` words
after the one before, and the last is the first one that reaches the end, shorter where need be. A
document without words has no chunks. The text of a chunk is its words joined by single spaces, its
id is f"{doc_id}#{n}", n counted from 0 in each document.

Retrieving. The terms of a text are `re.findall(r"[a-z0-9]+", text.lower())`. Chunks are scored with
BM25: there are N chunks, n_t of them hold the term t; f counts t in the chunk, L is the number of
terms of the chunk and A the mean of L over all chunks. A term that the question repeats counts each
time, and one that the chunk lacks adds nothing.

    idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
    score = sum over the question's terms t of idf(t) * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * L / A))

Returned are at most k of the chunks that hold a term of the question, highest score first, equal
scores in the order of the chunks, as dicts with "id", "doc_id", "text" and "score". A question
without terms, a blank one too, gives [].

Packing. `answer` retrieves k chunks and walks through them in order. A chunk whose text is taken
already is skipped. It is taken if the words of all texts taken and its own are at most `budget`;
if not it is skipped and the walk goes on. The chunks taken are the sources, numbered from 1.
Without any, the answer is the refusal and the model is not asked.

Asking. The model is given a list of two messages: {"role": "system", "content": instructions in
your words, not blank, with nothing of the sources or the question in them}, and {"role": "user",
"content": these lines joined by "\n"}: `Sources:`, then `[i] text` for each source i, an empty
line, and `Question: ` with the question, each run of whitespace in it one space, none at its ends.

Checking. A citation is "[", numbers of the digits 0 to 9 with a comma and any number of spaces
between two of them, and "]": [1], [1,2] and [1, 3] are citations, [ 1], [1 , 3] and [1a] are none.
Sentences: the reply, stripped, is split at the whitespace that follows ".", "!" or "?". A reply is
good if every sentence has a citation and all numbers cited are numbers of sources, or if it is,
stripped, the refusal. A blank reply is bad. After a bad reply the model is asked once more, with a
list of four: the two messages, {"role": "assistant", "content": the reply} and a user message in
your words, not blank. If that reply is bad as well, the answer is the refusal.

"answer" is the good reply, "sources" are the ids of the chunks that it cites, each once, in the
order of their numbers, and "calls" counts the calls of chat. A refusal, the model's or yours, has
exactly `refusal` as "answer" and [] as "sources". Whether you strip other replies is up to you.

ValueError, before chat is called: size < 1, overlap < 0, overlap >= size or budget < 0 when it is
made; k < 1 in both methods, whatever the question; a blank question (no words) in `answer`.

`documents` is not modified, and later changes of it have no effect. Results that were returned and
lists that were given to chat do not change afterwards. One question has no effect on the next.

Example: documents {"a": "Tea is hot. Tea is green.", "b": "Rome is old."}, size 3, overlap 0. The
chunks are a#0 "Tea is hot.", a#1 "Tea is green." and b#0, with 3 terms each, so the fraction is 1
for f = 1. For "Hot tea?" idf(hot) = ln(1 + 2.5 / 1.5) = 0.981 and idf(tea) = ln(1 + 1.5 / 2.5) =
0.470: a#0 has 1.451, a#1 has 0.470, b#0 is not returned. The user message reads "Sources:",
"[1] Tea is hot.", "[2] Tea is green.", "", "Question: Hot tea?". The reply "It is. [1]" is bad: the
citation stands in a second sentence, the first has none. "It is [1]." gives sources ["a#0"].

Failing cases show the `replies` of chat, in turn; the last one is given again and again.
"""


class MiniRAG:
    """Answers questions from documents with citations that hold, or refuses."""

    def __init__(
        self,
        documents: dict[str, str],
        chat,
        size: int = 50,
        overlap: int = 10,
        budget: int = 200,
        refusal: str = "I don't know.",
    ) -> None:
        """Index the documents. ValueError for a wrong size, overlap or budget."""
        raise NotImplementedError

    def retrieve(self, question: str, k: int = 4) -> list[dict]:
        """At most k chunks {"id", "doc_id", "text", "score"} that match, best first."""
        raise NotImplementedError

    def answer(self, question: str, k: int = 4) -> dict:
        """{"answer": str, "sources": ids of the cited chunks, "calls": of chat}."""
        raise NotImplementedError
