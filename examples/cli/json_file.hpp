#pragma once
#include <imagegen/core/result.hpp>

#include <boost/json/value.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace cli {

// The text of a JSON document in a file, or on standard input for "-": UTF-8 without its byte order mark, and well
// formed. An error names file, line and column, and UTF-16 by its name.
imagegen::Result<std::string> read_json_text(const std::filesystem::path& file);
imagegen::Result<boost::json::value> read_json_file(const std::filesystem::path& file);

// The same of a text that was read; `name` is what an error calls it.
imagegen::Result<boost::json::value> parse_json_of(std::string_view name, std::string_view text);

}  // namespace cli
