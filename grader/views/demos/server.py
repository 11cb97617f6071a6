"""Any server on the learner's machine that speaks OpenAI's chat completions.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import contextlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

from grader.judge import catalogue
from grader.views.exits import Misuse

Message = dict[str, Any]
SECONDS = 120.0  # without a sign of life
SHOWN = 300  # characters of an answer that are quoted


class ServerError(Exception):
    """What went wrong between us and the server, in a sentence, and what to do."""


class Server:
    """Chat completions at `base_url`, such as http://localhost:11434/v1.

    model: its name there; by default the first that the server lists. on_text is called with each
    piece of text as it arrives. Raises Misuse for an address that is none.
    """

    def __init__(
        self,
        base_url: str,
        model: str | None = None,
        seconds: float = SECONDS,
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise Misuse(f"{base_url!r} is no address; say --base-url http://localhost:PORT/v1.")
        self._base = base_url.rstrip("/")
        self._model = model
        self._seconds = seconds
        self._on_text = on_text or (lambda _: None)
        # The learner's own machine is not behind a proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def model(self) -> str:
        """The model's name; raises `ServerError`."""
        if self._model is None:
            with self._open("/models") as response:
                found = self._json(response.read())
            try:
                self._model = str(found["data"][0]["id"])
            except (LookupError, TypeError):
                raise ServerError(f"{self._base} lists no model; name one with --model.") from None
        return self._model

    def complete(self, messages: list[Message], tools: list[Any] | None = None) -> Message:
        """The assistant's next message, streamed where the server can; raises `ServerError`."""
        body = {"model": self.model(), "messages": messages, "stream": True}
        body |= {"tools": tools} if tools else {}
        with self._open("/chat/completions", body) as response:
            if "text/event-stream" in response.headers.get("Content-Type", ""):
                return self._streamed(response)
            return self._message(self._json(response.read()))

    def chat(self, messages: list[Message]) -> str:
        """The text of the assistant's next message."""
        return str(self.complete(messages).get("content") or "")

    @contextlib.contextmanager
    def _open(self, path: str, body: Any = None) -> Iterator[Any]:
        url = self._base + path
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("OPENAI_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers)
        try:
            with self._opener.open(request, timeout=self._seconds) as response:
                yield response
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(SHOWN).decode("utf-8", "replace").strip()
            raise ServerError(
                f"{url} answered {error.code} ({error.reason}): {said or 'nothing'}. "
                "Check --base-url and --model."
            ) from None
        except TimeoutError:
            raise self._silent(url) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._silent(url) from None
            raise ServerError(
                f"Nothing answers at {url} ({error.reason}). Start it, or correct --base-url."
            ) from None
        except (OSError, ValueError) as error:
            raise ServerError(f"The connection to {url} broke ({error}). Try again.") from None

    def _silent(self, url: str) -> ServerError:
        return ServerError(
            f"{url} sent nothing for {self._seconds:g} seconds. Is the model still being loaded?"
        )

    def _streamed(self, lines: Any) -> Message:
        deltas, ended = [], False
        for line in lines:
            data = line.decode("utf-8", "replace").strip().removeprefix("data:").strip()
            if not line.startswith(b"data:") or not data:
                continue
            if data == "[DONE]":
                ended = True
                break
            choice = self._choice(self._json(data))
            ended = ended or choice.get("finish_reason") is not None
            delta = choice.get("delta") or {}
            self._on_text(delta.get("content") or "")
            deltas.append(delta)
        if not ended:
            raise ServerError(f"{self._base} ended its answer in the middle. Try again.")
        # The pieces are put together by the reference of the exercise that asks for just this.
        assemble = catalogue.load(catalogue.find("agent/stream_assemble")).reference
        try:
            return dict(assemble(deltas))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._malformed(error, deltas) from None

    def _message(self, found: Any) -> Message:
        message = self._choice(found).get("message")
        if not isinstance(message, dict):
            raise self._malformed("no message", found)
        kept = {"role": "assistant", "content": message.get("content")}
        if message.get("tool_calls"):
            kept["tool_calls"] = message["tool_calls"]
        self._on_text(kept["content"] or "")
        return kept

    def _choice(self, found: Any) -> Message:
        try:
            choice = found["choices"][0]
        except (LookupError, TypeError):
            raise self._malformed("no choices", found) from None
        if not isinstance(choice, dict):
            raise self._malformed("a choice that is no object", found)
        return choice

    def _json(self, data: bytes | str) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise self._malformed(error, data) from None

    def _malformed(self, why: object, found: object) -> ServerError:
        text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
        return ServerError(
            f"{self._base} answered what is no chat completion ({why}): {text[:SHOWN]!r}. "
            "Is this the address of an OpenAI-compatible server?"
        )
