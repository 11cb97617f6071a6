"""A node per step that tells its followers; ready nodes sit in a PriorityQueue."""

from queue import PriorityQueue


class Node:
    def __init__(self, at, step):
        self.at, self.step = at, step
        self.parents, self.children = {}, []
        self.open = 0
        self.outcome = None
        self.culprits = set()

    def __lt__(self, other):
        return self.at < other.at

    def run(self, execute):
        for name, parent in self.parents.items():
            self.culprits |= parent.culprits
        if self.culprits:
            self.outcome = {"status": "skipped", "because": sorted(self.culprits)}
            return
        inputs = {}
        for name, parent in self.parents.items():
            inputs[name] = parent.outcome["result"]
        try:
            self.outcome = {"status": "done", "result": execute(self.step["task"], inputs)}
        except Exception as error:
            self.culprits = {self.step["id"]}
            message = type(error).__name__ + ": " + str(error)
            self.outcome = {"status": "failed", "error": message}


class Plan:
    def __init__(self, steps):
        self.nodes = {}
        for at, step in enumerate(steps):
            if step["id"] in self.nodes:
                raise ValueError("id used twice: " + step["id"])
            self.nodes[step["id"]] = Node(at, step)
        for node in self.nodes.values():
            for need in node.step["needs"]:
                if need not in self.nodes:
                    raise ValueError("no step " + need)
                if need not in node.parents:
                    node.parents[need] = self.nodes[need]
                    self.nodes[need].children.append(node)
        if len(list(self.walk())) < len(self.nodes):
            raise ValueError("cycle")

    def walk(self):
        queue = PriorityQueue()
        for node in self.nodes.values():
            node.open = len(node.parents)
            if not node.open:
                queue.put(node)
        while not queue.empty():
            node = queue.get()
            yield node
            for child in node.children:
                child.open -= 1
                if not child.open:
                    queue.put(child)


def run_plan(steps, execute):
    plan = Plan(steps)
    for node in plan.walk():
        node.run(execute)
    return {name: node.outcome for name, node in plan.nodes.items()}
