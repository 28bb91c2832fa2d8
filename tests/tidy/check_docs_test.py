"""Leaves out documentation in small headers and expects check_docs to name exactly the lines where it is missing."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import check_docs

DOCUMENTED = '''#pragma once
#include <vector>  // nothing is asked of this

/// \\file Of what it is about.
namespace imagegen {

class Declared;
enum class Colour : int;

/// How it goes.
enum class Mode { fast, "slow" };

/// A shape.
using Shape = std::vector<int>;

/// Sides, px.
inline constexpr int kLeast = 1, kMost = 1'000'000;
inline constexpr char kQuote = '"', kBrace = '{';

/// Sines and cosines.
int sine(int angle) noexcept;
int cosine(int angle) noexcept;

namespace detail {
struct NobodySeesThis {
  int field;
};
int nor_this();
}  // namespace detail

/// All of it.
template <class T, class = std::enable_if_t<(sizeof(T) < 8)>>
class Thing : public Base<T> {
 public:
  Thing() = default;
  Thing(const Thing&) = delete;
  Thing(Thing&& other) noexcept;
  Thing& operator=(Thing other);
  explicit Thing(int side) : side_{side}, sides_({side, side}) {}
  /// \\param name Not empty.
  Thing(int side, std::string name);
  ~Thing() override;

  /// Looks at nothing else; "};" ends nothing.
  int run(std::function<void(int)> then = {}) const {
    if (side_ < 1) return 0;
    return R"({ " )"[0];
  }
  // NOLINTNEXTLINE
  int run(int times) const;
  int base() const override;
  friend bool operator==(const Thing&, const Thing&) = default;
  friend class Declared;
  static_assert(sizeof(int) == 4);
  using Base<T>::again;

  std::function<Task<void>(const Shape&)> hook = {};  ///< May be empty.
  /// A pair of them.
  int first = 0, second{};
  int third = 0;

 protected:
  void not_this();
  struct Neither {
    int field;
  };

 private:
  int side_;
};

template <class T, class U>
int Thing<T, U>::run(int times) const {
  return times;
}

}  // namespace imagegen
'''


class CheckDocs(unittest.TestCase):
    def missing(self, text, c=False):
        return [f"{line}: {name}" for line, name in check_docs.check_header(text, c)]

    def member(self, text):
        return self.missing("/// A thing.\nclass Thing {\n public:\n" + text + "};\n")

    def test_asks_nothing_of_a_header_that_says_all_that_is_to_be_said(self):
        self.assertEqual(self.missing(DOCUMENTED), [])

    def test_misses_every_block_of_that_header_once_it_is_gone(self):
        lines = DOCUMENTED.splitlines()
        for at, line in enumerate(lines):
            if not line.strip().startswith("///") or "\\file" in line:
                continue
            without = "\n".join(lines[:at] + [""] + lines[at + 1:]) + "\n"
            self.assertTrue(self.missing(without), line)
            self.assertTrue(all(int(one.split(":")[0]) > at + 1 for one in self.missing(without)), line)

    def test_finds_types_aliases_functions_and_constants(self):
        self.assertEqual(self.missing("namespace a {\n\nstruct One {};\n}\n"), ["3: One"])
        self.assertEqual(self.missing("enum class Two { a };\n\nusing Three = int;\n"), ["1: Two", "3: Three"])
        self.assertEqual(self.missing("template <class T>\nT four(T x = {}) noexcept {\n  return x;\n}\n"), ["1: four"])
        self.assertEqual(self.missing("inline constexpr int kFive{5};\n"), ["1: kFive"])
        self.assertEqual(self.missing("std::ostream& operator<<(std::ostream&, One);\n"), ["1: operator<<"])

    def test_finds_members_and_names_their_class(self):
        self.assertEqual(self.member("  int run(int times);\n"), ["4: Thing::run"])
        self.assertEqual(self.member("  ~Thing();\n  virtual Task<Result<int>> ask() = 0;\n"), ["5: Thing::ask"])
        self.assertEqual(self.member("  Thing(int one, int two);\n"), ["4: Thing::Thing"])
        self.assertEqual(self.member("  explicit operator bool() const;\n"), ["4: Thing::operator bool"])
        self.assertEqual(self.member("  int width = 0, height{};\n"), ["4: Thing::width, height"])
        self.assertEqual(self.member("  std::function<void(int, int)> hook;\n"), ["4: Thing::hook"])
        self.assertEqual(self.member("  struct Part {  ///< Of it.\n    int x;\n  };\n"), ["5: Thing::Part::x"])

    def test_sees_what_is_public_again(self):
        self.assertEqual(self.member(" private:\n  int x;\n public:\n  int y;\n"), ["7: Thing::y"])

    def test_hands_a_block_on_to_the_same_kind_without_a_gap_only(self):
        self.assertEqual(self.missing("/// Both.\nint one();\nint two();\n"), [])
        self.assertEqual(self.missing("/// One.\nint one();\n\nint two();\n"), ["4: two"])
        self.assertEqual(self.missing("/// One.\nint one();\nstruct Two {};\n"), ["3: Two"])
        self.assertEqual(self.missing("/// One.\nstruct One {\n  int two;\n};\nstruct Three {};\n"), ["3: One::two", "5: Three"])
        self.assertEqual(self.missing("/// One.\nstruct One {};\nusing Two = One;\n"), ["3: Two"])
        self.assertEqual(self.member("  int one;  ///< One.\n  int two;\n"), ["5: Thing::two"])

    def test_takes_no_plain_comment_for_documentation(self):
        self.assertEqual(self.missing("// One.\nint one();\n"), ["2: one"])
        self.assertEqual(self.member("  int one;  // One.\n"), ["4: Thing::one"])
        self.assertEqual(self.missing("/** One. */\nint one();\n"), ["2: one"])

    def test_takes_comments_of_c_in_the_header_of_c(self):
        text = ("#ifndef A_H\n#define A_H\n#define A_LEAST 1\n\ntypedef struct a_thing a_thing; /* a thing */\n"
                "/* Options. */\ntypedef struct a_options {\n  int one; /* one */\n  int two;\n} a_options;\n"
                "#define A_OPTIONS_INIT {1, 2}\n\ntypedef void (*a_function)(void* user_data);\n\n"
                "/** Runs. */\nA_API int a_run(const a_options* options);\nA_API int a_walk(void);\n\n"
                "A_API int a_stop(void);\n#endif\n")
        self.assertEqual(self.missing(text, c=True), ["3: A_LEAST", "9: a_options::two", "13: a_function", "19: a_stop"])

    def test_prints_file_and_line_and_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            headers = {"include/imagegen/core/a.hpp": "\nint one();\n", "capi/imagegen.h": "/* Two. */\nint two(void);\n"}
            for path, text in headers.items():
                (root / path).parent.mkdir(parents=True)
                (root / path).write_text(text)
            checked = subprocess.run([sys.executable, check_docs.__file__, folder], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 1)
        self.assertEqual(checked.stdout, "include/imagegen/core/a.hpp:2: one is not documented\n"
                                         "1 public names without documentation\n")


if __name__ == "__main__":
    unittest.main()
