#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/shared_bytes.hpp>

#include <filesystem>
#include <span>

namespace cli {

// Writes the page, and the picture beside it. Links to files name them relative to the page, so that they still work
// when the folder is moved.
imagegen::Result<void> write_contact_sheet(std::span<const imagegen::SharedBytes> page_and_picture,
                                           const std::filesystem::path& html_file);

}  // namespace cli
