#pragma once
#include <imagegen/core/result.hpp>

#include "core/file_handle.hpp"
#include "storage/filesystem_steps.hpp"

#include <string_view>

/// \file Failures of the filesystem in this module's words, and the steps at which tests break it.
namespace imagegen::detail {

/// "<what>: <the system's words>", under the code that says what a caller can do about it.
Error error_of_errno(int number, std::string_view what);

/// Gives the hook its chance. \return 0, or the errno to fail with.
int before_step(FilesystemStep step) noexcept;

}  // namespace imagegen::detail
