#!/usr/bin/env python3
"""Checks the source tree against the rules of the house and says where it breaks them.

  check_tree.py ROOT        prints every violation, ends with 1 when there is one

Rules: which module may include which (docs/architecture.md has the same table), who may name a workflow or a provider, which libraries a module may use and that
they stay out of public headers, that nothing in src/ prints, aborts or reads the environment, and how long a file may be.
"""
import pathlib
import re
import sys

# Stages never include each other; only workflow knows two at once.
STAGES = ["core", "json", "prompt", "plan", "draw", "http", "provider", "image", "storage", "spend", "event", "job", "record", "asset", "state"]
MAY_INCLUDE = {
    "core": [],
    "json": ["core"],
    "prompt": ["core"],
    "plan": ["core"],
    "draw": ["core"],
    "http": ["core"],
    "provider": ["core", "json", "http", "draw"],
    "image": ["core"],
    "storage": ["core", "http"],
    "spend": ["core", "json"],
    "event": ["core", "json"],
    "job": ["core"],
    "record": ["core", "json"],
    "asset": ["core", "json", "record"],
    "state": ["core", "json", "job", "asset", "record", "spend"],
    "config": ["core", "json", "http", "provider", "storage", "spend", "job", "state"],
    "workflow": STAGES + ["config"],
    "runtime": STAGES + ["config", "workflow"],
    "engine": STAGES + ["config", "workflow", "runtime"],
    "testing": STAGES,
}

# Libraries private to src/<module>. Boost.System and Asio are everybody's.
LIBRARIES = {
    "openssl/": ["core", "http"],
    "boost/beast": ["http"],
    "boost/asio/ssl": ["http"],
    "boost/json": ["json", "spend", "event", "provider", "record", "asset", "state", "workflow", "runtime", "engine"],
    "boost/url": ["http"],
    "webp/": ["image"],
    "jpeglib.h": ["image"],
    "jerror.h": ["image"],
    "spng.h": ["image"],
    "gif_lib.h": ["image"],
    "hwy/": ["image"],
    "lcms2": ["image"],
    "sqlite3.h": ["state"],
    "libpq-fe.h": ["state"],
    "mongoc/": ["state"],
    "bson/": ["state"],
}

# Asio is heavy: a public header includes it only where it gives coroutines.
PUBLIC_THIRD_PARTY = re.compile(r"boost/(system|asio)/")
FORBIDDEN_IN_SRC = re.compile(r"\b(std::cout|std::cerr|std::clog|printf|fprintf|puts|getenv|abort|exit|_exit)\s*[(<]")
LONGEST_FILE = 500
# Suites of the test kit: parts of a test program, which CI tells what to do.
TEST_CODE = "src/testing/contract/"
# A runtime knows no workflow by name.
WORKFLOW_TABLE = "src/runtime/workflows.cpp"
SHARED_BY_WORKFLOWS = ("image_job", "erase")
# Nobody knows a provider by its name but its folder, its public headers, and one table.
PROVIDERS, PROVIDER_TABLE = "src/provider", "src/runtime/provider_kinds.cpp"
SHARED_BY_PROVIDERS = ("common",)
KNOW_A_PROVIDER = {
    TEST_CODE: "openai",  # as a name among others
    "include/imagegen/config/runtime_config.hpp": "placeholder",  # is asked where nobody has said who
    "src/workflow/prompts/": "openai",  # the enhancer asks for texts with its account
    "include/imagegen/workflow/prompts/": "openai",
    "src/prompt/": "placeholder",  # of a template: another thing
    "include/imagegen/prompt/": "placeholder",
}
# The command line stands on the operations: of the library it knows the engine, and the nouns that travel.
COMMAND_LINE, ITS_MODULES = "examples/cli", ("core", "engine")
# What a program uses, and what those need who write stores, providers and workflows.
OF_SEVERAL_MODULES = ("include/imagegen/imagegen.hpp", "include/imagegen/maker.hpp")
# Folders of include/imagegen whose headers are for makers.
MAKERS = ("maker", "testing")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)


def module_of(path):
    """The module a file belongs to: src/<module>/..., include/imagegen/<module>/..., include/imagegen/maker/<module>/... or
    include/imagegen/<module>.hpp. Those of several modules have none."""
    parts = path.parts
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[:3] == ("include", "imagegen", "maker"):
        return parts[3]
    if parts[:2] == ("include", "imagegen"):
        return parts[2].removesuffix(".hpp")
    return None


def module_of_include(target):
    target = target.removeprefix("imagegen/").removeprefix("maker/")
    first = target.split("/")[0].removesuffix(".hpp")
    return first if first in MAY_INCLUDE else None


def workflow_of(target):
    """The folder of the one workflow that an include belongs to; nothing for what all workflows share."""
    parts = target.removeprefix("imagegen/").split("/")
    own = len(parts) > 2 and parts[0] == "workflow" and parts[1] not in SHARED_BY_WORKFLOWS
    return parts[1] if own else None


def may_name_workflow(path, workflow):
    """The one table, the workflow's own folder, and the header that includes all of it (workflow/heroes.hpp)."""
    return path.as_posix() == WORKFLOW_TABLE or workflow in path.parts or path.name == f"{workflow}.hpp"


def check_includes(path, text):
    module = module_of(path)
    if module is None or path.as_posix() in OF_SEVERAL_MODULES:
        return
    if module not in MAY_INCLUDE:
        yield f"module {module} is not in the include table"
        return
    public = path.parts[0] == "include"
    for target in INCLUDE.findall(text):
        other = module_of_include(target)
        if other and other != module and other not in MAY_INCLUDE[module]:
            yield f"{module} may not include {other} ({target})"
        if public and target.startswith("imagegen/maker/") and path.parts[2] not in MAKERS:
            yield f"a user's header may not include a maker's ({target})"
        workflow = workflow_of(target)
        if workflow and module in ("runtime", "workflow", "engine") and not may_name_workflow(path, workflow):
            yield f"only {WORKFLOW_TABLE} and its own folder may name the workflow {workflow} ({target})"
        if public and target.startswith("boost/") and not PUBLIC_THIRD_PARTY.match(target):
            yield f"a public header may not include {target}"
        for library, users in LIBRARIES.items():
            if target.startswith(library):
                if public:
                    yield f"a public header may not include {target}"
                elif module not in users:
                    yield f"{module} may not use {target}; {', '.join(users)} may"


def providers_of(root):
    folders = (folder.name for folder in (root / PROVIDERS).glob("*") if folder.is_dir())
    return sorted(set(folders) - set(SHARED_BY_PROVIDERS))


def names_in(code, name):
    """Whether `name` stands in the code as a word or as a part of one: openai_key, kOpenAi, "OPENAI_API_KEY"."""
    for word in re.findall(r"[A-Za-z0-9]+", code):
        if word.lower() == name:
            return True
        for part in re.finditer(re.escape(name), word, re.I):
            begins, goes_on = word[part.start()].isupper(), word[part.end():part.end() + 1].islower()
            if begins and not goes_on and not part.group().isupper():
                return True
    return False


def may_name_provider(path, name):
    """The table, its own folder, its public headers (provider/openai.hpp, provider/openai_text.hpp), and who has a reason."""
    posix = path.as_posix()
    reasons = (prefix for prefix, known in KNOW_A_PROVIDER.items() if known == name)
    own = (f"{PROVIDERS}/{name}/", f"include/imagegen/provider/{name}.hpp", f"include/imagegen/provider/{name}_",
           f"include/imagegen/provider/{name}/")
    return posix == PROVIDER_TABLE or posix.startswith((*own, *reasons))


def check_providers(path, text, providers):
    if path.parts[0] not in ("src", "include"):
        return
    code = without_comments(text)
    for name in providers:
        if not may_name_provider(path, name) and names_in(code, name):
            yield f"only {PROVIDER_TABLE} and its own folder may name the provider {name}"


def check_command_line(path, text):
    if path.parent.as_posix() != COMMAND_LINE:
        return
    for target in INCLUDE.findall(text):
        if target.startswith("imagegen/") and module_of_include(target) not in ITS_MODULES:
            yield f"the command line knows {' and '.join(ITS_MODULES)} alone, and calls operations ({target})"


def without_comments_and_strings(text):
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', '""', text, flags=re.S)


def without_comments(text):
    return re.sub(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', lambda found: found.group(1) or " ", text, flags=re.S)


def check_words(path, text):
    if path.parts[0] != "src" or path.as_posix().startswith(TEST_CODE):
        return
    for found in FORBIDDEN_IN_SRC.finditer(without_comments_and_strings(text)):
        yield f"nothing in src/ prints, aborts or reads the environment: {found.group(1)}"


def check_length(path, text):
    lines = text.count("\n")
    if lines > LONGEST_FILE and not path.name.endswith("_data.cpp"):  # a table that a tool has made
        yield f"{lines} lines; a file has one subject and at most {LONGEST_FILE}"


def check_tree(root):
    violations = []
    providers = providers_of(root)
    for folder in ("src", "include", "capi", "examples", "benchmarks", "tests"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".cpp", ".hpp", ".h", ".py") or "node_modules" in file.parts or not file.is_file():
                continue
            path = file.relative_to(root)
            text = file.read_text(encoding="utf-8")
            for check in (check_includes, check_command_line, check_words, check_length):
                violations += [f"{path}: {message}" for message in check(path, text)]
            violations += [f"{path}: {message}" for message in check_providers(path, text, providers)]
    return violations


def main():
    violations = check_tree(pathlib.Path(sys.argv[1]))
    for violation in violations:
        print(violation)
    print(f"{len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
