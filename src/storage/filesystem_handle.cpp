#include "storage/filesystem_handle.hpp"

#include <string>
#include <system_error>

namespace imagegen::detail {
std::atomic<FilesystemStepHook> on_filesystem_step = nullptr;

Error error_of_errno(int number, std::string_view what) {
  Error error{code_of_errno(number), std::string(what) + ": " + std::generic_category().message(number)};
  if (may_pass(number)) error.retry = Retry::later;
  return error;
}

int before_step(FilesystemStep step) noexcept {
  const auto hook = on_filesystem_step.load(std::memory_order_relaxed);
  return hook == nullptr ? 0 : hook(step);
}

}  // namespace imagegen::detail
