"""What follows from the operations in bindings/python: types of documents, a function for each operation, the groups of them."""
import json
import re
import textwrap

from operation_types import BY_HAND, NOTE, NamedTypes, alternatives, sentence, type_of

WIDTH = 120


class Python:
    plain = {None: "Any", "string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "file": "Bytes"}
    any_object = "Json"

    @staticmethod
    def literal(values):
        return f"Literal[{', '.join(json.dumps(value) if isinstance(value, str) else repr(value) for value in values)}]"

    @staticmethod
    def array(of):
        return f"list[{of}]"


def _type(schema):
    return type_of(schema, Python)


# ------------------------------------------------------------------------------------------- documents


def _field(name, schema):
    about = schema.get("description")
    return f"    {name}: {_type(schema)}" + (f"  # {about}" if about else "")


def _document(title, fields, is_optional):
    sure = [_field(name, schema) for name, schema in fields.items() if not is_optional(title, name)]
    maybe = [_field(name, schema) for name, schema in fields.items() if is_optional(title, name)]
    if sure and maybe:
        return ["", "", f"class _{title}(TypedDict):", *sure, "", "", f"class {title}(_{title}, total=False):", *maybe]
    return ["", "", f"class {title}(TypedDict{', total=False' if maybe else ''}):", *(sure or maybe)]


def _documents_of(group, named):
    own = [title for title, owner in named.groups.items() if owner == group]
    body = "\n".join(line for title in own for line in _document(title, named.fields[title], named.is_optional))
    lines = [f'"""Documents of the operations {group}.*. {NOTE}"""', "", "from __future__ import annotations", ""]
    lines += _imports("typing", body, ["Any", "Literal", "TypedDict"]) + [""]
    lines += _imports(".._native", body, ["Bytes"]) + _imports(".base", body, ["Json"])
    for other in sorted(set(named.groups.values()) - {group}):
        lines += _imports(f".{other}", body, [title for title, owner in named.groups.items() if owner == other])
    return "\n".join([*lines, body]) + "\n"


def documents(operations):
    """The files of _documents/, by their names: one for each group that brings a type."""
    named = NamedTypes(operations)
    base = [f'"""What all documents are made of, and what buys. {NOTE}"""', "", "from __future__ import annotations", "",
            "from typing import Any", "", "Json = dict[str, Any]", "",
            "# Operations of which nobody knows, where they were left, whether something was paid for.", "MAY_BUY = frozenset({"]
    base += [f'    "{one.name}",' for one in operations if one.may_buy] + ["})"]
    groups = list(dict.fromkeys(named.groups.values()))
    whole = [f'"""Documents of the operations. {NOTE}"""', "", "from .base import MAY_BUY as MAY_BUY", "from .base import Json as Json"]
    whole += [f"from .{group} import {title} as {title}" for group in sorted(groups)
              for title in sorted(title for title, owner in named.groups.items() if owner == group)]
    files = {"__init__.py": "\n".join(whole) + "\n", "base.py": "\n".join(base) + "\n"}
    return files | {f"{group}.py": _documents_of(group, named) for group in groups}


# ------------------------------------------------------------------------------------------- functions

# Fields whose name is a word of the language.
RENAMED = {"from": "since"}


def _snake(name):
    return RENAMED.get(name) or re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)


def _argument_type(schema):
    if schema.get("type") == "array":
        return f"Sequence[{_type(schema['items'])}]"
    if schema.get("type") == "object":
        return schema.get("title") or "JsonObject | str"
    return _type(schema)


def _parameters(operation):
    """How the arguments stand in the signature: those that must be there by place, the others by name."""
    by_place, by_name = [], []
    order = [operation.subject] * bool(operation.subject) + [name for name in operation.fields if name != operation.subject]
    for name in order:
        schema = operation.fields[name]
        if name == "timeoutMs":
            continue
        kind = _argument_type(schema)
        if operation.is_required(name):
            (by_name if "const" in schema else by_place).append(f"{_snake(name)}: {kind}")
        elif name == operation.subject:
            by_place.append(f"{_snake(name)}: {kind} = {schema['default']!r}".replace("'", '"'))
        else:
            by_name.append(f"{_snake(name)}: {kind} | None = None")
    by_place += [f"{name}: BytesLike" for name in operation.inputs]
    if operation.drains:
        by_name.append("drain: Drain | None = None")
    by_name.append("timeout: float | None = None")
    if operation.progress:
        by_name.append(f"on_progress: Callable[[{operation.progress['title']}], object] | None = None")
    return [*by_place, "*", *by_name]


def _value(name, schema):
    if name == "timeoutMs":
        return "milliseconds(timeout)"
    kinds = [one.get("type") for one in alternatives(schema)]
    is_object = "object" in kinds and "string" not in kinds  # a text may be one by itself
    making = "as_list({})" if "array" in kinds else "as_object({})" if is_object else "{}"
    return making.format(_snake(name))


def _finish(operation):
    if operation.given() is None:
        return "nothing"
    if operation.gives in [file["path"] for file in operation.files]:
        return "first_file"
    if operation.gives:
        return f'field("{operation.gives}")'
    if operation.files:
        places = ", ".join(f'("{file["path"]}", {file["isText"]})' for file in operation.files)
        return f"with_files({places})"
    return "document"


def _docstring(operation):
    about = []
    for name, schema in operation.fields.items():
        if "description" in schema and name != "timeoutMs":
            about.append(f"    :param {_snake(name)}: {sentence(schema['description'])}")
    if operation.drains:
        about.append("    :param drain: Requested: nothing more is begun, and what was begun is finished.")
    lines = [f"    {line}" for line in textwrap.wrap('"""' + operation.summary, WIDTH - 8)]
    if about:
        return [*lines, "", *about, '    """']
    lines[-1] += '"""'
    return lines


def _function(operation):
    given = operation.given()
    made = _type(given) if given else "None"
    name = f"{operation.group}_{operation.method}"
    arguments = _parameters(operation)
    head = f"def {name}({', '.join(arguments)}) -> Plan[{made}]:"
    lines = [head] if len(head) <= WIDTH else [f"def {name}(", *(f"    {one}," for one in arguments), f") -> Plan[{made}]:"]
    lines += _docstring(operation)
    fields = [f'"{field}": {_value(field, schema)}' for field, schema in operation.fields.items()]
    request = "{" + ", ".join(fields) + "}"
    if len(request) > WIDTH - 14:
        lines += ["    request = {", *(f"        {one}," for one in fields), "    }"]
    else:
        lines.append(f"    request = {request}" if fields else "    request: Json = {}")
    extra = [f"({', '.join(operation.inputs)}{',' * (len(operation.inputs) == 1)})"] + ["on_progress" if operation.progress else "None"]
    extra.append("drain" if operation.drains else "None")
    while extra and extra[-1] in ("None", "()"):
        extra.pop()
    given = [json.dumps(operation.name), _finish(operation), "request", "timeout", *extra]
    call = f"    return plan({', '.join(given)})"
    lines += [call] if len(call) <= WIDTH else ["    return plan(", *(f"        {one}," for one in given), "    )"]
    return ["", "", *lines]


def _imports(module, text, names):
    used = sorted(name for name in names if re.search(rf"\b{name}\b", text))
    line = f"from {module} import {', '.join(used)}"
    if not used:
        return []
    return [line] if len(line) <= WIDTH else [f"from {module} import (", *(f"    {name}," for name in used), ")"]


def _functions_of(group, operations, titles):
    body = "\n".join(line for one in operations if one.group == group for line in _function(one))
    code = re.sub(r'""".*?"""', "", body, flags=re.S)
    lines = [f'"""What each typed method of {group} asks for: see _binding.py. {NOTE}"""', "", "from __future__ import annotations", ""]
    lines += _imports("collections.abc", code, ["Callable", "Sequence"]) + _imports("typing", code, ["Any", "Literal"]) + [""]
    lines += _imports(".._documents", code, [*titles, "Json"]) + _imports(".._drain", code, ["Drain"])
    lines += _imports(".._native", code, ["Bytes"])
    lines += _imports(".._plan", code, ["Plan", "as_list", "as_object", "document", "field", "first_file", "milliseconds", "nothing",
                                        "plan", "with_files"])
    lines += _imports(".._types", code, ["BytesLike", "JsonObject"])
    return re.sub(r"\n\n\n+from", "\n\nfrom", "\n".join([*lines, body])) + "\n"


def functions(operations):
    """The files of _operations/, by their names: one for each group."""
    titles = list(NamedTypes(operations).fields)
    groups = [group for group in dict.fromkeys(one.group for one in operations) if group not in BY_HAND]
    files = {"__init__.py": f'"""What each typed method asks for, a module for each group. {NOTE}"""\n'}
    return files | {f"{group}.py": _functions_of(group, operations, titles) for group in groups}


# ---------------------------------------------------------------------------------------------- groups


def _module(group):
    """What the module of its functions is called where members have the names of groups."""
    return group if group in BY_HAND else f"{group}_operations"


def groups(operations, is_async):
    """_namespaces.py and _async_namespaces.py"""
    prefix, maker = ("Async", "async_method") if is_async else ("", "method")
    runs = "RunsAsync" if is_async else "Runs"
    described = sorted({one.group for one in operations if one.group not in BY_HAND})
    lines = [f'"""The operations, grouped as they are named: for {"event loops" if is_async else "threads"}. {NOTE}"""', "",
             "from __future__ import annotations", "", "from . import _http_operations as http",
             "from . import _image_operations as images", f"from ._binding import {runs}, {maker}",
             *(f"from ._operations import {group} as {_module(group)}" for group in described), "", "", f"class {prefix}Namespace:",
             f"    def __init__(self, runtime: {runs}) -> None:", "        self.runtime = runtime"]
    groups = [group for group in dict.fromkeys(one.group for one in operations) if group != "runtime"]
    for group in groups:
        lines += ["", "", f"class {prefix}{group.capitalize()}({prefix}Namespace):"]
        lines += [f"    {one.method} = {maker}({_module(group)}.{group}_{one.method})" for one in operations if one.group == group]
    lines += ["", "", f"class {prefix}Namespaces:",
              '    """Of a runtime. Made when they are asked for: kept, they and the runtime would keep each other alive."""', "",
              "    @property", f"    def runtime(self) -> {runs}:", "        raise NotImplementedError"]
    for one in [one for one in operations if one.group == "runtime"]:
        lines += ["", f"    {one.method} = {maker}(runtime_operations.runtime_{one.method})"]
    for group in groups:
        lines += ["", "    @property", f"    def {group}(self) -> {prefix}{group.capitalize()}:",
                  f"        return {prefix}{group.capitalize()}(self.runtime)"]
    return "\n".join(lines) + "\n"
