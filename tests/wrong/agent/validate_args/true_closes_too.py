import copy
import json
from dataclasses import dataclass, field


@dataclass
class Validator:
    """Collects violations while it walks; one method per keyword."""

    errors: list = field(default_factory=list)

    def visit(self, value, schema, path):
        if "type" in schema and not self.typed(value, schema["type"]):
            self.errors.append((path, "type"))
            return
        for keyword, argument in schema.items():
            method = getattr(self, "check_" + keyword, None)
            if method is not None and keyword != "type":
                method(value, argument, path, schema)

    def typed(self, value, wanted):
        if isinstance(wanted, (list, tuple)):
            return any(self.typed(value, w) for w in wanted)
        match wanted:
            case "null":
                return value is None
            case "boolean":
                return value is True or value is False
            case "integer":
                return self.number(value) and value % 1 == 0
            case "number":
                return self.number(value)
        return isinstance(value, {"string": str, "array": list, "object": dict}[wanted])

    @staticmethod
    def number(value):
        return isinstance(value, (int, float)) and value is not True and value is not False

    def key(self, v):
        if isinstance(v, float) and v.is_integer():
            v = int(v)
        if isinstance(v, list):
            v = [self.key(x) for x in v]
        elif isinstance(v, dict):
            v = {k: self.key(x) for k, x in v.items()}
        return v

    def canon(self, v):
        return json.dumps(self.key(v), sort_keys=True)

    def check_enum(self, value, options, path, schema):
        mine = self.canon(value)
        if all(self.canon(o) != mine for o in options):
            self.errors.append((path, "enum"))

    def check_required(self, value, names, path, schema):
        if isinstance(value, dict):
            for name in names:
                if name not in value:
                    self.errors.append((path + "." + name, "required"))

    def check_properties(self, value, properties, path, schema):
        if isinstance(value, dict):
            for name, sub in properties.items():
                if name in value:
                    self.visit(value[name], sub, path + "." + name)

    def check_additionalProperties(self, value, allowed, path, schema):
        if isinstance(value, dict):
            for name in value:
                if name not in schema.get("properties", {}):
                    self.errors.append((path + "." + name, "additionalProperties"))

    def check_items(self, value, sub, path, schema):
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.visit(item, sub, f"{path}[{index}]")

    def limit(self, bad, path, keyword):
        if bad:
            self.errors.append((path, keyword))

    def check_minimum(self, value, bound, path, schema):
        self.limit(self.number(value) and value < bound, path, "minimum")

    def check_maximum(self, value, bound, path, schema):
        self.limit(self.number(value) and value > bound, path, "maximum")

    def check_minLength(self, value, bound, path, schema):
        self.limit(isinstance(value, str) and len(value) < bound, path, "minLength")

    def check_maxLength(self, value, bound, path, schema):
        self.limit(isinstance(value, str) and len(value) > bound, path, "maxLength")

    def check_minItems(self, value, bound, path, schema):
        self.limit(isinstance(value, list) and len(value) < bound, path, "minItems")

    def check_maxItems(self, value, bound, path, schema):
        self.limit(isinstance(value, list) and len(value) > bound, path, "maxItems")


def validate(value, schema, path="$"):
    walker = Validator()
    walker.visit(copy.deepcopy(value), copy.deepcopy(schema), path)
    return sorted(walker.errors)
