"""Breaks each rule once in a small tree and expects check_tree to say so."""
import pathlib
import tempfile
import unittest

import check_tree


class CheckTree(unittest.TestCase):
    def violations(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(text)
            return check_tree.check_tree(pathlib.Path(folder))

    def test_takes_what_the_table_allows(self):
        self.assertEqual(self.violations("src/provider/a.cpp", "#include <imagegen/http/url.hpp>\n#include <boost/json.hpp>\n"), [])
        self.assertEqual(self.violations("src/workflow/a.cpp", '#include "image/x.hpp"\n'), [])

    def test_finds_a_stage_that_includes_another(self):
        self.assertIn("image may not include plan", self.violations("src/image/a.cpp", "#include <imagegen/plan/x.hpp>\n")[0])
        self.assertIn("plan may not include image", self.violations("include/imagegen/plan/a.hpp", '# include "image/x.hpp"\n')[0])
        self.assertIn("storage may not include workflow", self.violations("src/storage/a.cpp", "#include <imagegen/workflow/heroes.hpp>\n")[0])

    def test_finds_who_names_a_workflow_beside_the_table(self):
        include = '#include "workflow/heroes/heroes_kind.hpp"\n'
        self.assertIn("may name the workflow heroes", self.violations("src/runtime/a.cpp", include)[0])
        self.assertIn("may name the workflow heroes", self.violations("src/workflow/prompts/a.cpp", include)[0])
        self.assertIn("may name the workflow heroes", self.violations("src/engine/a.cpp", include)[0])
        for path in ("src/runtime/workflows.cpp", "src/workflow/heroes/a.cpp", "include/imagegen/workflow/heroes.hpp"):
            self.assertEqual(self.violations(path, include), [])
        self.assertEqual(self.violations("src/runtime/a.cpp", '#include "workflow/image_job/publish.hpp"\n'), [])

    def test_finds_who_names_a_provider_beside_the_table(self):
        def violations(path, text):
            with tempfile.TemporaryDirectory() as folder:
                for name in ("fal", "openai", "common"):
                    (pathlib.Path(folder) / "src/provider" / name).mkdir(parents=True)
                file = pathlib.Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                return check_tree.check_tree(pathlib.Path(folder))

        naming = ("#include <imagegen/provider/openai.hpp>\n", "OpenAiOptions options;\n", 'if (kind == "openai") open();\n',
                  "int openai_key();\n", 'read(key, "OPENAI_API_KEY");\n', "extern const int kOpenAi;\n")
        for text in naming:
            for path in ("src/runtime/a.cpp", "include/imagegen/provider.hpp", "src/provider/fal/a.cpp", "src/provider/a.hpp"):
                self.assertIn("may name the provider openai", "".join(violations(path, text)), (path, text))
            for path in ("src/runtime/provider_kinds.cpp", "src/provider/openai/a.cpp", "include/imagegen/provider/openai_text.hpp"):
                self.assertEqual(violations(path, text), [], (path, text))
        self.assertIn("the provider fal", violations("src/runtime/a.cpp", "FalOptions fal_options;\n")[0])
        for text in ("// such as openai\n", "bool fails = false; /* FalOptions */\n", 'auto kDefault = "FALSE", s = "falls";\n', "common::Falling x;\n"):
            self.assertEqual(violations("src/runtime/a.cpp", text), [], text)

    def test_finds_a_command_that_does_not_stand_on_the_operations(self):
        self.assertIn("calls operations", self.violations("examples/cli/a.cpp", "#include <imagegen/state/state.hpp>\n")[0])
        self.assertEqual(self.violations("examples/cli/a.cpp", "#include <imagegen/engine/engine.hpp>\n#include <imagegen/core/money.hpp>\n"), [])

    def test_finds_a_library_outside_its_module_and_in_a_public_header(self):
        self.assertIn("plan may not use", self.violations("src/plan/a.cpp", "#include <webp/encode.h>\n")[0])
        self.assertIn("public header", self.violations("include/imagegen/http/a.hpp", "#include <boost/beast/core.hpp>\n")[0])

    def test_finds_a_module_that_nobody_decided_upon(self):
        self.assertIn("not in the include table", self.violations("src/misc/a.cpp", "\n")[0])

    def test_finds_printing_and_the_environment_but_not_in_comments_or_strings(self):
        self.assertIn("getenv", self.violations("src/core/a.cpp", 'auto x = std::getenv("HOME");\n')[0])
        self.assertEqual(self.violations("src/core/a.cpp", '// never getenv("X")\nauto s = "abort(";\n'), [])
        self.assertEqual(self.violations("src/testing/contract/a.cpp", "auto x = std::getenv(\"CI\");\n"), [])

    def test_finds_a_file_with_too_many_lines(self):
        self.assertIn("501 lines", self.violations("src/core/a.cpp", "\n" * 501)[0])


if __name__ == "__main__":
    unittest.main()
