"""Types of bindings/node: of every document, and of the method of every operation."""
import json

from operation_types import BY_HAND, NOTE, NamedTypes, alternatives, sentence, type_of

HEAD = f"""/// <reference types="node" />
// {NOTE}
import type {{ Bytes, Call, CallOptions }} from '../index.cjs'
"""


class TypeScript:
    plain = {None: "unknown", "string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null",
             "file": "Buffer"}
    any_object = "Record<string, any>"

    @staticmethod
    def literal(values):
        return " | ".join(f"'{value}'" if isinstance(value, str) else json.dumps(value) for value in values)

    @staticmethod
    def array(of):
        return f"({of})[]" if "|" in of else f"{of}[]"


def _type(schema):
    kinds = {one.get("type") for one in alternatives(schema)}
    big = "bigint | " if kinds == {"integer", "string"} else ""  # 64 bits
    return big + type_of(schema, TypeScript)


def _comment(schema, indent="  "):
    about = schema.get("description")
    return [f"{indent}/** {sentence(about)} */"] if about else []


def _interface(title, fields, is_optional):
    lines = [f"export interface {title} {{"]
    for name, schema in fields.items():
        lines += _comment(schema) + [f"  {name}{'?' if is_optional(title, name) else ''}: {_type(schema)}"]
    return lines + ["}", ""]


def _request(operation, without=()):
    """The type of the request as an argument, but for the fields that stand alone."""
    if operation.request.get("title") and not without:
        return operation.request["title"]
    fields = {name: schema for name, schema in operation.fields.items() if name not in without}
    if not fields:
        return ""
    return "{ " + "; ".join(f"{name}{'' if operation.is_required(name) else '?'}: {_type(schema)}" for name, schema in fields.items()) + " }"


def _method(operation):
    arguments, without = [], ()
    if operation.subject:
        arguments.append(f"{operation.subject}: {_type(operation.fields[operation.subject])}")
        without = (operation.subject,)
    arguments += [f"{name}: Bytes" for name in operation.inputs]
    progress = operation.progress["title"] if operation.progress else ""
    options = f"CallOptions<{progress}>" if progress else "CallOptions"
    request = _request(operation, without)
    if arguments or not request:
        arguments.append(f"options?: {request + ' & ' if request else ''}{options}")
    elif operation.required:
        arguments += [f"request: {request}", f"options?: {options}"]
    else:
        arguments += [f"request?: {request} & {options}", f"options?: {options}"]
    given = operation.given()
    made = ", ".join(filter(None, [_type(given) if given else "void", progress]))
    return [f"  /** {sentence(operation.summary)} */", f"  {operation.method}({', '.join(arguments)}): Call<{made}>"]


def types(operations):
    """types/operations.d.cts"""
    named = NamedTypes(operations)
    lines = [HEAD]
    for title, fields in named.fields.items():
        lines += _interface(title, fields, named.is_optional)
    groups = dict.fromkeys(one.group for one in operations if one.group not in BY_HAND)
    for group in groups:
        lines.append(f"export interface {group.capitalize()}Operations {{")
        for operation in operations:
            if operation.group == group:
                lines += _method(operation)
        lines += ["}", ""]
    lines += ["/** Groups of operations of a runtime. */", "export interface OperationGroups {"]
    lines += [f"  readonly {group}: {group.capitalize()}Operations" for group in groups if group != "runtime"]
    return "\n".join([*lines, "}", ""])
