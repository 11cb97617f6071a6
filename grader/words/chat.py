"""Chat messages in the shape that OpenAI's chat completions gave the field, and their rules.

Source: https://platform.openai.com/docs/guides/function-calling
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from grader.words.compare import Difference
from grader.words.expect import Broken, note
from grader.words.transcript import breach

Message = dict[str, Any]

#: The kinds of error that a tool message can tell the model of.
ERRORS = ("unknown_tool", "invalid_json", "invalid_arguments", "tool_error", "denied", "max_steps")


def system(content: str) -> Message:
    return {"role": "system", "content": content}


def user(content: str) -> Message:
    return {"role": "user", "content": content}


def assistant(content: str | None = None, *calls: Message) -> Message:
    """A reply of the model; without calls it has no key `tool_calls`."""
    return {"role": "assistant", "content": content} | ({"tool_calls": [*calls]} if calls else {})


def call(id: str, name: str, arguments: Any = "{}") -> Message:
    """A tool call. Arguments that are no text are written as JSON."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": id, "type": "function", "function": {"name": name, "arguments": text}}


def answer(id: str, content: str) -> Message:
    """The tool message that answers a call."""
    return {"role": "tool", "tool_call_id": id, "content": content}


def tool(
    fn: Callable[..., Any], description: str = "", parameters: Any = None, **more: Any
) -> Message:
    """An entry of the dict of tools; `parameters` is a JSON Schema, by default any object."""
    return {
        "description": description,
        "parameters": parameters or {"type": "object"},
        "fn": fn,
        **more,
    }


def failure(content: Any) -> tuple[str, str] | None:
    """Kind and message of an error as a tool message tells it; None where it tells of none."""
    try:
        found = json.loads(content)
    except (ValueError, TypeError):
        return None
    if not isinstance(found, dict) or set(found) != {"error", "message"}:
        return None
    kind, message = found["error"], found["message"]
    if kind in ERRORS and isinstance(message, str) and message.strip():
        return kind, message
    return None


def settled(messages: Any) -> Any:
    """Messages as they can be compared: the free text of an error reads "..."."""
    if not isinstance(messages, list):
        return messages
    return [_settled(message) for message in messages]


def _settled(message: Any) -> Any:
    if not isinstance(message, dict) or message.get("role") != "tool":
        return message
    told = failure(message.get("content"))
    if told is None:
        return message
    return {**message, "content": json.dumps({"error": told[0], "message": "..."})}


def so_far(given: Any, messages: Any) -> Any:
    """What a model was given, in few words where it is the beginning of `messages`."""
    if isinstance(given, list) and isinstance(messages, list) and given == messages[: len(given)]:
        return f"the first {len(given)} messages"
    return settled(given)


def valid_transcript(messages: Sequence[Any]) -> None:
    """Break the law unless each call is answered at once, once, in order, and nothing else is."""
    note(settled(messages))
    found = breach(messages)
    if found is not None:
        at, says = found
        raise Broken(says, Difference("value", says, got=list(messages), at=at))
