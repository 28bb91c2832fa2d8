#include "draw/code_points.hpp"
#include "draw/text_measure.hpp"

#include <imagegen/draw/text_layout.hpp>

namespace imagegen {
namespace {

constexpr std::string_view kDots = "...";

std::string_view first_of(std::string_view text) {
  return text.substr(0, detail::first_code_point(text).length);
}

std::string_view without_end_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Measure {
  int height, max_width;
  bool fits(std::int64_t advance) const { return detail::width_of_advance(advance, height) <= max_width; }
};

// Bytes of the longest start that fits, up to a line break: at least one code point, to a space where there is one.
std::size_t line_length(std::string_view text, Measure measure) {
  std::size_t length = 0;
  std::size_t after_space = 0;
  std::int64_t advance = 0;
  while (length < text.size() && text[length] != '\n') {
    const auto next = first_of(text.substr(length));
    advance += detail::advance_of(next);
    // A space may hang over the edge: nobody sees it there.
    if (next != " " && length > 0 && !measure.fits(advance)) return after_space > 0 ? after_space : length;
    length += next.size();
    if (next == " ") after_space = length;
  }
  return length;
}

std::string elide_end(std::string_view line, Measure measure) {
  std::size_t length = 0;
  std::int64_t advance = detail::advance_of(kDots);
  while (length < line.size()) {
    const auto next = first_of(line.substr(length));
    advance += detail::advance_of(next);
    if (!measure.fits(advance)) break;
    length += next.size();
  }
  return std::string(without_end_spaces(line.substr(0, length))).append(kDots);
}

}  // namespace

std::vector<std::string> wrap_text(std::string_view utf8, int height, int max_width, std::size_t max_lines) {
  const Measure measure{height, max_width};
  std::vector<std::string> lines;
  while (!utf8.empty()) {
    const std::size_t length = line_length(utf8, measure);
    const auto line = without_end_spaces(utf8.substr(0, length));
    utf8.remove_prefix(length);
    if (!utf8.empty() && utf8.front() == '\n') utf8.remove_prefix(1);
    if (lines.size() + 1 >= max_lines && !utf8.empty()) {
      lines.push_back(elide_end(line, measure));
      break;
    }
    lines.emplace_back(line);
  }
  return lines;
}

std::string elide_front(std::string_view utf8, int height, int max_width) {
  const Measure measure{height, max_width};
  std::int64_t advance = detail::advance_of(utf8);
  if (measure.fits(advance)) return std::string(utf8);
  advance += detail::advance_of(kDots);
  while (!utf8.empty() && !measure.fits(advance)) {
    const auto first = first_of(utf8);
    advance -= detail::advance_of(first);
    utf8.remove_prefix(first.size());
  }
  return std::string(kDots).append(utf8);
}

}  // namespace imagegen
