"""What makes a list of chat messages a valid conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

KEYS = {"role", "tool_call_id", "content"}  # of a tool message
REFUSED = "An API answers 400 to such a conversation."


def is_conversation(value: Any) -> bool:
    """Whether a value is a list of chat messages."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(m, Mapping) and isinstance(m.get("role"), str) for m in value)


def breach(messages: Sequence[Any]) -> tuple[int, str] | None:
    """The first message that breaks the rules of tool calls, and a sentence on how.

    Every assistant message with calls is followed at once by one tool message for each call, in
    the order of the calls, with its id; no other tool messages exist.
    """
    open_calls: list[Any] = []
    for at, message in enumerate(messages):
        says = _wrong(message, open_calls)
        if says:
            return at, _sentence(at, message, says)
        if message["role"] == "tool":
            open_calls.pop(0)
        elif message["role"] == "assistant":
            open_calls = _ids(message.get("tool_calls"))
    if not open_calls:
        return None
    says = f"is the last, and the call {open_calls[0]!r} is never answered"
    return len(messages) - 1, _sentence(len(messages) - 1, messages[-1], says)


def _wrong(message: Any, open_calls: list[Any]) -> str | None:
    """What is wrong with a message while those calls wait for their answers."""
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return "is no message: a dict with a role"
    if message["role"] != "tool":
        return f"stands where the call {open_calls[0]!r} must be answered" if open_calls else None
    if not open_calls:
        return "is a tool message that answers no open call"
    if message.get("tool_call_id") != open_calls[0]:
        return f"answers {message.get('tool_call_id')!r} where {open_calls[0]!r} is next"
    if set(message) != KEYS:
        return f"has the keys {sorted(map(str, message))}, not role, tool_call_id and content"
    if not isinstance(message["content"], str):
        return f"has {message['content']!r} as its content, which is no text"
    return None


def _ids(calls: Any) -> list[Any]:
    found = calls if isinstance(calls, list) else []
    return [call.get("id") if isinstance(call, dict) else None for call in found]


def _sentence(at: int, message: Any, says: str) -> str:
    role = message.get("role") if isinstance(message, dict) else None
    return f"Message {at}{f' ({role})' if role else ''} {says}. {REFUSED}"
