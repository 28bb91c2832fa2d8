#pragma once
#include <imagegen/core/result.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file Fields in, prompt text out. Pure: no I/O, no clock.
namespace imagegen {

/// Values by placeholder name. A field that is not there is missing; one of white space only is blank.
using PromptFields = std::map<std::string, std::string, std::less<>>;

/// Text with named holes.
///
/// `{name}` stands for a field, trimmed. `[... {name} ...]` is left out whole when a field in it is missing or blank.
/// `{{`, `}}`, `[[` and `]]` stand for one such character. White space runs become one space (one line end where the
/// run holds one), and full stops never double, so that "Scenario: {scenario}." reads well whether or not the field
/// ends in one.
class PromptTemplate {
 public:
  /// \param placeholders The names that may occur.
  /// \return Errc::invalid_argument for an unknown placeholder (naming it and the known ones), an unmatched bracket, a
  ///         part inside a part, or control characters other than line ends and tabs.
  static Result<PromptTemplate> parse(std::string_view text, std::span<const std::string_view> placeholders);

  /// \return The prompt; Errc::invalid_argument when a field outside of optional parts is missing or blank, or a field
  ///         holds control characters or is not UTF-8. Deterministic, safe from any thread.
  Result<std::string> render(const PromptFields& fields) const;

 private:
  struct Piece {
    std::string text;  // literal text, or the name of a placeholder
    bool is_placeholder = false;
  };
  struct Part {
    std::vector<Piece> pieces;
    bool optional = false;
  };
  class Parser;
  std::vector<Part> parts_;
};

/// Single spaces, no space before or doubled full stops, trimmed: what render() does to its text.
std::string tidy_prompt(std::string_view text);

}  // namespace imagegen
