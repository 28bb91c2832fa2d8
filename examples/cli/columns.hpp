#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// How many columns of a terminal a text takes: two for 漢 and most emoji, none for marks that stand on what is before
// them. UTF-8, without control characters; a byte that is none takes one.
std::size_t columns_in(std::string_view text);

// Its beginning with an ellipsis, where it takes more.
std::string cut_to_columns(std::string_view text, std::size_t most);

// With spaces behind it, so that it takes `width` columns.
std::string padded(std::string text, std::size_t width);

// In lines of at most `width` columns, broken between words.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

using Row = std::vector<std::string>;

// Rows in columns with two spaces between them, a line each. What does not fit into `width` columns is cut, the widest
// first; never the first `whole` columns, which people copy.
std::string table(const std::vector<Row>& rows, std::size_t width, std::size_t whole = 0);

// To stdout, which says the width where it is a terminal; elsewhere nothing is cut.
void print_table(const std::vector<Row>& rows, std::size_t whole = 0);

}  // namespace cli
