"""The doctor on servers of this machine: models and JupyterLab; and how long it takes."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.coach.doctor import ABSENT, OFF, ON, UNKNOWN, Port
from grader.coach.doctor.labextensions import INLINE_COMPLETER as INLINE
from tests.fake_home import Home, Reply, Server, a_home, serve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fake programs are shells")


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        yield home


@pytest.fixture
def served() -> Iterator[Callable[[Reply], Server]]:
    servers: list[Server] = []

    def start(reply: Reply) -> Server:
        servers.append(serve(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


# Local model servers: an answer counts, not an open port.

ANSWERS = [
    ("Ollama", {"/api/version": {"version": "0.9"}}, ON),
    ("Ollama", {"/": "Ollama is running"}, UNKNOWN),
    ("Ollama", {"/api/version": {"version": None}}, UNKNOWN),
    ("Ollama", {"/api/version": ["version"]}, UNKNOWN),
    ("LM Studio", {"/v1/models": {"data": []}}, ON),
    ("LM Studio", {}, UNKNOWN),
    ("llama-server", {"/v1/models": {"object": "list", "data": [{"id": "m"}]}}, ON),
    ("llama-server", {"/props": {"default_generation_settings": {}}}, ON),
    ("llama-server", {"/v1/models": ["a"], "/props": {"x": 1}}, ABSENT),
    ("llama-server", {}, ABSENT),
]


@pytest.mark.parametrize(("tool", "pages", "state"), ANSWERS)
def test_a_model_server_is_known_by_its_answer(
    tool: str, pages: dict[str, object], state: str, fake: Home, served
) -> None:
    def reply(path: str, _: str) -> tuple[int, bytes]:
        return (200, json.dumps(pages[path]).encode()) if path in pages else (404, b"{}")

    fake.ports = (Port(tool, served(reply).port),)
    found = fake.find(tool)
    assert found.state == state
    assert str(fake.ports[0].number) in found.evidence


def test_where_nothing_listens_nothing_is_there_unless_its_process_runs(fake: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    fake.ports = (Port("Ollama", closed),)
    assert fake.state("Ollama") == ABSENT
    pid = fake.start("ollama", "serve")  # at another port
    found = fake.find("Ollama")
    assert found.state == ON
    assert f"ollama (pid {pid})" in found.evidence


def test_the_port_that_ollama_host_names_is_asked_too(fake: Home, served) -> None:
    server = served(lambda *_: (200, b'{"version": "1"}'))
    fake.environment = {"OLLAMA_HOST": f"http://127.0.0.1:{server.port}/"}
    assert fake.state("Ollama") == ON


# JupyterLab: what the page of a running server says.


def lab(fake: Home, served, page: object, status: int = 200, **changed: object) -> Server:
    """A fake server that shows `page` at /base/lab to whoever has the token."""
    body = page if isinstance(page, bytes) else (
        b'<html><script id="jupyter-config-data" type="application/json">'
        + json.dumps(page).encode() + b"</script></html>"
    )  # fmt: skip

    def reply(path: str, token: str) -> tuple[int, bytes]:
        known = path == "/base/lab" and token == "token t0k"
        return (status, body) if known else (403, b"<html>log in</html>")

    server = served(reply)
    facts = {"pid": os.getpid(), "port": server.port, "base_url": "/base/", "token": "t0k"}
    fake.also = [os.getpid()]
    runtime = f".local/share/jupyter/runtime/jpserver-{server.port}.json"
    fake.write(runtime, {**facts, "url": "http://elsewhere.invalid/", **changed})
    return server


def offers(*names: str, disabled: object = ()) -> dict[str, object]:
    return {"federated_extensions": [{"name": n} for n in names], "disabledExtensions": disabled}


PAGES = [
    (offers("@jupyter-ai/core", "jupyterlab_pygments"), ON),
    (offers("@jupyter-ai/core", disabled=["@jupyter-ai/core"]), OFF),
    (offers("@jupyter-ai/core", disabled={"@jupyter-ai/core": True}), OFF),
    (offers("@jupyter-ai/core", disabled={"@jupyter-ai/core": False}), ON),
    (offers("@jupyter-ai/core", disabled=["@jupyter-ai/core:plugin"]), ON),
    (offers("mito_ai", disabled=[INLINE]), ON),
    (offers("some-new-copilot", disabled=[INLINE]), ON),
    (offers("brand-new"), UNKNOWN),
    (offers("brand-new", "mito_ai"), ON),
    (offers("brand-new", disabled=["brand-new"]), ABSENT),
    (offers("jupyterlab_pygments", disabled=[INLINE]), OFF),
    (offers("jupyterlab_pygments"), ABSENT),
    ({}, UNKNOWN),
    ({"federated_extensions": [{"nom": 1}]}, UNKNOWN),
    (b'<script id="jupyter-config-data">{</script>', UNKNOWN),
    (b"<html></html>", UNKNOWN),
]


@pytest.mark.parametrize(("page", "state"), PAGES)
def test_jupyterlab_is_what_its_page_says(page: object, state: str, fake: Home, served) -> None:
    server = lab(fake, served, page)
    assert fake.state(f"JupyterLab at port {server.port}") == state
    assert server.asked == ["/base/lab"]


CHANGED = [
    {"token": "wrong"},
    {"base_url": "/"},
    {"secure": True},
    {"port": 0},
]


@pytest.mark.parametrize("changed", CHANGED, ids=str)
def test_a_server_that_does_not_show_its_page_is_unknown(changed, fake: Home, served) -> None:
    server = lab(fake, served, offers(), **changed)
    assert fake.state(f"JupyterLab at port {changed.get('port', server.port)}") == UNKNOWN


@pytest.mark.parametrize(
    "changed", [{"port": "x"}, {"pid": None}, {"token": "a\r\nX: y"}, {"base_url": "/ü"}], ids=str
)
def test_a_runtime_file_that_is_none_is_unknown_and_nobody_is_asked(changed, fake, served) -> None:
    server = lab(fake, served, offers(), **changed)
    assert fake.state("JupyterLab") == UNKNOWN
    assert server.asked == []


def test_servers_that_have_ended_do_not_count_and_hidden_ones_are_unknown(fake, served) -> None:
    server = lab(fake, served, offers("@jupyter-ai/core"))
    fake.also = []
    assert fake.state("JupyterLab") == ABSENT
    assert server.asked == []
    fake.start_script("python3", "bin/jupyter-lab")  # with a runtime folder of its own
    assert fake.state("JupyterLab") == UNKNOWN


# Never slow.


def _dripping(listener: socket.socket, stop: threading.Event) -> None:
    """A server that sends a byte now and then, for ever as it were."""
    with closing(listener.accept()[0]) as connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            try:
                connection.sendall(b" ")
            except OSError:
                return
            if stop.wait(0.05):
                return


def test_it_takes_less_than_a_second_whatever_the_servers_do(fake: Home) -> None:
    stop = threading.Event()
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(8)]  # half of them silent
    threads = [threading.Thread(target=_dripping, args=(one, stop)) for one in listeners[:4]]
    for thread in threads:
        thread.start()
    numbers = [one.getsockname()[1] for one in listeners]
    tools = ("Ollama", "LM Studio", "llama-server", "Ollama", "LM Studio")
    fake.ports = tuple(map(Port, tools, (*numbers[:2], *numbers[4:])))
    fake.also = [os.getpid()]
    for number in (numbers[2], numbers[3], numbers[7]):
        facts = {"pid": os.getpid(), "port": number, "base_url": "/", "token": ""}
        fake.write(f".local/share/jupyter/runtime/jpserver-{number}.json", facts)
    for number in range(300):
        fake.write(f".vim/plugged/plugin-{number}/x")
    begun = time.monotonic()
    found = fake.findings()
    took = time.monotonic() - begun
    stop.set()
    for listener in listeners:
        listener.close()
    for thread in threads:
        thread.join()
    assert took < 1
    assert {item.state for item in found if "port" in item.evidence} == {UNKNOWN}
    assert sum("Jupyter" in item.tool for item in found) == 3
