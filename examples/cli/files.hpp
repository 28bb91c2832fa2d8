#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include <filesystem>

namespace cli {

// The whole file; a missing or unreadable one is an error that names it.
imagegen::Result<imagegen::Bytes> read_file(const std::filesystem::path& file);

// Writes beside the file and moves into place, so that nobody sees half of it. A file that holds these bytes already is
// left alone. Gives true when it wrote.
imagegen::Result<bool> write_file(const std::filesystem::path& file, imagegen::ByteView bytes);

}  // namespace cli
