#!/usr/bin/env python3
"""Expects every public name of the headers to have documentation, and names those that have none.

  check_docs.py ROOT        prints file:line and name of each, ends with 1 when there is one

Public are types, aliases, free functions, constants and macros, and the functions and fields of a class that its users see.
Documentation is a block of `///` directly above, or `///<` behind; in the C header also `/** */` and `/* */`. A block above
counts for all that follows it line on line and is of the same kind, such as functions or fields; that of a class for the
macro behind it. Enumerators have the documentation of their enum. Nothing is asked of what says itself: destructors, what is
declared ahead, defaulted, deleted or overrides, assignments, comparisons, and constructors that take nothing, another
object, or what they only put into members.

It reads what these headers are written in and not all of C++: no preprocessor, and `<` behind a name opens a list of types.
"""
import pathlib
import re
import sys
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<macro>^[ \t]*\#(?:\\\n|[^\n])*)
      | (?P<string>R"(?P<mark>\w*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')
      | (?P<word>[A-Za-z_]\w*|\d[\w'.]*)
      | (?P<sign>::|->|<=>|<<|<=|>=|==|!=|&&|\|\||[^\s])""",
    re.S | re.M | re.X)
PAIRS = {"(": ")", "[": "]", "{": "}"}
TYPES = ("class", "struct", "union", "enum")
COMPARISONS = ("operator==", "operator!=", "operator<", "operator<=>")


class Token(NamedTuple):
    text: str
    line: int


class Declaration(NamedTuple):
    kind: str  # "class", "type", "constructor", "function", "field", "macro"
    name: str
    first: int  # lines; documentation may stand behind the first, the last and all between
    last: int
    end: int  # the same, but of a class or enum that of its last brace
    exempt: bool = False
    members: tuple = ()


class Header:
    """The tokens of a header, what closes each bracket, and which lines hold documentation."""

    def __init__(self, text, c):
        self.tokens, self.macros, self.closes = [], [], {}
        self.above, self.behind, self.remarks = set(), set(), set()  # lines
        for found in TOKEN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            if found["comment"]:
                alone = not text[text.rfind("\n", 0, found.start()) + 1:found.start()].strip()
                self.take_comment(found["comment"], line, alone, c)
            elif found["macro"]:
                self.take_macro(found["macro"], line, c)
            else:
                self.tokens.append(Token('""' if found["string"] else found[0], line))
        opened = []
        for at, token in enumerate(self.tokens):
            if token.text in PAIRS:
                opened.append(at)
            elif token.text in PAIRS.values():
                self.closes[opened.pop()] = at

    def take_comment(self, comment, line, alone, c):
        if comment.startswith("///<") or c and not alone:
            self.behind.add(line)
        elif alone:
            kept = self.above if c or comment.startswith("///") else self.remarks
            kept.update(range(line, line + comment.count("\n") + 1))

    def take_macro(self, macro, line, c):
        defined = re.match(r"\s*#\s*define\s+(\w+)[ \t(]", macro)  # a guard has no value
        if c and defined:
            last = line + macro.count("\n")
            self.macros.append(Declaration("macro", defined[1], line, last, last))
            if "/*" in macro:
                self.behind.add(line)


def closing(words, at):
    """Where the bracket that opens at `at` is closed; behind the last word if it is not."""
    opened, shut = words[at], PAIRS.get(words[at], ">")
    at += 1
    while at < len(words) and words[at] != shut:
        at = closing(words, at) + 1 if words[at] in (opened, *PAIRS) else at + 1
    return at


def operator_end(words, at):
    """Behind the name of an operator: where its parameters begin."""
    stop = words.index("(", at + 1)
    return stop + 2 if stop == at + 1 else stop  # operator()


def top_level(head):
    """The words of a declaration outside of brackets, each bracket as one word: "()", "[]", "{}", "<>"."""
    flat, at, words = [], 0, [token.text for token in head]
    while at < len(words):
        stop = at + 1
        if words[at] == "operator":
            stop = operator_end(words, at)
            flat.append((" " if words[at + 1][0].isalpha() else "").join(words[at:stop]))
        elif words[at] in PAIRS or words[at] == "<":
            stop = closing(words, at) + 1
            flat.append(words[at] + PAIRS.get(words[at], ">"))
        else:
            flat.append(words[at])
        at = stop
    while flat and flat[0] in ("template", "<>", "[]", "typedef"):
        flat.pop(0)
    return flat


def parameters_at(flat):
    """Where the parameters of a function stand, or None of what is none."""
    end = flat.index("=") if "=" in flat else len(flat)
    return next((at for at in range(1, end) if flat[at] == "()"), None)


def opens_body(head):
    """Whether a brace behind these words opens a body, not an initialiser."""
    flat = top_level(head)
    if flat and (flat[0] in ("namespace", "inline") + TYPES or flat == ["extern", '""']) and parameters_at(flat) is None:
        return flat[0] != "inline" or "namespace" in flat
    parameters = parameters_at(flat)
    if parameters is None:
        return False
    return ":" not in flat[parameters:] or flat[-1] in ("()", "{}")  # a list of members is over


def read_statement(header, at):
    """The words of a declaration that begins at `at`, where its body opens or None, and where the next begins."""
    head, body = [], None
    while header.tokens[at].text != ";":
        if header.tokens[at].text == "{" and opens_body(head):
            body, at = at, header.closes[at]
            if top_level(head)[0] not in TYPES:
                return head, body, at + 1
        elif at in header.closes:
            head += header.tokens[at:header.closes[at] + 1] if body is None else []
            at = header.closes[at]
        elif body is None:
            head.append(header.tokens[at])
        at += 1
    return head, body, at + 1


def field_names(flat):
    names = [[]]
    for word in flat:
        names.append([]) if word == "," else names[-1].append(word)
    cut = [name[:name.index("=")] if "=" in name else name for name in names]
    return [next((word for word in reversed(name) if re.match(r"[A-Za-z_]", word)), "?") for name in cut]


def type_name(flat):
    return next((word for word in flat[1:] if re.match(r"\w", word) and word not in TYPES), flat[0])


def says_itself(name, words, flat, owner, is_empty):
    """Whether a function is one of those that need no documentation."""
    if name != owner:
        return name in COMPARISONS + ("operator=",) or "override" in flat or "final" in flat
    takes_nothing_else = re.search(rf"\( ((const )?{owner} &&?( \w+)? )?\)", words) is not None
    return takes_nothing_else or is_empty and ":" in flat


def classify(head, body, header, owner):
    """The declaration that these words make; None for what is none of ours, such as a destructor."""
    flat, words = top_level(head), " ".join(token.text for token in head)
    parameters = parameters_at(flat)
    close = header.closes[body] if body else None
    lines = head[0].line, head[-1].line, header.tokens[close].line if body else head[-1].line
    if parameters is None and flat[0] in TYPES and body:
        if flat[0] == "enum":
            return Declaration("type", type_name(flat), *lines)
        members = read_scope(header, body + 1, close, type_name(flat), flat[0] != "class")
        return Declaration("class", type_name(flat), *lines, members=tuple(members))
    if words.startswith("typedef "):
        pointer = re.search(r"\( \* (\w+)", words)
        return Declaration("type", pointer[1] if pointer else flat[-1], *lines)
    if flat[0] == "using":
        return Declaration("type", flat[1], *lines) if "=" in flat else None
    if parameters is None:
        return None if flat[0] in TYPES + ("friend",) else Declaration("field", ", ".join(field_names(flat)), *lines)
    if flat[0] == "static_assert" or flat[parameters - 2] in ("~", "::") or flat[-1] in ("default", "delete"):
        return None  # "::": the definition of a member below its class
    name = flat[parameters - 1]
    exempt = says_itself(name, words, flat, owner, body and close == body + 1)
    return Declaration("constructor" if name == owner else "function", name, lines[0], lines[2], lines[2], exempt)


def read_scope(header, at, stop, owner=None, visible=True):
    """Yields the declarations between two tokens that users see, those of namespaces among them."""
    while at < stop:
        if header.tokens[at].text in ("public", "protected", "private") and header.tokens[at + 1].text == ":":
            visible, at = header.tokens[at].text == "public", at + 2
            continue
        head, body, after = read_statement(header, at)
        words = [token.text for token in head]
        if body and ("namespace" in words[:2] or words[0] == "extern"):
            if "detail" not in words:
                yield from read_scope(header, body + 1, header.closes[body])
        elif head and visible and (declared := classify(head, body, header, owner)):
            yield declared
        at = after


def undocumented(header, declarations, owner=""):
    """Yields line and name of every declaration that has no documentation."""
    before = None  # the last one that has a block above, of itself or of its group
    for declared in declarations:
        line = declared.first - 1
        while line in header.remarks:
            line -= 1
        follows = before and before.end == line and declared.kind in ("macro", before.kind) and declared.kind != "class"
        grouped = line in header.above or follows
        behind = not header.behind.isdisjoint(range(declared.first, declared.last + 1))
        if not (grouped or behind or declared.exempt):
            yield declared.first, owner + declared.name
        yield from undocumented(header, declared.members, f"{owner}{declared.name}::")
        before = declared if grouped else None


def check_header(text, c=False):
    """Line and name of every public declaration without documentation; `c`: also `/* */` is documentation."""
    header = Header(text, c)
    declarations = list(read_scope(header, 0, len(header.tokens))) + header.macros
    return list(undocumented(header, sorted(declarations, key=lambda declared: declared.first)))


def main():
    root = pathlib.Path(sys.argv[1])
    found = 0
    for file in sorted((root / "include/imagegen").rglob("*.hpp")) + [root / "capi/imagegen.h"]:
        for line, name in check_header(file.read_text(encoding="utf-8"), c=file.suffix == ".h"):
            print(f"{file.relative_to(root)}:{line}: {name} is not documented")
            found += 1
    print(f"{found} public names without documentation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
