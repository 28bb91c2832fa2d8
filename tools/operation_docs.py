"""The table of docs/operations.md."""
import re

from operation_types import NOTE


def _named(schema):
    required = schema.get("required", [])
    return ", ".join(f"`{name}{'' if name in required else '?'}`" for name in schema["properties"])


def _fields(operation):
    shown = []
    for name, schema in operation.fields.items():
        about = schema.get("description", "")
        words = schema.get("enum") or []
        limits = " or ".join(f"`{word}`" for word in words if word is not None)
        more = "; ".join(part for part in (limits, about) if part)
        shown.append(f"`{name}{'' if operation.is_required(name) else '?'}`" + (f" ({more})" if more else ""))
    return ", ".join(shown)


def _row(operation):
    files = [f"{way}: {text}" for way, text in (("in", operation.bytes_in), ("out", operation.bytes_out)) if text]
    cells = (f"`{operation.name}`", operation.summary, _fields(operation), _named(operation.result), "; ".join(files))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def page(operations, text):
    """The page with a new table between its marks."""
    rows = ["| operation | what it does | request | result | files |", "|---|---|---|---|---|", *map(_row, operations)]
    begin, end = f"<!-- {NOTE} -->", "<!-- So far. -->"
    table = "\n".join([begin, *rows, end])
    return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: table, text, flags=re.S)
