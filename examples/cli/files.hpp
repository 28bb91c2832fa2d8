#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace cli {

// Where a file is named: standard input, or standard output.
inline constexpr std::string_view kStandardStream = "-";

// The whole file, or standard input for "-"; a missing or unreadable one is an error that names it.
imagegen::Result<imagegen::Bytes> read_file(const std::filesystem::path& file);

// Writes beside the file and moves into place, so that nobody sees half of it. A file that holds these bytes already is
// left alone. Gives true when it wrote. "-" is standard output, which must not be a terminal.
imagegen::Result<bool> write_file(const std::filesystem::path& file, imagegen::ByteView bytes);

// As people are told it: "standard input" for "-".
std::string name_of_input(const std::filesystem::path& file);

}  // namespace cli
