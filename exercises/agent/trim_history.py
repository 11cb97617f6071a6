# agent/trim_history · level 3 · 30 minutes · all assistance off
# Grade it: drill grade agent/trim_history   or   pytest exercises/agent/trim_history.py
"""Trimming a conversation to a budget of tokens.

A long conversation outgrows the model's context window, so something has to go. Cut just anywhere
and the rest is refused: a tool message without its call, or a call without its answers, is an
error of the API. And without its instructions or the question it is at, the model is lost.

Write `trim_history(messages, budget, count_tokens)`. It returns the list of the messages that are
kept, in their order: the very dicts of `messages`, neither copied nor changed.

- `messages`: a valid conversation, a list (it may be empty) of dicts with the role "system",
  "user", "assistant" or "tool". An assistant message may hold `tool_calls`, a list of calls
  `{"id": str, "type": "function", "function": {"name": str, "arguments": str}}`, and then a
  "content" of None; without calls the key is missing, None or an empty list. A message with calls
  is followed at once by one tool message for each call, in their order, with its `tool_call_id`,
  and there are no other tool messages. Ids may come again, and so may equal messages.
- `count_tokens(message)` is the cost of one message, an int of 0 or more. Counting is slow: call it
  at most once for each message of the list.
- `budget`: an int. What is kept costs at most so much in sum; reaching it exactly is fine.

Pinned, and so always kept, are the system messages at the very beginning (all before the first
message of another role) and the last user message, if there is one. If these alone cost more than
the budget, raise ValueError.

A block is never divided. An assistant message with calls is one block with all its tool messages;
every other message is a block of its own, a system message further down too.

Besides the pinned:

1. First come the blocks after the last user message; where there is no user message, all blocks
   that are not pinned. Of these keep as many as fit with the pinned, counted from the newest back:
   the first that does not fit and all before it are dropped.
2. Only if all of those fit (or there are none) come the older turns. A turn is a user message with
   everything up to the next user message, system messages too; what stands between the leading
   system messages and the first user message is a turn as well. Turns are kept whole, from the
   newest back: the first that does not fit and all before it are dropped, even if one of those
   would fit.

So nothing older is kept than what was dropped, but for the pinned. A block or turn of cost 0 fits
also where the budget is used up.

Example, with the costs in brackets: system [2]; user "Rome?" [3], a call [2] with its answer [4],
assistant "Sunny." [1]; user "Oslo?" [2], a call [2] with its answer [3]. Pinned are the system
message and "Oslo?", cost 4. With budget 8 the last call and its answer [5] do not fit, so the two
pinned are all. With budgets from 9 they are kept too; the turn of "Rome?" costs 10, so it comes
back, whole, with budget 19. Budget 3 raises ValueError.

In failing cases a message costs the sum of the numbers in its content and in the arguments of its
calls.
"""


def trim_history(messages: list, budget: int, count_tokens) -> list:
    """The messages that are kept, in their order; what they cost in sum is at most `budget`.

    ValueError if the leading system messages and the last user message alone cost more.
    """
    raise NotImplementedError
