"""Looks for a cycle from the last step only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class Node:
    id: str
    needs: tuple[str, ...]
    task: Any
    status: str = "pending"
    result: Any = None
    error: str = ""
    because: set[str] = field(default_factory=set)

    def record(self) -> dict:
        if self.status == "done":
            return {"status": "done", "result": self.result}
        if self.status == "failed":
            return {"status": "failed", "error": self.error}
        return {"status": "skipped", "because": sorted(self.because)}


class Plan:
    def __init__(self, steps):
        self.nodes: dict[str, Node] = {}
        for s in steps:
            if s["id"] in self.nodes:
                raise ValueError(f"step id {s['id']} occurs twice")
            self.nodes[s["id"]] = Node(s["id"], tuple(s["needs"]), s["task"])
        for node in self.nodes.values():
            for need in node.needs:
                if need not in self.nodes:
                    raise ValueError(f"step {node.id} needs {need}, which does not exist")
        self.check_cycles()

    def check_cycles(self) -> None:
        white, gray, black = 0, 1, 2
        colour = {i: white for i in self.nodes}
        for start in list(self.nodes)[-1:]:
            if colour[start] != white:
                continue
            colour[start] = gray
            stack = [(start, iter(self.nodes[start].needs))]
            while stack:
                here, rest = stack[-1]
                for need in rest:
                    if colour[need] == gray:
                        raise ValueError(f"cycle through {need}")
                    if colour[need] == white:
                        colour[need] = gray
                        stack.append((need, iter(self.nodes[need].needs)))
                        break
                else:
                    colour[here] = black
                    stack.pop()

    def next_ready(self) -> Node | None:
        for node in self.nodes.values():
            if node.status == "pending" and all(
                self.nodes[n].status == "done" for n in node.needs
            ):
                return node
        return None

    def run(self, execute: Callable) -> None:
        while (node := self.next_ready()) is not None:
            given = {n: self.nodes[n].result for n in node.needs}
            try:
                node.result = execute(node.task, given)
                node.status = "done"
            except Exception as e:
                node.error = f"{type(e).__name__}: {e}"
                node.status = "failed"
                node.because = {node.id}
        self.spread()

    def spread(self) -> None:
        changed = True
        while changed:
            changed = False
            for node in self.nodes.values():
                if node.status in ("done", "failed"):
                    continue
                node.status = "skipped"
                found = set().union(*(self.nodes[n].because for n in node.needs))
                if found - node.because:
                    node.because |= found
                    changed = True


def run_plan(steps, execute):
    plan = Plan(steps)
    plan.run(execute)
    return {i: node.record() for i, node in plan.nodes.items()}
