#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace cli {
namespace {

constexpr std::size_t kColumnsWithoutTerminal = 80, kFewestColumns = 20, kMostColumns = 1000;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t columns_told() {
  const auto text = variable("COLUMNS");
  std::size_t columns = 0;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  return columns;
}

std::size_t columns_asked(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool is_coloured(int descriptor) {
  if (manner().colour != Colour::automatic) return manner().colour == Colour::always;
  if (!variable("NO_COLOR").empty()) return false;
  if (const auto forced = variable("CLICOLOR_FORCE"); !forced.empty() && forced != "0") return true;
  const auto kind = variable("TERM");
  return variable("CLICOLOR") != "0" && is_terminal(descriptor) && !kind.empty() && kind != "dumb";
}

}  // namespace

Manner& manner() {
  static Manner all;
  return all;
}

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

std::size_t columns_of(int descriptor) {
  auto columns = columns_told();
  if (columns == 0) columns = columns_asked(descriptor);
  return columns == 0 ? kColumnsWithoutTerminal : std::clamp(columns, kFewestColumns, kMostColumns);
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto locale = variable(name);
    if (locale.empty()) continue;
    for (const std::string_view word : {"UTF-8", "utf8", "utf-8", "UTF8"})
      if (locale.find(word) != std::string_view::npos) return true;
    return false;
  }
  return false;
}

std::string_view ellipsis() {
  return speaks_utf8() ? "\u2026" : "...";
}

std::string painted(int descriptor, Style style, std::string_view text) {
  if (!is_coloured(descriptor)) return std::string(text);
  const std::string_view begin = style == Style::heading ? "\033[1m" : "\033[31m";
  return std::string(begin).append(text).append("\033[0m");
}

}  // namespace cli
