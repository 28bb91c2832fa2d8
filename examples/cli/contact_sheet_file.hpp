#pragma once
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <filesystem>

namespace cli {

// Shows every file of the result, read back from the store, on one HTML page and on one PNG beside it. Where nothing
// was made and both are there, they are left alone.
imagegen::Result<void> write_contact_sheet(imagegen::Runtime& runtime, const imagegen::HeroResult& result,
                                           const std::filesystem::path& html_file);

}  // namespace cli
