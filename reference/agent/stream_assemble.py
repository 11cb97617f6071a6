"""Put a streamed reply together.

A model's reply can be streamed: it arrives as many small deltas, and a tool call comes in pieces
too, of which as a rule only the first tells its id. The index of a call holds its pieces together.
Make the one message that the deltas add up to.

Write `assemble(deltas)`. `deltas` is the list of `choices[0].delta` dicts of a stream in OpenAI's
format, in order of arrival. It is not changed. Each may have

- "content": the next piece of the text, a str;
- "tool_calls": a list of entries {"index": int, "id": str, "function": {"name": str, "arguments":
  str}}. The index is always there, everything else may be missing. A delta may hold entries of
  several calls, and several of the same.

None instead of a content, list, id, function, name or arguments counts as missing, and so does an
empty list. Other keys, such as "role" and "type", are ignored.

It returns {"role": "assistant", "content": ..., "tool_calls": [...]}, with exactly these keys:

- content: all pieces joined in order, or None where there was no piece. "" is a piece.
- tool_calls: for every index that came, in the order of the indexes (numbers, which may begin
  anywhere and have gaps, and may first come in any order), {"id": ..., "type": "function",
  "function": {"name": ..., "arguments": ...}}. Without any call the key is left out.
- id: the first id of that index that is not "". Later ones are ignored; two indexes may have the
  same.
- name and arguments: the pieces of that index, each joined in order. Without pieces the arguments
  are "". They are texts, kept as they came: not parsed, checked or trimmed.

The pieces of different calls, and those of the content, may alternate in any way, and an id or name
may come after arguments. An index that has no id that is not "", or no name, at the end raises
ValueError.

The time grows in proportion to the number of pieces: 300,000 of them, for a few calls, take well
under five seconds.

Example: the deltas

    {"role": "assistant", "content": None}
    {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]}
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"a": 2'}}]}
    {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]}

give {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function",
"function": {"name": "add", "arguments": '{"a": 2}'}}]}.
"""

from grader.words import Draw, Exercise, must_raise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=18,
    source="OpenAI, Streaming API responses (API guide), chat completion chunk object",
    hints=(
        "What identifies a call in each of its pieces? Not the id: only the first piece has one.",
        "Collect pieces in lists, one for the content and two for each index, and join them when "
        "all have come.",
        "Ask of a content whether it is None, not whether it is empty. Of an id ask whether it is "
        "empty. And a key that is there may still hold None.",
    ),
    ask=(
        (
            "When can you start to run a call?",
            "When its arguments are complete: a piece of a later index, or the finish reason, says "
            "so in practice. Complete JSON is a hint only, and a call that changes something "
            "should wait for the end of the message.",
        ),
        (
            "What if the stream dies half-way?",
            "Throw the message away and ask again, or keep the text for the user and drop calls "
            "that are not complete. Never run or store half a call: the transcript would be "
            "invalid.",
        ),
        (
            "How do you show partial JSON?",
            "Parse tolerantly: close open strings and brackets in a copy and parse that, each time "
            "or incrementally. Show it only; what runs is the complete text.",
        ),
    ),
)


@exercise.solution
def assemble(deltas: list[dict]) -> dict:
    """The assistant message that the deltas of a stream add up to."""
    content, calls = [], {}  # pieces of the text; index -> what is known of the call
    for delta in deltas:
        if delta.get("content") is not None:  # "" is a piece
            content.append(delta["content"])
        for entry in delta.get("tool_calls") or []:
            call = calls.setdefault(entry["index"], {"id": "", "name": [], "arguments": []})
            call["id"] = call["id"] or entry.get("id") or ""
            function = entry.get("function") or {}
            call["name"].append(function.get("name") or "")
            call["arguments"].append(function.get("arguments") or "")
    found = []
    for index, call in sorted(calls.items()):
        # Joined once: adding piece by piece to a growing text copies it again and again.
        name, arguments = "".join(call["name"]), "".join(call["arguments"])
        if not call["id"] or not name:
            raise ValueError(f"the call at {index} has no id or no name")
        function = {"name": name, "arguments": arguments}
        found.append({"id": call["id"], "type": "function", "function": function})
    message = {"role": "assistant", "content": "".join(content) if content else None}
    if found:
        message["tool_calls"] = found
    return message


def entry_of(index: int, id=None, name=None, arguments=None) -> dict:
    """One entry of a delta's tool_calls; what is None is left out."""
    function = {"name": name, "arguments": arguments}
    function = {key: text for key, text in function.items() if text is not None}
    found = {"index": index} | ({"id": id} if id is not None else {})
    return found | ({"function": function} if function else {})


def calling(*entries: dict) -> dict:
    return {"tool_calls": [*entries]}


def saying(content: str | None) -> dict:
    return {"content": content}


ARGUMENTS = ("{}", '{"a": 2}', "", '{"text": "a b"}', "{not json", '  {"é": [1, 2]} \n')
WORDS = ("Hi", "", " there", "\n", "None", "é 🙂")


def pieces(draw: Draw, whole: str) -> list[str]:
    """A text in up to three pieces, some of them empty."""
    cuts = sorted(draw.size(0, len(whole)) for _ in range(draw.size(0, 2)))
    return [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def pieces_of_a_call(draw: Draw, index: int, number: int) -> list[dict]:
    names = pieces(draw, draw.choice("add", "look_up"))
    found = [entry_of(index, f"c{number}", names[0], draw.choice(None, ""))]
    found += [entry_of(index, None, name) for name in names[1:]]
    found += [
        entry_of(index, draw.choice(None, None, ""), None, piece)
        for piece in pieces(draw, draw.choice(*ARGUMENTS))
    ]
    if draw.size(0, 4) == 4:
        found.insert(0, entry_of(index, draw.choice("", None), None, '{"first": 1}'))
    if draw.size(0, 4) == 4:
        found[-1] |= {"id": "later", "type": "function"}
    return found


@exercise.inputs
def streams(draw: Draw) -> dict:
    indexes = draw.choice((0,), (), (0, 1), (1, 0), (2, 0, 5), (10, 9, 2), (3,))
    queues = [pieces_of_a_call(draw, index, n + 1) for n, index in enumerate(indexes)]
    queues.append([saying(draw.choice(*WORDS)) for _ in range(draw.size(0, 3))])
    deltas = [{"role": "assistant", "content": draw.choice(None, "")}] if draw.flag() else []
    while any(queues):
        queue = queues[draw.size(0, len(queues) - 1)] or next(filter(None, queues))
        piece = queue.pop(0)
        if "index" not in piece:
            deltas.append(piece)
        elif deltas and deltas[-1].get("tool_calls") and draw.flag():
            deltas[-1]["tool_calls"].append(piece)
        else:
            deltas.append(draw.choice({}, {}, saying(None), saying("x")) | calling(piece))
    if draw.flag():
        deltas.append(draw.choice({}, {"tool_calls": None}, {"tool_calls": []}, saying(None)))
    return {"deltas": deltas}


def stream(*parts) -> dict:
    """A case in short: a text is a content, a tuple an entry, a list a delta of several entries."""
    deltas = []
    for part in parts:
        if part is None or isinstance(part, str):
            part = {"content": part}
        elif not isinstance(part, dict):
            entries = part if isinstance(part, list) else [part]
            part = calling(*(e if isinstance(e, dict) else entry_of(*e) for e in entries))
        deltas.append(part)
    return {"deltas": deltas}


@exercise.edges
def streams_that_separate() -> list[dict]:
    add, more = (0, "c1", "add", '{"a": '), (0, None, None, "2}")
    mul, rest = (1, "c2", "mul", "{"), (1, None, None, "}")
    nulls = {"index": 0, "id": None, "function": {"name": None, "arguments": None}}
    null = {"index": 0, "function": None}
    typed = {**entry_of(*add), "type": "function"}
    return [
        # Content.
        stream(), stream({}), stream({"role": "assistant"}), stream(None), stream(""),
        stream("", None), stream("Hi"), stream("Hi", None, " you"), stream("None", None),
        stream(None, "a", {}, ""), stream({}, "a", {}, "b"), stream(" a ", "\n"), stream("a", "a", "a"),
        stream({"content": "a", "tool_calls": None}), stream({"content": "a", "tool_calls": []}),
        stream({"tool_calls": []}), stream({"role": "assistant", "content": None}, "Hi"),
        stream({"role": "assistant", "content": "", "refusal": None}, "Hi", {}),
        # Content and calls.
        stream(add, more), stream({"content": None, **calling(entry_of(*add))}, more),
        stream("I add.", add, {}, more), stream(add, "I add.", more, " Now."), stream("", add, more),
        stream({"content": "a", **calling(entry_of(*add))}, "b", more), stream(add, more, ""),
        # Calls in turn, and many entries in one delta.
        stream(add, mul, more, rest), stream([add, mul], [more, rest]), stream(mul, add, rest, more),
        stream([add, more], [mul, rest]), stream(add, mul, rest, more, "x"),
        stream([mul, rest, add, more]), stream([mul, add], rest, [more, rest]),
        # Indexes.
        stream((3, "c1", "add", "{}")), stream((1, "c1", "add", "{}")),
        stream((7, "c1", "add", "1"), (2, "c2", "mul", "2")), stream(mul, rest, rest),
        stream(*((n, f"c{n}", "add", f"[{n}]") for n in (10, 9, 2, 11, 1, 0))),
        stream(*((n, f"c{n}", "add", f"[{n}]") for n in (100, 20, 3))),
        stream([(n, f"c{n}", "add", "{}") for n in range(12)]),
        stream((2, "a", "f"), (1, "b", "f"), (0, "c", "f"), (1, None, None, "x")),
        # Ids.
        stream((0, "", "add", "{"), (0, "c1", None, "}")), stream((0, "c1", "add", "{"), (0, "c2")),
        stream((0, "c1", "add", "{"), (0, "c1", None, "}")), stream((0, "c1", "add"), (0, "", None, "1")),
        stream((0, "", "a", "1"), (0, "c1", "d", "2"), (0, "c9", "d")), stream(add, nulls, more),
        stream((0, "c", "add", "1"), (1, "c", "mul", "2")),
        stream([(1, "c", "mul", "2"), (0, "c", "mul", "1")], (1, None, None, "3")),
        stream([(0, "x", "add", "1"), (1, "x", "add", "2"), (2, "x", "add", "3")]),
        # What may be missing, or come late.
        stream((0, "c1", "add", "")), stream((0, "c1", "add")), stream((0, "c1", "add"), (0,), nulls),
        stream((0, "c1"), add, more), stream([(0,), add, more]), stream([nulls], add, more),
        stream([null, add, more]), stream(add, [null], more, [nulls]),
        stream((0, "c1"), (0, None, "add"), (0, None, None, "{}")),
        stream((0, None, "a"), (0, None, "dd"), (0, "c1", None, "{}")),
        stream((0, "c1"), (1, "c2"), (0, None, "add", "{}"), (1, None, "mul", "1")),
        stream((0, None, "add"), (1, None, "mul"), (1, "c2", None, "1"), (0, "c1", None, "{}")),
        stream((0, "c1", "add"), (1, "c2", "mul"), (1, None, None, "1")),
        stream((0, None, None, "{}"), (0, "c1", "add")), stream([typed], more, {"tool_calls": None}),
        # Names and arguments.
        stream((0, "c1", "look"), (0, None, "_up", "{"), (0, None, None, "}")),
        stream((0, "c1", "ad", ""), (0, None, "d", "{}"), "x", "y"), stream((0, "c1", "a"), (0, "", "a")),
        stream((0, "c1", "add", '{"a": 1}'), (0, None, None, '{"b": 2}')),
        stream((0, "c1", "add", "1"), (0, None, None, "1"), (0, None, None, "1")),
        stream((0, "c1", "add", ' {"a":'), (0, None, None, ' "b c" } \n')),
        stream((0, "c1", "add", "{"), (0, None, None, " "), (0, None, None, "}")),
        stream((0, "c1", "add", "null")), stream((0, "c1", "add", "False"), None),
        stream((0, "c1", " look "), (0, None, "up ", "{}")),
        stream("e", "\u0301", (0, "c1", "add", '"e'), (0, None, None, '\u0301"')),
    ]  # fmt: skip


def cut(whole: str | None) -> list[str | None]:
    """A piece in two, where it can be cut."""
    middle = len(whole or "") // 2
    return [whole[:middle], whole[middle:]] if middle else [whole]


@exercise.law(inputs=streams, examples=10)
def cutting_pieces_further_changes_nothing(solution, deltas):
    """Where a provider cuts depends on its tokenizer and on the network."""
    finer = []
    for delta in deltas:
        entries = []
        for one in delta.get("tool_calls") or []:
            function = one.get("function", {})
            entries.append({key: value for key, value in one.items() if key != "function"})
            for key in function:
                entries += [
                    {"index": one["index"], "function": {key: piece}}
                    for piece in cut(function[key])
                ]
        finer += [{"content": piece} for piece in cut(delta.get("content"))]
        finer.append({"tool_calls": entries})
    same(solution(finer), solution(deltas), "With every piece cut in two")


@exercise.law(inputs=streams, examples=10)
def the_turns_of_different_calls_do_not_matter(solution, deltas):
    """Calls that are made at once arrive as the network will have it."""
    entries = [one for delta in deltas for one in delta.get("tool_calls") or []]
    texts = [{"content": delta.get("content")} for delta in deltas]
    one_by_one = [{"tool_calls": [one]} for one in sorted(entries, key=lambda one: -one["index"])]
    want = solution(deltas)
    same(solution(texts + one_by_one), want, "With the text first and one call after the other")
    same(solution(one_by_one + texts), want, "With the text last and one call after the other")


def messages(draw: Draw) -> dict:
    tool_calls = [
        {
            "id": f"call_{n}",
            "type": "function",
            "function": {
                "name": draw.choice("add", "look_up"),
                "arguments": draw.choice(*ARGUMENTS),
            },
        }
        for n in range(draw.size(0, 3))
    ]
    content = draw.choice(None, "", "Hi there.", "é 🙂\n\nx")
    message = {"role": "assistant", "content": content}
    return {
        "message": message | ({"tool_calls": tool_calls} if tool_calls else {}),
        "width": draw.size(1, 4),
    }


@exercise.law(inputs=messages, examples=12)
def a_message_in_pieces_becomes_that_message(solution, message, width):
    """What is streamed is the message that would have come at once."""
    content, deltas = message["content"], []
    if content is not None:
        deltas = [saying(content[:width])]
        deltas += [saying(content[i : i + width]) for i in range(width, len(content), width)]
    for index, call in enumerate(message.get("tool_calls", [])):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        deltas.append(calling(entry_of(index, call["id"], name, "")))
        for i in range(0, len(arguments), width):
            deltas.append(calling(entry_of(index, None, None, arguments[i : i + width])))
    same(solution(deltas), message, f"Cut into pieces of {width}")


def incomplete() -> list[dict]:
    whole, null = (0, "c1", "add", "{}"), {"index": 0, "id": None, "function": {"name": "add"}}
    return [
        # No id.
        stream((0, None, "add", "{}")), stream((0, "", "add", "{}")), stream("Hi", [null], "you"),
        stream(whole, [(1, None, "mul", "{"), (1, None, None, "}")]),
        stream((2, "", "add"), (2, "", None, "{}")),
        # No name.
        stream((0, "c1", None, "{}")), stream((0, "c1")), stream(whole, (1, "c2", None, "{}")),
        stream([{"index": 5, "id": "c1", "function": None}]),
        stream("Hi", [{"index": 0, "id": "c1", "function": {"name": None, "arguments": "{}"}}]),
        # Neither.
        stream((0,)), stream((0, None, None, "{}")), stream(whole, (1,)),
        stream((1, None, None, "}"), whole), stream("Hi", (3, "", None, "")),
    ]  # fmt: skip


@exercise.law(edges=incomplete)
def a_call_without_id_or_name_raises_value_error(solution, deltas):
    """Such a call can neither be run nor answered: the stream has lost something."""
    must_raise(ValueError, solution, deltas)


@exercise.rig
def a_long_stream(solution, content_pieces, argument_pieces):
    """What becomes of a message in very many pieces: the lengths of its texts, and their ends."""
    deltas = [{"content": "ab"}] * content_pieces
    for index, count in enumerate(argument_pieces):
        head = {"index": index, "id": f"c{index}", "function": {"name": "f", "arguments": "{"}}
        piece = {"tool_calls": [{"index": index, "function": {"arguments": str(index)}}]}
        deltas += [{"tool_calls": [head]}, *[piece] * count]
    message = solution(deltas)
    arguments = [call["function"]["arguments"] for call in message["tool_calls"]]
    return [[len(whole), whole[:2], whole[-2:]] for whole in [message["content"], *arguments]]


@exercise.law(edges=lambda: [{"content_pieces": 140_000, "argument_pieces": [140_000, 5_000]}])
def many_pieces_take_little_time(solution, content_pieces, argument_pieces):
    """Joining what there is again at each piece costs the square of their number."""
    want = [[2 * content_pieces, "ab", "ab"]]
    want += [[1 + n, f"{{{i}", f"{i}{i}"] for i, n in enumerate(argument_pieces)]
    same(
        a_long_stream(solution, content_pieces, argument_pieces),
        want,
        "Length, first two and last two letters (equal pieces are one and the same dict)",
    )


exercise.mistake(
    "keyed_by_id",
    "You keep calls by their id. Only the first piece has one, so the others are lost, and calls "
    "with equal ids become one: keep them by index.",
    swap={
        '        for entry in delta.get("tool_calls") or []:\n': (
            '        for entry in delta.get("tool_calls") or []:\n'
            '            if not entry.get("id"):\n                continue\n'
        ),
        'calls.setdefault(entry["index"],': 'calls.setdefault(entry["id"],',
        "sorted(calls.items())": "calls.items()",
    },
)
exercise.mistake(
    "pieces_go_to_the_latest_call",
    "You add a piece without an id to the call that began last. Pieces of several calls may "
    "alternate: go by the index.",
    swap={
        "            call = calls.setdefault(": (
            '            if not entry.get("id") and calls:\n'
            '                entry = {**entry, "index": list(calls)[-1]}\n'
            "            call = calls.setdefault("
        )
    },
)
exercise.mistake(
    "appends_every_delta_as_call",
    "You make a call of every entry. Entries with the same index are pieces of one call.",
    swap={
        'calls.setdefault(entry["index"],': 'calls.setdefault((entry["index"], len(calls)),',
        'if not call["id"] or not name:': "if not (call['id'] or name or arguments):",
    },
)
exercise.mistake(
    "overwrites_arguments",
    "You keep only the last piece of the arguments. Join all pieces.",
    swap={'"".join(call["arguments"])': '"".join(call["arguments"][-1:])'},
)
exercise.mistake(
    "first_arguments_only",
    "You keep only the first piece of the arguments. Join all pieces.",
    swap={'"".join(call["arguments"])': '"".join(call["arguments"][:1])'},
)
exercise.mistake(
    "last_name_only",
    "You keep the last piece of the name. A name may come in pieces too: join them.",
    swap={'"".join(call["name"])': '"".join([n for n in call["name"] if n][-1:])'},
)
exercise.mistake(
    "first_name_only",
    "You keep the first piece of the name. A name may come in pieces too: join them.",
    swap={'"".join(call["name"])': '"".join([n for n in call["name"] if n][:1])'},
)
exercise.mistake(
    "order_of_arrival",
    "You return the calls in the order of their first pieces. Sort them by index.",
    swap={"sorted(calls.items())": "calls.items()"},
)
exercise.mistake(
    "sorted_as_text",
    "You sort the indexes as texts, where 10 comes before 2. They are numbers.",
    swap={"sorted(calls.items())": "sorted(calls.items(), key=lambda pair: str(pair[0]))"},
)
exercise.mistake(
    "index_as_place",
    "You take the index for a place in the list. Indexes may begin anywhere and have gaps, so keep "
    "the calls in a dict.",
    swap={"sorted(calls.items())": "((i, calls[i]) for i in range(len(calls)))"},
)
exercise.mistake(
    "first_entry_only",
    "You look at the first entry of each delta. It may hold several.",
    swap={'delta.get("tool_calls") or []': '(delta.get("tool_calls") or [])[:1]'},
)
exercise.mistake(
    "parses_each_piece",
    "You parse pieces of the arguments as JSON. A piece is no JSON, and the whole stays a text.",
    swap={
        'call["arguments"].append(function.get("arguments") or "")': (
            'call["arguments"].append(str(__import__("json").loads(function["arguments"])) '
            'if function.get("arguments") else "")'
        )
    },
)
exercise.mistake(
    "parses_arguments",
    "You parse the arguments. They stay a text: it belongs in the transcript as the model wrote it, "
    "and broken JSON is for whoever runs the call.",
    swap={
        'function = {"name": name, "arguments": arguments}': (
            'function = {"name": name, "arguments": __import__("json").loads(arguments)}'
        )
    },
)
exercise.mistake(
    "no_arguments_become_an_object",
    'You make "{}" of empty arguments. They are kept as they came: without any text they are "".',
    swap={'"arguments": arguments}': '"arguments": arguments or "{}"}'},
)
exercise.mistake(
    "no_arguments_become_none",
    'You return None where no piece of the arguments came. Then they are "".',
    swap={
        'call["arguments"].append(function.get("arguments") or "")': (
            'call["arguments"] += [function["arguments"]] * (function.get("arguments") is not None)'
        ),
        '"arguments": arguments}': '"arguments": arguments if call["arguments"] else None}',
    },
)
exercise.mistake(
    "empty_arguments_refused",
    "You refuse a call whose arguments are empty. A call needs an id and a name; a tool without "
    "parameters may get no arguments.",
    swap={'if not call["id"] or not name:': 'if not (call["id"] and name and arguments):'},
)
exercise.mistake(
    "gaps_refused",
    "You refuse indexes that do not count up from 0. They may begin anywhere and have gaps; they "
    "only tell what belongs together, and the order.",
    swap={
        "    for index, call in sorted(calls.items()):\n": (
            "    if sorted(calls) != list(range(len(calls))):\n"
            "        raise ValueError('a gap in the indexes')\n"
            "    for index, call in sorted(calls.items()):\n"
        )
    },
)
exercise.mistake(
    "trims_pieces",
    "You strip pieces of the arguments. Their spaces belong to the text.",
    swap={'function.get("arguments") or ""': '(function.get("arguments") or "").strip()'},
)
exercise.mistake(
    "none_in_content",
    'You join contents that are None as the text "None". They are no pieces: leave them out.',
    swap={
        '        if delta.get("content") is not None:  # "" is a piece\n': (
            '        if "content" in delta:\n'
        ),
        'content.append(delta["content"])': 'content.append(str(delta["content"]))',
    },
)
exercise.mistake(
    "empty_text_becomes_none",
    'You return None where all pieces are empty. "" is a piece: the content is then "".',
    swap={'if delta.get("content") is not None:': 'if delta.get("content"):'},
)
exercise.mistake(
    "no_content_becomes_empty",
    'You return "" where no piece came. Then the content is None.',
    swap={'"".join(content) if content else None': '"".join(content)'},
)
exercise.mistake(
    "content_dropped_beside_calls",
    "You drop the text where there are calls. A message may hold both.",
    swap={
        '"".join(content) if content else None': '"".join(content) if content and not found else None'
    },
)
exercise.mistake(
    "last_content_only",
    "You keep the last piece of the content only. Join all pieces.",
    swap={'"".join(content) if content': '"".join(content[-1:]) if content'},
)
exercise.mistake(
    "empty_list_kept",
    "You return tool_calls also where there are none. Leave the key out: an empty list is refused.",
    swap={"    if found:\n": "    if True:\n"},
)
exercise.mistake(
    "last_id",
    "You take the last id of an index. The first that is not empty counts.",
    swap={'call["id"] or entry.get("id") or ""': 'entry.get("id") or call["id"]'},
)
exercise.mistake(
    "id_overwritten_by_nothing",
    "An empty or missing id in a later piece replaces the one you had. Keep the first that is not "
    "empty.",
    swap={'call["id"] or entry.get("id") or ""': 'entry.get("id", call["id"]) or ""'},
)
exercise.mistake(
    "id_joined",
    "You join the ids of an index as if they were pieces. The first that is not empty counts.",
    swap={'call["id"] or entry.get("id") or ""': 'call["id"] + (entry.get("id") or "")'},
)
exercise.mistake(
    "id_of_the_first_piece",
    "You take the id, also an empty or missing one, of the first piece of an index. The first that "
    "is not empty counts.",
    swap={
        '{"id": "", "name"': '{"id": entry.get("id") or "", "name"',
        '            call["id"] = call["id"] or entry.get("id") or ""\n': "",
    },
)
exercise.mistake(
    "type_left_out",
    'You leave out the type of the calls. Each has "type": "function".',
    swap={'"id": call["id"], "type": "function",': '"id": call["id"],'},
)
exercise.mistake(
    "index_kept",
    "You keep the index in the calls. It belongs to the stream, not to the message.",
    swap={'{"id": call["id"], "type"': '{"index": index, "id": call["id"], "type"'},
)
exercise.mistake(
    "none_not_expected",
    "You expect that a key that is there holds something. An id, name, function, arguments or list "
    "may be None, which counts as missing.",
    swap={
        'delta.get("tool_calls") or []': 'delta.get("tool_calls", [])',
        'entry.get("function") or {}': 'entry.get("function", {})',
        'function.get("name") or ""': 'function.get("name", "")',
        'function.get("arguments") or ""': 'function.get("arguments", "")',
    },
)
exercise.mistake(
    "missing_keys_not_expected",
    "You read keys that need not be there. A piece may hold any of them, or only its index.",
    swap={'entry.get("function") or {}': 'entry["function"] or {}'},
)
exercise.mistake(
    "incomplete_call_passes",
    "You return a message although a call has no id or no name. It can neither be run nor answered, "
    "and dropping it in silence loses what the model asked for: raise ValueError.",
    swap={'if not call["id"] or not name:': "if False:"},
)
exercise.mistake(
    "missing_id_passes",
    "You return calls without an id. Nobody could answer them: raise ValueError.",
    swap={'if not call["id"] or not name:': "if not name:"},
)
exercise.mistake(
    "missing_name_passes",
    "You return calls without a name. Nobody could run them: raise ValueError.",
    swap={'if not call["id"] or not name:': 'if not call["id"]:'},
)

exercise.walkthrough(r"""
## Where it comes from

A model produces tokens one by one, and whoever waits for it wants to see them. So a reply can be
streamed: OpenAI's format, sent line by line as server-sent events, gives for each few characters a
*delta*, what is to be added to the message so far. For text that is a matter of joining. For tool
calls it takes some bookkeeping, for a call has an id, a name and arguments, a message may hold
several calls, and all of it comes in pieces.

What belongs together is told by a number, the `index`, which stands in every piece. The id stands,
as a rule, in the first piece of a call only: it is what the *conversation* will use later, not what
the stream uses. Servers that speak the same format differ in the rest. Some send whole calls in one
delta, some begin at 1, some leave gaps or put None where others leave a key out. The contract is
what is common to all of them.

## By hand

Two calls, whose pieces alternate. Read each column on its own, from top to bottom:

| delta | content | index 0 | index 1 |
|---|---|---|---|
| 1 | "Both " | | |
| 2 | | id c7, name "add", "" | |
| 3 | | `{"a": ` | |
| 4 | "now." | | id c8, name "add", `{"a"` |
| 5 | | `2}` | `: 3}` |
| together | "Both now." | c7: add, `{"a": 2}` | c8: add, `{"a": 3}` |

Delta 5 holds pieces of two calls and no id. A piece without an id belongs to the call of its index,
not to the one that came last.

```python
from grader.notebook import reference

assemble = reference("agent/stream_assemble")


def piece(index, arguments, id=None, name=None):
    # What is None counts as missing.
    return {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}


deltas = [
    {"role": "assistant", "content": "Both "},
    {"tool_calls": [piece(0, "", "c7", "add")]},
    {"tool_calls": [piece(0, '{"a": ')]},
    {"content": "now.", "tool_calls": [piece(1, '{"a"', "c8", "add")]},
    {"tool_calls": [piece(0, "2}"), piece(1, ": 3}")]},
]
assemble(deltas)
```

## A picture

A longer stream, in which the pieces of three calls come in any order. A row for each index, a
column for each delta; the numbers are the characters that a delta brings. Assembling is reading the
rows; the stream arrives by columns.

```python
import random
import re

from grader.notebook import show

texts = ['{"city": "Rio"}', '{"city": "Reykjavik"}', '{"city": "Oslo"}']
cut = [re.findall(".{1,6}", text) for text in texts]  # in pieces of up to six characters
order = [index for index, parts in enumerate(cut) for _ in parts]
random.Random(5).shuffle(order)
stream, brought = [], [[0] * len(order) for _ in texts]
for at, index in enumerate(order):
    part = cut[index].pop(0)
    begins = () if any(brought[index]) else (f"c{index}", "find")
    stream.append({"tool_calls": [piece(index, part, *begins)]})
    brought[index][at] = len(part)
assert [call["function"]["arguments"] for call in assemble(stream)["tool_calls"]] == texts
show(brought, rows=[f"index {index}" for index in range(3)], columns="delta")
```

## Traps

**By id.** The id looks like the key: it is unique, and the answers will carry it. But only the
first piece has one, so everything after it is lost or collects under None. With a server that sends
whole calls at once this passes.

{{trap: keyed_by_id}}

**To the latest call.** With most servers the calls of a message come one after the other, so adding
each piece to the call that was begun last gives the right result, for months.

{{trap: pieces_go_to_the_latest_call}}

**The index as a place.** A list that is made longer by one with each new index works while they
count up from 0. The contract asks for less, since servers give less: any numbers, in any order.

{{trap: index_as_place}}

## What it costs

Each piece should be looked at once. To add it to the text so far, as one would by hand, may copy
that text each time, and then the work grows with the square of the pieces. Below, such adding, for
a text kept in a dict, against the reference. Both axes are logarithmic.

```python
from grader.notebook import curve, seconds


def by_adding(deltas):
    said = {"arguments": ""}
    for delta in deltas:
        said["arguments"] = said["arguments"] + delta["tool_calls"][0]["function"]["arguments"]
    return said


sizes = [2000, 4000, 8000, 16000, 32000]
begin, more = {"tool_calls": [piece(0, "", "c1", "add")]}, {"tool_calls": [piece(0, "word ")]}
streams = [[begin, *[more] * n] for n in sizes]
curve(
    {
        "adding to the text so far": [1e3 * seconds(by_adding, s, repeat=2) for s in streams],
        "the reference": [1e3 * seconds(assemble, s, repeat=2) for s in streams],
    },
    x=sizes,
    title="Putting a long stream together",
    across="pieces",
    up="milliseconds",
    log=True,
)
```

The adding wins as long as the text is short, and a reply of some hundred pieces is: so this shows
only where a model writes a whole file into an argument.
""")
