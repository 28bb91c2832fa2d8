#include "columns.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <limits>
#include <span>

#include "column_ranges.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::size_t kBetween = 2, kNarrowest = 8;

// What a text begins with.
struct Sign {
  char32_t code_point = 0;
  std::size_t bytes = 1;
};

Sign first_sign(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || bytes > text.size()) return {lead < 0x80 ? lead : U'?', 1};
  char32_t code_point = lead & (0xFFU >> (bytes + 1));
  for (const char c : text.substr(1, bytes - 1))
    code_point = code_point << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return {code_point, bytes};
}

bool is_in(std::span<const CodePoints> ranges, char32_t sign) {
  const auto after = std::ranges::upper_bound(ranges, sign, {}, &CodePoints::first);
  return after != ranges.begin() && sign <= std::prev(after)->last;
}

std::size_t columns_of_sign(char32_t sign) {
  if (sign < 0x300) return 1;
  if (is_in(kNoColumn, sign)) return 0;
  return is_in(kTwoColumns, sign) ? 2 : 1;
}

std::vector<std::size_t> widths_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_in(row[i]));
  }
  return widths;
}

// Takes from the widest column until all fit, or none can give any more.
void shrink(std::vector<std::size_t>& widths, std::size_t width, std::size_t whole) {
  if (widths.size() <= whole) return;
  std::size_t needed = widths.empty() ? 0 : (widths.size() - 1) * kBetween;
  for (const auto column : widths) needed += column;
  for (; needed > width; --needed) {
    auto& widest = *std::max_element(widths.begin() + static_cast<std::ptrdiff_t>(whole), widths.end());
    if (widest <= kNarrowest) return;
    --widest;
  }
}

}  // namespace

std::size_t columns_in(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto sign = first_sign(text);
    columns += columns_of_sign(sign.code_point);
    text.remove_prefix(sign.bytes);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t most) {
  if (columns_in(text) <= most) return std::string(text);
  const auto dots = ellipsis();
  const auto room = most - std::min(most, columns_in(dots));
  std::size_t bytes = 0, columns = 0;
  while (bytes < text.size()) {
    const auto sign = first_sign(text.substr(bytes));
    columns += columns_of_sign(sign.code_point);
    if (columns > room) break;
    bytes += sign.bytes;
  }
  return std::string(text.substr(0, bytes)).append(dots);
}

std::string padded(std::string text, std::size_t width) {
  return text.append(width - std::min(width, columns_in(text)), ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const auto word = text.substr(0, end);
    auto& line = lines.back();
    if (!line.empty() && columns_in(line) + 1 + columns_in(word) > width)
      lines.emplace_back(word);
    else
      line.append(line.empty() ? "" : " ").append(word);
    if (end < text.size() && text[end] == '\n') lines.emplace_back();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string table(const std::vector<Row>& rows, std::size_t width, std::size_t whole) {
  auto widths = widths_of(rows);
  shrink(widths, width, whole);
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += padded(cut_to_columns(row[i], widths[i]), widths[i] + kBetween);
    text.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
  return text;
}

void print_table(const std::vector<Row>& rows, std::size_t whole) {
  const auto unlimited = std::numeric_limits<std::size_t>::max();
  std::cout << table(rows, is_terminal(STDOUT_FILENO) ? columns_of(STDOUT_FILENO) : unlimited, whole);
}

}  // namespace cli
