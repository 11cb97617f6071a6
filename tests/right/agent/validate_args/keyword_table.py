"""One small function for each keyword; a class carries schema, value and path."""

import json


class Node:
    def __init__(self, value, schema, path):
        self.value, self.schema, self.path = value, schema, path

    def errors(self):
        if "type" in self.schema and not self.fits(self.schema["type"]):
            return [(self.path, "type")]
        found = []
        for keyword in self.schema:
            check = getattr(self, "check_" + keyword, None)
            if check is not None:
                found.extend(check(self.schema[keyword]) or [])
        return found

    def fits(self, kinds):
        kinds = kinds if isinstance(kinds, list) else [kinds]
        own = self.kind()
        if own in kinds:
            return True
        if own == "integer":
            return "number" in kinds
        return own == "number" and "integer" in kinds and self.value == round(self.value)

    def kind(self):
        names = {type(None): "null", bool: "boolean", int: "integer", float: "number"}
        names |= {str: "string", list: "array", dict: "object"}
        return names[type(self.value)]

    def fail(self, keyword, failed):
        return [(self.path, keyword)] if failed else []

    def numeric(self):
        return self.kind() in ("integer", "number")

    def check_minimum(self, limit):
        return self.fail("minimum", self.numeric() and self.value < limit)

    def check_maximum(self, limit):
        return self.fail("maximum", self.numeric() and self.value > limit)

    def check_minLength(self, limit):
        return self.fail("minLength", self.kind() == "string" and len(self.value) < limit)

    def check_maxLength(self, limit):
        return self.fail("maxLength", self.kind() == "string" and len(self.value) > limit)

    def check_minItems(self, limit):
        return self.fail("minItems", self.kind() == "array" and len(self.value) < limit)

    def check_maxItems(self, limit):
        return self.fail("maxItems", self.kind() == "array" and len(self.value) > limit)

    def check_enum(self, options):
        return self.fail("enum", text(self.value) not in map(text, options))

    def check_items(self, schema):
        if self.kind() != "array":
            return []
        nodes = (Node(v, schema, f"{self.path}[{i}]") for i, v in enumerate(self.value))
        return [error for node in nodes for error in node.errors()]

    def check_properties(self, properties):
        if self.kind() != "object":
            return []
        return [
            error
            for name, schema in properties.items()
            if name in self.value
            for error in Node(self.value[name], schema, f"{self.path}.{name}").errors()
        ]

    def check_required(self, names):
        missing = [n for n in names if self.kind() == "object" and n not in self.value]
        return [(f"{self.path}.{name}", "required") for name in missing]

    def check_additionalProperties(self, allowed):
        if allowed or self.kind() != "object":
            return []
        extra = set(self.value) - set(self.schema.get("properties", {}))
        return [(f"{self.path}.{name}", "additionalProperties") for name in extra]


def text(value):
    """Canonical JSON: whole floats as ints, names sorted."""

    def plain(v):
        if isinstance(v, float) and v.is_integer():
            return int(v)
        if isinstance(v, list):
            return [plain(x) for x in v]
        if isinstance(v, dict):
            return {k: plain(x) for k, x in v.items()}
        return v

    return json.dumps(plain(value), sort_keys=True)


def validate(value, schema, path="$"):
    errors = Node(value, schema, path).errors()
    errors.sort()
    return errors
