"""The doctor on files: what settings of editors say, and what must not be read out of them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from grader.coach.doctor import ABSENT, OFF, ON, UNKNOWN, Finding, level
from grader.coach.doctor.reading import CAP, Unreadable, parse, settings
from tests.fake_home import Home, a_home

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fake programs are shells")

USER = ".config/Code/User/settings.json"
SHARED = "./.vscode/settings.json"
SWITCH = "chat.disableAIFeatures"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        yield home


# Findings.


def test_a_finding_goes_through_json_and_back() -> None:
    found = Finding("VS Code", ON, "~/.config/x sets `y` to false.", 'Set `"y": true`.')
    assert Finding.from_json(found.to_json()) == found
    assert json.loads(found.to_json())["state"] == "on"


@pytest.mark.parametrize(
    "text",
    ["1", "[]", "{}", '{"tool": "x", "state": "off", "evidence": "", "change": ""}', '{"tool": 1}',
     '{"tool": "x", "state": "on", "evidence": 1, "change": ""}'],
)  # fmt: skip
def test_what_is_no_finding_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no finding|no state"):
        Finding.from_json(text)


def test_the_level_never_says_that_everything_is_off() -> None:
    on, off = Finding("Zed", ON, ""), Finding("VS Code", OFF, "")
    dark, none = Finding("browser", UNKNOWN, ""), Finding("Vim", ABSENT, "")
    assert level([on, off, dark, on, none]) == "on: Zed; unknown: browser"
    assert level([off, dark, none]) == "off by setting, as far as can be told; unknown: browser"


def test_on_an_empty_machine_only_what_no_program_sees_is_unknown(fake: Home) -> None:
    found = fake.findings()
    unknown = [item.tool for item in found if item.state == UNKNOWN]
    assert unknown == ["browser", "phone", "second machine"]
    assert {item.state for item in found} == {UNKNOWN, ABSENT}
    absent = {item.tool for item in found if item.state == ABSENT}
    assert absent >= {"VS Code", "Cursor", "Windsurf", "Zed", "Vim", "Neovim", "Emacs"}
    assert absent >= {"JetBrains AI Assistant", "JetBrains Full Line completion", "JupyterLab"}


# JSON as editors write it.

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@examples(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(), VALUES, min_size=1, max_size=4), st.sampled_from(["", "\r"]))
def test_comments_and_trailing_commas_change_no_value(value: dict[str, object], end: str) -> None:
    plain = json.dumps(value, indent=1, ensure_ascii=False)
    rows = plain.split("\n")  # json.dumps writes out the line ends inside strings
    rows[-2] += ", /* the last, } */"
    text = '// a "start"\n' + "".join(f"{row} // it's, }} ]{end}\n" for row in rows)
    assert parse(text) == value


def test_slashes_and_commas_inside_strings_stay() -> None:
    text = r'{"a": "http://x/*y*/", "b": "\\", /* c */ "d": ["// ,]", ",}",],}'
    assert parse(text) == {"a": "http://x/*y*/", "b": "\\", "d": ["// ,]", ",}"]}
    assert parse("  // nothing\n") == {}


@pytest.mark.parametrize(
    "text", ['{"a": tru', '{"a": "b}', "/* {} ", '{"a" 1}', "{} {}", "[" * 9999]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        parse(text)


# VS Code: `true` in the file that wins, and nothing else.


@pytest.mark.parametrize(
    ("user", "shared", "state"),
    [
        ({SWITCH: True}, None, OFF),
        (None, {SWITCH: True}, OFF),
        ({SWITCH: False}, {SWITCH: True}, OFF),
        ({SWITCH: True}, {SWITCH: False}, ON),
        ({SWITCH: "true"}, None, ON),
        ({"chat": {"disableAIFeatures": True}}, None, ON),
        ({}, {}, ON),
        ({"github.copilot.enable": {"*": False}, "editor.inlineSuggest.enabled": False}, None, ON),
        ("{ // https://x\n" + f'"{SWITCH}": true, /* "{SWITCH}": false */ }}', None, OFF),
        (f'{{"a": "// ", "{SWITCH}": true}}', None, OFF),
        (f'{{ /* "{SWITCH}": true */ }}', None, ON),
        (f'{{"{SWITCH}": true, "{SWITCH}": false}}', None, ON),
        ("\ufeff" + json.dumps({SWITCH: True}), None, OFF),
    ],
)  # fmt: skip
def test_vs_code_is_off_by_the_setting_that_wins(
    user: object, shared: object, state: str, fake: Home
) -> None:
    fake.write(USER, user if user is not None else {})
    if shared is not None:
        fake.write(SHARED, shared)
    found = fake.find("VS Code")
    assert found.state == state
    wins = "./.vscode" if isinstance(shared, dict) and SWITCH in shared else f"~/{USER}"
    assert wins in found.evidence
    assert SWITCH in found.evidence
    assert (found.change == "") == (state == OFF)


@pytest.mark.parametrize("path", [USER, SHARED])
@pytest.mark.parametrize(
    "content",
    [f'{{"{SWITCH}": true', f'{{"{SWITCH}": True}}', "[true]", "{} x", '{"a": "\\ud8'],
)
def test_settings_that_do_not_parse_are_unknown_never_off(
    path: str, content: str, fake: Home
) -> None:
    for sound in (USER, SHARED):
        fake.write(sound, {SWITCH: True})
    assert fake.state("VS Code") == OFF
    fake.write(path, content)
    found = fake.find("VS Code")
    assert found.state == UNKNOWN
    assert path.removeprefix("./") in found.evidence
    assert "cannot be read" in found.evidence


def _latin(path: Path) -> None:
    path.write_bytes(b'{"a": "\xff"}')


def _too_large(path: Path) -> None:
    path.write_bytes(b'{"' + SWITCH.encode() + b'": true}' + b" " * CAP)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("spoil", [_latin, _too_large, _folder, _loop, os.mkfifo])
def test_settings_that_cannot_be_read_are_unknown(spoil, fake: Home) -> None:
    path = fake.write(USER)
    path.unlink()
    spoil(path)
    assert fake.state("VS Code") == UNKNOWN
    with pytest.raises(Unreadable):
        settings(path)


def test_the_setting_may_be_lost_between_two_looks(fake: Home) -> None:
    fake.write(USER, {SWITCH: True})
    assert fake.state("VS Code") == OFF
    fake.write(USER, {})  # as updates of VS Code have done
    assert fake.state("VS Code") == ON


def test_the_profile_in_use_cannot_be_told_but_the_project_wins_over_all(fake: Home) -> None:
    fake.write(USER, {SWITCH: True})
    profile = fake.write(".config/Code/User/profiles/-1a2b/settings.json", {})
    fake.write(".config/Code/User/profiles/.DS_Store")
    assert fake.state("VS Code") == UNKNOWN
    fake.write(USER, {SWITCH: True, "workbench.settings.applyToAllProfiles": [SWITCH]})
    assert fake.state("VS Code") == OFF
    fake.write(USER, {SWITCH: True})
    profile.write_text(json.dumps({SWITCH: True}))
    assert fake.state("VS Code") == OFF
    profile.write_text("{}")
    fake.write(SHARED, {SWITCH: True})
    assert fake.state("VS Code") == OFF


def test_the_kin_of_vs_code_have_settings_of_their_own(fake: Home) -> None:
    fake.write(".config/Code - Insiders/User/settings.json", {SWITCH: True})
    fake.write(".config/VSCodium/User/settings.json", {})
    fake.write(".local/share/code-server/User/settings.json", {SWITCH: True})
    (fake.home / ".vscode-server").mkdir()
    assert fake.state("VS Code Insiders") == OFF
    assert fake.state("VSCodium") == UNKNOWN  # it hides chat by itself, since a year or so
    assert fake.state("code-server") == UNKNOWN  # it has ignored the switch
    assert fake.state("VS Code from another machine") == UNKNOWN
    assert "VS Code" not in {item.tool for item in fake.findings()}
    fake.write(SHARED, {SWITCH: False})
    assert {item.state for item in fake.findings() if "Code" in item.tool} >= {ON}
    assert fake.state("code-server") == ON


@pytest.mark.parametrize(
    ("system", "environment", "folder"),
    [
        ("linux", {}, ".config/Code/User"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/xdg"}, "xdg/Code/User"),
        ("linux", {}, ".var/app/com.visualstudio.code/config/Code/User"),
        ("linux", {"VSCODE_PORTABLE": "{home}/p"}, "p/user-data/User"),
        ("darwin", {}, "Library/Application Support/Code/User"),
        ("win32", {"APPDATA": "{home}/Roaming"}, "Roaming/Code/User"),
    ],
)
def test_settings_are_found_where_each_system_keeps_them(
    system: str, environment: dict[str, str], folder: str, fake: Home
) -> None:
    fake.system = system
    fake.environment = {k: v.format(home=fake.home) for k, v in environment.items()}
    assert fake.state("VS Code") == ABSENT
    fake.write(f"{folder}/settings.json", {SWITCH: True})
    assert fake.state("VS Code") == OFF


# Extensions: installed is not on.

INSTALLED = (
    "continue.continue-1.2.3-linux-x64",
    "Codeium.codeium-1.0.0",
    "ms-python.python-9.9.9",
    "github.copilot-1.300.0",
    "openai.chatgpt-0.4.1",
    "tabnine.tabnine-vscode-3.0.0",
)


def test_installed_extensions_are_unknown_whatever_the_switch_says(fake: Home) -> None:
    for name in INSTALLED:
        (fake.home / ".vscode" / "extensions" / name).mkdir(parents=True)
    fake.write(".vscode/extensions/.obsolete", {"tabnine.tabnine-vscode-3.0.0": True})
    fake.write(USER, {SWITCH: True})
    found = {item.tool: item for item in fake.findings() if item.tool.endswith("in VS Code")}
    assert set(found) == {
        f"{n} in VS Code" for n in ("Continue", "Windsurf (Codeium)", "Codex (ChatGPT)")
    }
    assert {item.state for item in found.values()} == {UNKNOWN}
    assert (
        "~/.vscode/extensions/continue.continue-1.2.3-linux-x64"
        in found["Continue in VS Code"].evidence
    )
    assert "editor.inlineSuggest.enabled" in found["Continue in VS Code"].change
    fake.write(SHARED, {"editor.inlineSuggest.enabled": False})
    found = {item.tool: item for item in fake.findings()}
    assert "suggestions in the text off" in found["Continue in VS Code"].evidence


# Zed: either file may switch off, none may switch on again.


@pytest.mark.parametrize(
    ("user", "shared", "state"),
    [
        ({"disable_ai": True}, {"disable_ai": False}, OFF),
        ({"disable_ai": False}, {"disable_ai": True}, OFF),
        ({"disable_ai": False}, {}, ON),
        ({}, {}, ON),
        ('{"disable_ai": true', {"disable_ai": True}, UNKNOWN),
    ],
)  # fmt: skip
def test_zed_is_off_by_either_file(user: object, shared: object, state: str, fake: Home) -> None:
    assert fake.state("Zed") == ABSENT
    fake.write(".config/zed/settings.json", user)
    fake.write("./.zed/settings.json", shared)
    assert fake.state("Zed") == state


def test_of_zeds_project_key_it_is_said_that_older_releases_ignore_it(fake: Home) -> None:
    fake.write(".config/zed/settings.json", {})
    fake.write("./.zed/settings.json", {"disable_ai": True})
    found = fake.find("Zed")
    assert "ignores it" in found.evidence
    assert "~/.config/zed/settings.json" in found.change


# JetBrains: three kinds of assistance, three switches.


def test_noai_speaks_for_ai_assistant_and_for_nothing_else(fake: Home) -> None:
    fake.write(".config/JetBrains/PyCharm2026.1/options/other.xml")
    fake.write(".config/JetBrains/consentOptions/accepted")
    (fake.home / ".local/share/JetBrains/PyCharm2026.1/github-copilot-intellij").mkdir(parents=True)
    tools = (
        "JetBrains AI Assistant",
        "JetBrains Full Line completion",
        "AI plugins of JetBrains IDEs",
    )
    assert [fake.state(tool) for tool in tools] == [UNKNOWN] * 3
    fake.write("./.noai")
    assert [fake.state(tool) for tool in tools] == [OFF, UNKNOWN, UNKNOWN]
    ids = "com.intellij.ml.llm\norg.jetbrains.completion.full.line\n"
    fake.write(".config/JetBrains/PyCharm2026.1/disabled_plugins.txt", ids)
    assert [fake.state(tool) for tool in tools] == [OFF, OFF, UNKNOWN]
    fake.write(".config/JetBrains/DataSpell2026.1/options/other.xml")  # where nothing is disabled
    found = fake.find(tools[1])
    assert found.state == UNKNOWN
    assert "DataSpell2026.1" in found.evidence


# Cursor and Windsurf have no switch for everything.


def test_editors_made_for_ai_are_on_when_they_run_and_never_off(fake: Home) -> None:
    fake.write(".config/Cursor/User/settings.json", {"cursor.cpp.disabledLanguages": ["python"]})
    assert [fake.state("Cursor"), fake.state("Windsurf")] == [UNKNOWN, ABSENT]
    pid = fake.start("cursor")
    found = fake.find("Cursor")
    assert found.state == ON
    assert f"cursor (pid {pid})" in found.evidence
    assert "Tab is off for Python" in found.evidence
    fake.start("windsurf")
    assert fake.state("Windsurf") == ON
