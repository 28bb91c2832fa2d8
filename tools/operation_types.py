"""What the generators of tools/generate_operations.py have in common: operations as the library describes them, and the types
of the languages from the JSON Schemas in them.

A schema with a title is a type of that name. Where a title stands for what is read in one place and for what is written in
another, both are one type: a field must be there if it must in both.
"""
import json

NOTE = "Written by tools/generate_operations.py from the descriptions of the operations; not by hand."

# Their arguments and results are pictures rather than documents; each language has its own way with these.
BY_HAND = ("images", "http")


class Operation:
    """One of `imagegen operations --json`."""

    def __init__(self, described):
        self.name, self.summary = described["name"], described["summary"]
        self.group, self.method = self.name.split(".")
        self.request, self.progress = described["request"], described.get("progress")
        self.subject, self.gives, self.drains, self.may_buy = (described[key] for key in ("subject", "gives", "drains", "mayBuy"))
        self.files = described["files"]
        self.bytes_in, self.bytes_out = described["bytesIn"], described["bytesOut"]
        self.result = described["result"]
        self.fields = self.request["properties"]
        self.required = self.request.get("required", [])
        # Files that are arguments of their own; one that the request may hold as text is not.
        self.inputs = [name for name in described["inputs"] if name not in self.fields]

    def is_required(self, field):
        return field in self.required

    def result_with_files(self):
        """The result's schema, with the files where the languages put them."""
        result = json.loads(json.dumps(self.result))
        for file in self.files:
            place, *path = result, *file["path"].split(".")
            for step in path[:-1]:
                place = _inside(place, step)
            place["properties"][path[-1]] = {"type": "string"} if file["isText"] else {"type": "file"}
            if "error" not in place["properties"]:  # else it is there, or the error is
                place.setdefault("required", []).append(path[-1])
        return result

    def given(self):
        """The schema of what the languages give of it; none where there is nothing to say."""
        result = self.result_with_files()
        if self.gives:
            schema = dict(result["properties"][self.gives])
            schema.pop("description", None)
            return schema
        return result if result["properties"] else None

    def schemas(self):
        return [self.request, self.result_with_files()] + ([self.progress] if self.progress else [])


def _inside(place, step):
    name = step.removesuffix("[]")
    made = {"type": "object", "title": name[0].upper() + name[1:], "properties": {}, "required": []}
    inner = place["properties"].setdefault(name, made)
    return inner["items"] if step.endswith("[]") else inner


def alternatives(schema):
    """Schemas of which a value has one; null among them as {"type": "null"}."""
    if "anyOf" in schema:
        return [one for part in schema["anyOf"] for one in alternatives(part)]
    kinds = schema.get("type")
    found = [{**schema, "type": kind} for kind in kinds] if isinstance(kinds, list) else [schema]
    if None in schema.get("enum", []):
        found.append({"type": "null"})
    return [{"type": "null"} if one.get("type") == "null" else one for one in found]


class NamedTypes:
    """All named types that the operations speak of, each behind those that it is made of."""

    def __init__(self, operations):
        self.fields = {}  # title: {field: schema}
        self.required = {}  # title: fields that must be there
        self.groups = {}  # title: the group of the first operation that speaks of it
        for operation in operations:
            for schema in operation.schemas():
                self._meet(schema, operation.group)

    def _meet(self, schema, group):
        for one in alternatives(schema):
            for field in one.get("properties", {}).values():
                self._meet(field, group)
            if "items" in one:
                self._meet(one["items"], group)
            title = one.get("title")
            if not title:
                continue
            self.groups.setdefault(title, group)
            required = set(one.get("required", []))
            self.required[title] = self.required.get(title, required) & required
            self.fields.setdefault(title, {}).update(one["properties"])

    def is_optional(self, title, name):
        return name not in self.required[title]


def type_of(schema, language):
    """The type of a value, as the language writes it."""
    return " | ".join(dict.fromkeys(_one(one, language) for one in alternatives(schema)))


def _one(schema, language):
    if "const" in schema:
        return language.literal([schema["const"]])
    if "enum" in schema:
        return language.literal([value for value in schema["enum"] if value is not None])
    kind = schema.get("type")
    if kind == "array":
        return language.array(type_of(schema.get("items", {}), language))
    if kind == "object":
        return schema.get("title") or language.any_object
    return language.plain[kind]


def sentence(text):
    """As a sentence of its own; a unit alone stays as it is."""
    if text.split(",")[0].split(" ")[0] in ("px", "ms"):
        return text
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "...")) else ".")
