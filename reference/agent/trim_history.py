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

import re

from grader.words import Draw, Exercise, at_most, chat, holds, must_raise, same

exercise = Exercise(
    tier="A",
    level=3,
    minutes=30,
    needs=("agent/loop",),
    source="Packer et al. 2023, MemGPT, arXiv:2310.08560; OpenAI, Function calling (API guide)",
    hints=(
        "Stop thinking in messages: first group the list into blocks, so that a call and its "
        "answers cannot be parted any more. A tool message always belongs to the block before it.",
        "The recent blocks and the older turns differ only in how large a piece is that stays or "
        "goes. Make one list of such pieces, each of one or of several blocks.",
        "Take the pinned off the budget first. Then one walk over the pieces from the newest back, "
        "which ends at the first that does not fit, obeys both rules; write down which blocks stay "
        "and collect them in the order of the list.",
    ),
    ask=(
        (
            "If you summarise instead of dropping, what must the summary keep?",
            "What later steps depend on: the goal, decisions with their reasons, facts and ids found "
            "by tools, what is still open, and what was tried in vain. Put it after the system "
            "message, and keep the raw messages outside for looking things up.",
        ),
        (
            "How does trimming break prompt caching?",
            "A cache is reused up to the first token that differs. Dropping an old message moves "
            "everything behind it, so trim seldom and much at a time, not a little at every step.",
        ),
        (
            "Where do large tool results go?",
            "Into a store, with a short excerpt and an id in the message and a tool that reads the "
            "rest by id; or cut them when they arrive, before they are ever sent.",
        ),
    ),
)


@exercise.solution
def trim_history(messages: list, budget: int, count_tokens) -> list:
    """The messages that are kept, in their order; what they cost in sum is at most `budget`.

    ValueError if the leading system messages and the last user message alone cost more.
    """
    blocks: list[list] = []
    for message in messages:
        if message["role"] == "tool":
            blocks[-1].append(message)  # in a valid conversation its call is right before it
        else:
            blocks.append([message])
    costs = [sum(map(count_tokens, block)) for block in blocks]
    roles = [block[0]["role"] for block in blocks]

    last_user = max((i for i, role in enumerate(roles) if role == "user"), default=-1)
    leading = 0
    while leading < len(roles) and roles[leading] == "system":
        leading += 1
    kept = {i for i in range(len(blocks)) if i < leading or i == last_user}
    left = budget - sum(costs[i] for i in kept)
    if left < 0:
        raise ValueError(f"the pinned messages cost {budget - left}, and the budget is {budget}")

    # The pieces that stay or go as a whole, oldest first: older turns, then single recent blocks.
    pieces: list[list[int]] = []
    for i in range(leading, len(blocks)):
        if i == last_user:
            continue
        if i > last_user or roles[i] == "user" or not pieces:
            pieces.append([i])
        else:
            pieces[-1].append(i)
    for piece in reversed(pieces):
        cost = sum(costs[i] for i in piece)
        if cost > left:
            break
        left -= cost
        kept.update(piece)
    return [message for i in sorted(kept) for message in blocks[i]]


def conversation(plan: str, ids: str = "fresh") -> list[dict]:
    """Messages with their costs, from a plan such as "S2 U3 C1,4,5 A2".

    S, U, A: a system, user or assistant message and its cost; N and E are like A, with tool_calls
    None and []. C: a message with calls and its cost, then the costs of the answers; T: the same
    with a text beside the calls. A cost with "!" gives messages that are equal.
    ids: those of the calls are "fresh", or "restart" with each message, or are all the "same".
    """
    made: list[dict] = []
    calls = 0
    for word in plan.split():
        kind, equal = word[0], word.endswith("!")
        cost, *answers = (int(number) for number in word[1:].strip("!").split(","))

        def text(n: int, equal=equal) -> str:
            return f"{'x' if equal else chr(97 + len(made) % 26)} costs {n}"

        if kind in "SU":
            made.append((chat.system if kind == "S" else chat.user)(text(cost)))
        elif kind in "ANE":
            extra = {"A": {}, "N": {"tool_calls": None}, "E": {"tool_calls": []}}[kind]
            made.append(chat.assistant(text(cost)) | extra)
        else:
            start = {"fresh": calls, "restart": 0, "same": 0}[ids]
            names = [f"c{1 if ids == 'same' else start + i + 1}" for i in range(len(answers))]
            calls += len(answers)
            inputs = [{"cost": cost} if i == 0 and kind == "C" else {} for i in range(len(names))]
            asked = [
                chat.call(name, "look", given) for name, given in zip(names, inputs, strict=True)
            ]
            made.append(chat.assistant(text(cost) if kind == "T" else None, *asked))
            for name, n in zip(names, answers, strict=True):
                made.append(chat.answer(name, text(n)))
    return made


def cost(message: dict) -> int:
    """The sum of the numbers in a message's content and in the arguments of its calls."""
    calls = message.get("tool_calls") or []
    texts = [message["content"] or "", *(call["function"]["arguments"] for call in calls)]
    return sum(int(number) for text in texts for number in re.findall(r"\d+", text))


def pinned(messages: list[dict]) -> list[int]:
    """The places of the messages that are always kept."""
    roles = [message["role"] for message in messages]
    other = [i for i, role in enumerate(roles) if role != "system"]
    users = [i for i, role in enumerate(roles) if role == "user"]
    return [*range(other[0] if other else len(roles)), *users[-1:]]


def counter(messages: list[dict], counted: list):
    """`count_tokens` for that conversation; what it is asked for is written down."""

    def count_tokens(message):
        if message not in messages:
            raise TypeError(f"count_tokens takes one message as it stands there, not {message!r}")
        counted.append(message)
        return cost(message)

    return count_tokens


def trim(solution, messages, budget) -> list:
    return solution(messages, budget, counter(messages, []))


@exercise.inputs
def long_conversations(draw: Draw) -> dict:
    words = [f"S{draw.size(0, 2)}" for _ in range(draw.size(0, 2))]
    kinds = draw.choice("UAC", "UACNS", "UCUCE", "CTTTA", "UAUAS", "UUCTS")
    for _ in range(draw.size(0, 7)):
        kind = draw.choice(*kinds)
        answers = [draw.size(0, 3) for _ in range(draw.size(1, 3))] if kind in "CT" else []
        words.append(kind + ",".join(map(str, (draw.size(0, 4), *answers))))
    messages = conversation(" ".join(words), draw.choice("fresh", "restart", "same"))
    costs = list(map(cost, messages))
    least = sum(costs[i] for i in pinned(messages))
    return {"messages": messages, "budget": least + draw.size(0, sum(costs) - least + 1)}


LONG = "S2 U3 C2,4 A1 U2 C2,3"  # the statement's example

#: Plans, and the budgets with which they are tried.
PLANS = {
    "": (0,),
    "U2": (2,),
    "S1": (1,),
    "A2": (0, 1, 2),
    "S1 S2": (3,),
    LONG: (4, 8, 9, 18, 19),
    "S1 C1,1 C1,2 A1": (1, 2, 4, 6),  # nobody asked
    "C2,1,1 C1,1": (1, 2, 5, 6),
    "S1 S2 U1 A2 U1": (4, 6, 7),
    "U1 S5 U1": (1, 6, 7),  # a system message further down
    "A1 S3 U1 A1 U2": (2, 4, 7, 8),
    "S1 U1 S2 A1": (2, 3, 5),
    "U1 A2 S1 A1 U2": (2, 3, 4, 7),
    "U1 A9 U1 A1 U1": (1, 3, 12, 13),  # one turn too large, a small one before it
    "U1 A1 U5 A1 A5 A1": (5, 6, 7, 11, 12, 14),  # a large block between small ones
    "U3 A0 C0,0 U2": (2, 5),  # no cost
    "A0 U0 A0 U2 A3 C0,0": (2, 4, 5),
    "A2 U1 A0 U1 A0 A0": (1, 2, 4),
    "A1 C2,2 U2 U1": (1, 3, 4, 7, 8),  # what stands before the first user message
    "S1 A2 A3 U1 A1": (2, 3, 5, 7, 8),
    "U1 N2 E3 U1 N1 E1": (1, 2, 3, 9),
    "U1 T2,1,2,3 A1 U2 T1,0,2 A3": (2, 5, 7, 8, 17, 18),
    "U1 C1,1,1,1 C1,2": (3, 4, 6, 8),
    "U1! A2! U1! A2! U1!": (1, 3, 4, 7),  # equal messages
    "U1 A1! A1! A1!": (2, 3, 4),
    "S1! U1 S1! U1": (2, 4),
    "U1 C1,1! C1,1! C1,1!": (5, 3, 6, 5),
    "U2 C1,1 U2 C1,1 U2 C1,1": (4, 7, 8),
    "U1 U1 U1 U1": (1, 3),
}


#: Nothing was said in some of these; they are messages like any others.
SILENT = [
    chat.user("costs 3"),
    chat.assistant(""),
    chat.user(""),
    chat.assistant("", chat.call("c1", "look", {})),
    chat.answer("c1", ""),
    chat.assistant(None),
]


@exercise.edges
def plans_that_separate() -> list[dict]:
    return [
        {"messages": conversation(plan, "same" if i % 2 else "fresh"), "budget": budget}
        for plan, budgets in PLANS.items()
        for i, budget in enumerate(budgets)
    ] + [
        {"messages": silent, "budget": budget}
        for silent in (SILENT, SILENT[:3])
        for budget in (0, 2, 3)
    ]


@exercise.scenario
def what_is_kept(solution, messages, budget) -> dict:
    return {"kept": trim(solution, messages, budget)}


@exercise.law(examples=8)
def what_is_kept_is_a_valid_conversation(solution, messages, budget):
    """Each call with its answers, and no answer without its call."""
    chat.valid_transcript(trim(solution, messages, budget))


def with_equal_messages() -> list[dict]:
    plans = {
        "U1! U1!": (1, 2), "U1! A2! U1! A2! U1!": (1, 3, 4, 7), "A1! A1! U1": (1, 3),
        "S1! U1 S1! U1": (2, 4), "U1 A1! A1! A1!": (1, 2, 3), "U1 C1,1! C1,1! C1,1!": (3, 5, 6),
        LONG: (8, 9, 19),
    }  # fmt: skip
    return [
        {"messages": conversation(plan, "same"), "budget": budget}
        for plan, budgets in plans.items()
        for budget in budgets
    ]


@exercise.law(edges=with_equal_messages)
def the_very_messages_are_returned(solution, messages, budget):
    """Whoever remembers something by the message, its tokens for one, must find it again."""

    def places(kept):
        return [next((i for i, m in enumerate(messages) if m is one), None) for one in kept]

    kept = trim(solution, messages, budget)
    copies = [message for message, place in zip(kept, places(kept), strict=True) if place is None]
    holds(not copies, "A message that is returned is a copy, not the dict it was.", got=copies)
    same(places(kept), places(trim_history(messages, budget, cost)), "Their places in the list")


@exercise.law
def each_message_is_counted_at_most_once(solution, messages, budget):
    """Counting means running the tokenizer; a history that is trimmed at each step is long."""
    counted: list[dict] = []
    solution(messages, budget, counter(messages, counted))
    for message in messages:
        times, there = counted.count(message), messages.count(message)
        says = f"Calls of count_tokens with {message['content'] or 'a message with calls'!r}"
        at_most(times, there, says)


def too_small() -> list[dict]:
    plans = {
        "U2": 1, "S3": 2, "S1 S2": 2, "S2 U3 A1": 4, "S2 U3 A0": 1, "S3 U2 U1": 3,
        "S1 U1 A1 U4 A1": 3, "S4 A1": 3, "S2 S2 C1,1": 3, "U5 C0,0": 4, "U9 A1 U3": 0,
        "S1 U1": -1, LONG: 3, "S2 A1 U2 C1,1": 2, "S0 U1": 0,
    }  # fmt: skip
    return [{"messages": conversation(plan), "budget": budget} for plan, budget in plans.items()]


@exercise.law(edges=too_small)
def pinned_messages_that_exceed_the_budget_raise_value_error(solution, messages, budget):
    """There is no right answer then, and a request that is too long fails later and worse."""
    always = [messages[i] for i in pinned(messages)]
    least = sum(map(cost, always))
    kept = trim(solution, messages, least)
    says = f"With budget {least}, which is their cost, not all pinned messages are returned."
    holds(all(message in kept for message in always), says, got=kept)
    must_raise(ValueError, solution, messages, budget, counter(messages, []))


@exercise.law(examples=8)
def a_larger_budget_drops_nothing_that_was_kept(solution, messages, budget):
    """More room never costs a message."""
    few, more = (trim(solution, messages, budget + extra) for extra in (0, 2))
    lost = [message for message in few if message not in more]
    holds(not lost, f"With budget {budget + 2} messages are lost that {budget} kept.", got=lost)
    whole = trim(solution, messages, sum(map(cost, messages)))
    same(whole, messages, "With room for everything")


@exercise.law(examples=8)
def trimming_again_changes_nothing(solution, messages, budget):
    """A loop trims before each call of the model; what fits once must stay."""
    once = trim(solution, messages, budget)
    same(trim(solution, once, budget), once, "Trimmed a second time")


exercise.mistake(
    "orphan_tool_messages",
    "You cut between a call and its answers, so the list begins with a tool message that answers "
    "nothing. Keep or drop a call together with all its answers.",
    swap={'        if message["role"] == "tool":': "        if False:"},
)
exercise.mistake(
    "only_the_first_answer_is_tied",
    "You tie only the first tool message to its call. A message may hold several calls, and all "
    "their answers belong to its block.",
    swap={'if message["role"] == "tool":': 'if message["role"] == "tool" and len(blocks[-1]) < 2:'},
)
exercise.mistake(
    "unanswered_calls",
    "You drop the answers and keep their call. A call without its answers is refused: the whole "
    "block goes.",
    swap={
        "        if cost > left:\n            break\n": (
            "        if cost > left:\n"
            "            for i in piece:\n"
            "                del blocks[i][1:]\n"
            '            kept.update(i for i in piece if blocks[i][0].get("tool_calls"))\n'
            "            break\n"
        )
    },
)
exercise.mistake(
    "old_answers_are_dropped_first",
    "You make room by dropping the tool messages of older turns. Their calls then have no answers; "
    "an older turn is kept whole or not at all.",
    swap={
        "for i in sorted(kept) for message in blocks[i]]": (
            "for i in sorted(kept) for message in (blocks[i][:1] if i < last_user else blocks[i])]"
        )
    },
)
exercise.mistake(
    "drops_system",
    "You treat the system messages at the beginning like any others, so the instructions are the "
    "first to go. They are pinned.",
    swap={'roles[leading] == "system"': 'roles[leading] == "never"'},
)
exercise.mistake(
    "pins_the_first_message_only",
    "You pin one system message. All that stand before the first message of another role are "
    "pinned.",
    swap={
        "    while leading < len(roles) and roles": "    if leading < len(roles) and roles",
    },
)
exercise.mistake(
    "pins_every_system_message",
    "You pin system messages wherever they stand. Only those at the very beginning are; further "
    "down they are ordinary blocks, part of the turn that they stand in.",
    swap={
        "if i < leading or i == last_user}": (
            'if i < leading or i == last_user or roles[i] == "system"}'
        ),
        "        if i == last_user:": '        if i == last_user or roles[i] == "system":',
    },
)
exercise.mistake(
    "drops_last_user",
    "You do not pin the last user message, so the model no longer sees what it was asked.",
    swap={
        "if i < leading or i == last_user}": "if i < leading}",
        "if i == last_user:": "if False:",
    },
)
exercise.mistake(
    "pins_the_first_user_message",
    "You pin the first user message. The one that the model is answering is the last.",
    swap={
        'last_user = max((i for i, role in enumerate(roles) if role == "user"), default=-1)': (
            'last_user = min((i for i, role in enumerate(roles) if role == "user"), default=-1)'
        )
    },
)
exercise.mistake(
    "pins_every_user_message",
    "You keep all user messages. Only the last is pinned; older ones go with their turns.",
    swap={
        "if i < leading or i == last_user}": 'if i < leading or roles[i] == "user"}',
        "        if i == last_user:": '        if roles[i] == "user":',
        'roles[i] == "user" or not pieces': "i - 1 in kept or not pieces",
    },
)
exercise.mistake(
    "keeps_oldest",
    "You fill the budget from the oldest on. What was said last matters most: begin with the newest.",
    swap={"for piece in reversed(pieces):": "for piece in pieces:"},
)
exercise.mistake(
    "skips_and_continues",
    "You skip what does not fit and go on with older pieces, which leaves a hole in the middle. "
    "Stop at the first that does not fit.",
    swap={"            break": "            continue"},
)
exercise.mistake(
    "skips_recent_blocks",
    "After the last user message you skip a block that does not fit and keep an earlier one, which "
    "leaves a hole. Drop that earlier one too.",
    swap={
        "        if cost > left:\n            break": (
            "        gone = set(range(last_user + 1, len(blocks))) - kept\n"
            "        if piece[0] < last_user and (gone or cost > left):\n"
            "            break\n"
            "        if cost > left:\n"
            "            continue"
        )
    },
)
exercise.mistake(
    "skips_older_turns",
    "You skip an older turn that does not fit and keep one before it, which leaves a hole. Stop at "
    "the first that does not fit.",
    swap={
        "        if cost > left:\n            break": (
            "        if cost > left and piece[0] < last_user and kept.issuperset(\n"
            "            range(last_user, len(blocks))\n"
            "        ):\n"
            "            continue\n"
            "        if cost > left:\n"
            "            break"
        )
    },
)
exercise.mistake(
    "older_turns_although_recent_blocks_went",
    "You add older turns although a block after the last user message was dropped. Older turns "
    "come only if all of those are kept.",
    swap={
        "    for piece in reversed(pieces):": "    gone = False\n    for piece in reversed(pieces):",
        "        if cost > left:\n            break": (
            "        if cost > left or (gone and piece[0] > last_user):\n"
            "            if piece[0] < last_user:\n"
            "                break\n"
            "            gone = True\n"
            "            continue"
        ),
    },
)
exercise.mistake(
    "strictly_less",
    "You drop what would reach the budget exactly. The cost may be equal to it.",
    swap={"        if cost > left:": "        if cost >= left:"},
)
exercise.mistake(
    "nothing_more_once_full",
    "You stop as soon as the budget is used up. A block or turn of cost 0 still fits then.",
    swap={"        if cost > left:": "        if cost > left or left == 0:"},
)
exercise.mistake(
    "pinned_must_leave_room",
    "You raise ValueError where the pinned messages use up the budget exactly. Only more is too "
    "much.",
    swap={"    if left < 0:": "    if left <= 0:"},
)
exercise.mistake(
    "splits_old_turns",
    "You keep the end of an older turn without its beginning. Older turns stay or go whole.",
    swap={"if i > last_user or roles": "if True or roles"},
)
exercise.mistake(
    "recent_blocks_all_or_nothing",
    "You treat all that follows the last user message as one piece. There you may drop block by "
    "block, the oldest first.",
    swap={
        'if i > last_user or roles[i] == "user" or not pieces': (
            'if i == last_user + 1 or roles[i] == "user" or not pieces'
        )
    },
)
exercise.mistake(
    "head_belongs_to_no_turn",
    "You never keep what stands between the leading system messages and the first user message. It "
    "is a turn of its own.",
    swap={
        "        if i == last_user:": '        if i == last_user or i < last_user and "user" not in roles[: i + 1]:'
    },
)
exercise.mistake(
    "head_in_single_blocks",
    "You keep a part of what stands before the first user message. It is one turn, kept whole or "
    "not at all.",
    swap={
        'or roles[i] == "user" or not pieces': 'or roles[i] == "user" or "user" not in roles[:i]'
    },
)
exercise.mistake(
    "system_message_begins_a_turn",
    "You let a system message further down begin a piece of its own. It belongs to the turn that it "
    "stands in.",
    swap={'or roles[i] == "user" or not': 'or roles[i] in ("user", "system") or not'},
)
exercise.mistake(
    "without_a_question_nothing_is_kept",
    "You keep nothing but the system messages where there is no user message. Then all other blocks "
    "count as recent ones.",
    swap={
        "    for i in range(leading, len(blocks)):": (
            "    for i in range(leading, len(blocks) if last_user >= 0 else 0):"
        )
    },
)
exercise.mistake(
    "without_a_question_all_or_nothing",
    "You treat a conversation without a user message as one turn. Then all blocks that are not "
    "pinned count as recent ones, and stay or go one by one.",
    swap={
        "default=-1)": "default=len(blocks))",
    },
)
exercise.mistake(
    "pins_the_whole_last_turn",
    "You always keep what follows the last user message too, or raise ValueError where it does not "
    "fit. Only that message itself is pinned; blocks after it may be dropped.",
    swap={
        "if i < leading or i == last_user}": "if i < leading or i >= last_user >= 0}",
        "        if i == last_user:": "        if i >= last_user >= 0:",
    },
)
exercise.mistake(
    "pinned_do_not_count",
    "You fill the whole budget with the rest, on top of the pinned messages. Take their cost off "
    "first.",
    swap={
        "    # The pieces": "    left = budget\n    # The pieces",
    },
)
exercise.mistake(
    "system_does_not_count",
    "You leave the system messages out of the cost. All that is kept counts.",
    swap={"sum(costs[i] for i in kept)": "sum(costs[i] for i in kept if i >= leading)"},
)
exercise.mistake(
    "last_user_does_not_count",
    "You leave the last user message out of the cost. All that is kept counts.",
    swap={"sum(costs[i] for i in kept)": "sum(costs[i] for i in kept if i != last_user)"},
)
exercise.mistake(
    "answers_do_not_count",
    "You count a call and not its answers. The cost of a block is that of all its messages.",
    swap={"[sum(map(count_tokens, block)) for": "[count_tokens(block[0]) for"},
)
exercise.mistake(
    "counts_characters",
    "You measure the text yourself. What a message costs is what count_tokens says.",
    swap={
        "sum(map(count_tokens, block))": 'sum(len(m["content"] or "") for m in block)',
    },
)
exercise.mistake(
    "counts_one_for_each_message",
    "You limit the number of messages. The budget is one of tokens: sum up what count_tokens says.",
    swap={"sum(map(count_tokens, block))": "len(block)"},
)
exercise.mistake(
    "no_check",
    "You return the pinned messages although they exceed the budget. Raise ValueError.",
    swap={"    if left < 0:": "    if False:"},
)
exercise.mistake(
    "only_the_system_is_checked",
    "You raise ValueError only where the system messages alone exceed the budget. The last user "
    "message is pinned too and counts with them.",
    swap={"    if left < 0:": "    if sum(costs[:leading]) > budget:"},
)
exercise.mistake(
    "raises_where_the_newest_block_does_not_fit",
    "You raise ValueError where the newest block does not fit. Only the pinned messages must.",
    swap={
        "            break": (
            "            if not kept - {last_user} - set(range(leading)):\n"
            '                raise ValueError("no block fits")\n'
            "            break"
        )
    },
)
exercise.mistake(
    "returns_copies",
    "You return copies. Return the very dicts that were given.",
    swap={"[message for i in sorted(kept)": "[dict(message) for i in sorted(kept)"},
)
exercise.mistake(
    "collected_by_value",
    "You pick the kept messages by comparing them, so an equal one that was dropped comes back. Go "
    "by their places.",
    swap={
        "return [message for i in sorted(kept) for message in blocks[i]]": (
            "chosen = [message for i in sorted(kept) for message in blocks[i]]\n"
            "    return [message for message in messages if message in chosen]"
        )
    },
)
exercise.mistake(
    "order_of_choice",
    "You return the messages in the order in which you chose them. Keep the order of the list.",
    swap={
        "    for piece in reversed(pieces):": (
            "    order = sorted(kept)\n    for piece in reversed(pieces):"
        ),
        "        kept.update(piece)": "        order += piece",
        "for i in sorted(kept)": "for i in order",
    },
)
exercise.mistake(
    "counts_again",
    "You count the pinned messages once more for the check. Keep the costs that you know.",
    swap={
        "    left = budget - sum(costs[i] for i in kept)": (
            "    left = budget - sum(count_tokens(blocks[i][0]) for i in kept)"
        )
    },
)

exercise.walkthrough(r"""
## Where it comes from

A model reads a limited number of tokens, and an agent's transcript grows with every step. Long
before the limit it grows too dear. MemGPT (Packer et al. 2023) puts it in terms of an operating
system: the context is main memory, small and fast, everything else is on disk, and something has to
decide what is moved out. What is kept here is a window over the recent past, which is the first
thing anybody builds, and the part that remains when summaries and stores are added.

Cutting a list to length looks easy. But a transcript is no list of equal things. A call and its
answers belong together, or the server refuses the request. The instructions at the beginning and
the question that is being answered must stay whatever their age. And a hole in the middle is worse
than a missing beginning: the model reads on as if nothing had happened between.

## By hand

Twelve messages, their cost in brackets. The last user message is "Oslo?".

    system [2]
    user "Hi" [1], assistant [1]                                        a turn of 2
    user "Rome?" [3], call [1], answer [6], assistant [2]               a turn of 12
    user "Oslo?" [2], call [1], answer [4], call [1], answer [3]        blocks of 5 and 4

Pinned are the system message and "Oslo?", 4 in sum. Then, from the newest back:

| what comes next | its cost | fits from budget |
|---|---|---|
| the pinned messages | 4 | 4 |
| the last call with its answer | 4 | 8 |
| the call before it | 5 | 13 |
| the turn of "Rome?" | 12 | 25 |
| the turn of "Hi" | 2 | 27 |

With a budget of 15, two tokens are left after the recent blocks, and the turn of "Hi" would fit
into them. It is dropped all the same: "Rome?", which stands between, does not fit.

```python
from grader.notebook import reference
from grader.words import chat

trim = reference("agent/trim_history")
said = [("system", 2), ("user", 1), ("assistant", 1), ("user", 3), ("call", 1), ("tool", 6)]
said += [("assistant", 2), ("user", 2), ("call", 1), ("tool", 4), ("call", 1), ("tool", 3)]


def message(role, cost):
    if role == "call":
        return chat.assistant(None, chat.call("c", "weather")) | {"cost": cost}
    id = {"tool_call_id": "c"} if role == "tool" else {}
    return {"role": role, "content": "...", "cost": cost} | id


def cost(message):
    return message["cost"]


messages = [message(*one) for one in said]

budgets = [4, 7, 8, 12, 13, 15, 24, 25, 26, 27]
kept = {budget: trim(messages, budget, cost) for budget in budgets}
{budget: sum(map(cost, kept[budget])) for budget in budgets}
```

The sums jump where the table says, and never exceed the budget.

## A picture

A row for each budget, a column for each message. Going down, the window opens to the left, in steps
of a block behind the question and of a whole turn before it. The two columns that are always dark
are the pinned ones.

```python
from grader.notebook import show

show(
    [[any(m is one for one in kept[budget]) for m in messages] for budget in budgets],
    rows=[f"budget {budget}" for budget in budgets],
    columns=[f"{role[:6]}\n{cost}" for role, cost in said],
)
```

## Traps

**The orphan.** Dropping messages from the front until the rest fits is one line. Sooner or later
the cut falls between a call and its answer, and the request is refused because a tool message
answers nothing. Conversations without tools never show it.

{{trap: orphan_tool_messages}}

**Making the most of it.** Going on with older turns when one does not fit uses the budget better.
The model then reads the turn of "Hi" right before that of "Oslo?", and when the user says "as in
Rome", it has never heard of Rome, though it remembers what came before. It needs a long turn
between short ones to be seen.

{{trap: skips_older_turns}}

**Equal messages.** Users say "yes" more than once. Collecting the kept messages by comparing them
brings back a dropped "yes" because one like it was kept.

{{trap: collected_by_value}}

## What it costs

A server that caches prompts reuses the work up to the first token that differs from the request
before. Dropping an old message moves all that follows, so what is saved in length may be paid in
reading everything again. Below, sixty requests, each with 20 tokens more, and a budget of 200. One
program trims to 200 each time that it is exceeded; the other then trims to 100, and has room for a
while.

```python
from grader.notebook import curve


def read_anew(trimmed_to):
    # Tokens behind the common beginning with the request before, added up.
    said, before, read = [message("system", 10)], [], [0]
    for _ in range(60):
        said = [*said, message("user", 10), message("assistant", 10)]
        if sum(map(cost, said)) > 200:
            said = trim(said, trimmed_to, cost)
        same = sum(a is b for a, b in zip(said, before, strict=False))
        read.append(read[-1] + sum(map(cost, said[same:])))
        before = said
    return read


curve(
    {"to 200, a little each time": read_anew(200), "to 100, half of it seldom": read_anew(100)},
    title="Trimming and the cache",
    across="requests",
    up="tokens read anew",
)
```

The lower line ends at a fifth of the upper one. Its price is that the model remembers less: between
100 and 200 tokens instead of nearly 200 at all times.
""")
