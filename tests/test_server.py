"""The client of chat servers, against a real HTTP server of the test's own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from grader.views.demos.server import Server, ServerError
from grader.views.exits import Misuse

STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"


class Handler(BaseHTTPRequestHandler):
    """Answers as its server was told, and remembers what it was sent."""

    def do_GET(self):
        self.reply(
            *self.server.answers.get(self.path, (200, JSON, [b'{"data": [{"id": "tiny"}]}']))
        )

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        sent = json.loads(self.rfile.read(length))
        self.server.sent.append((self.path, sent, self.headers.get("Authorization")))
        answers = self.server.posts
        self.reply(*(answers.pop(0) if len(answers) > 1 else answers[0]))

    def reply(self, status, kind, parts):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        for part in parts:
            if isinstance(part, float):
                time.sleep(part)
            else:
                self.wfile.write(part)
                self.wfile.flush()

    def log_message(self, *_):
        pass


@contextmanager
def serving(*posts, models=None) -> Iterator[ThreadingHTTPServer]:
    """A server that gives these answers (status, content type, parts) to POST, in turn."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.posts, server.sent, server.answers = list(posts), [], {}
    if models is not None:
        server.answers["/v1/models"] = models
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def events(*deltas, done=True):
    """A stream of deltas as servers send it."""
    rows = [f"data: {json.dumps({'choices': [{'delta': d}]})}\n\n".encode() for d in deltas]
    return (200, STREAM, [b": keep-alive\n\n", *rows, *([b"data: [DONE]\n\n"] if done else [])])


def whole(message):
    return (200, JSON, [json.dumps({"choices": [{"message": message}]}).encode()])


ASK = [{"role": "user", "content": "Hi"}]


def test_a_streamed_answer_is_put_together_and_told_as_it_comes():
    pieces = []
    call = {"index": 0, "id": "c1", "type": "function", "function": {"name": "add"}}
    more = {"index": 0, "function": {"arguments": '{"a": 1}'}}
    deltas = [{"role": "assistant", "content": "Wait"}, {"content": "."}]
    deltas += [{"tool_calls": [call]}, {"tool_calls": [more]}, {}]
    with serving(events(*deltas)) as server:
        found = Server(server.url, "m", on_text=pieces.append).complete(ASK, [{"type": "function"}])
    assert found["content"] == "Wait."
    assert found["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert "".join(pieces) == "Wait."
    path, sent, key = server.sent[0]
    assert path == "/v1/chat/completions"
    assert sent == {
        "model": "m",
        "messages": ASK,
        "stream": True,
        "tools": [{"type": "function"}],
    }
    assert key is None


def test_a_server_that_does_not_stream_is_understood_too(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with serving(whole({"role": "assistant", "content": "Hello.", "refusal": None})) as server:
        found = Server(server.url).complete(ASK)
    assert found == {"role": "assistant", "content": "Hello."}
    assert server.sent[0][1]["model"] == "tiny"  # the first that it lists
    assert server.sent[0][2] == "Bearer secret"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, JSON, [b'{"error": "no model m"}']), 'answered 404 (Not Found): {"error": "no mod'),
        ((500, JSON, []), "answered 500 (Internal Server Error): nothing"),
        ((200, JSON, [b"<html>hello</html>"]), "what is no chat completion"),
        ((200, JSON, [b'{"choices": []}']), "what is no chat completion (no choices)"),
        ((200, JSON, [b'{"choices": [{"message": null}]}']), "no chat completion (no message)"),
        ((200, STREAM, [b"data: {broken\n\n"]), "what is no chat completion"),
        ((200, STREAM, [b'data: {"error": {"message": "busy"}}\n\n']), "no choices"),
        (events({"content": "half an"}, done=False), "ended its answer in the middle"),
        ((200, STREAM, []), "ended its answer in the middle"),
        (events({"tool_calls": [{"index": 0}]}), "what is no chat completion"),
        (events({"tool_calls": 3}), "what is no chat completion"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_told_in_a_sentence(answer, says):
    with serving(answer) as server, pytest.raises(ServerError) as error:
        Server(server.url, "m").complete(ASK)
    assert says in str(error.value)


def test_silence_ends():
    with serving((200, STREAM, [5.0])) as server, pytest.raises(ServerError) as error:
        Server(server.url, "m", seconds=0.2).complete(ASK)
    assert "sent nothing for 0.2 seconds" in str(error.value)


def test_silence_in_the_middle_ends():
    first = events({"content": "a"}, done=False)[2]
    with serving((200, STREAM, [*first, 5.0])) as server, pytest.raises(ServerError) as error:
        Server(server.url, "m", seconds=0.2).complete(ASK)
    assert "sent nothing for 0.2 seconds" in str(error.value)


def test_nothing_there():
    with serving(whole({})) as server:
        url = server.url
    with pytest.raises(ServerError, match=r"Nothing answers at .*Start it, or correct --base-url"):
        Server(url, "m").complete(ASK)


def test_no_model_listed():
    with (
        serving(whole({}), models=(200, JSON, [b'{"data": []}'])) as server,
        pytest.raises(ServerError, match="lists no model; name one with --model"),
    ):
        Server(server.url).complete(ASK)


def test_an_address_that_is_none():
    with pytest.raises(Misuse, match="'localhost:1' is no address"):
        Server("localhost:1")
