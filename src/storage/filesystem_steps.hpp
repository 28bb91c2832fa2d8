#pragma once
#include <atomic>

/// \file Where a put can be interrupted, so that tests can kill or break it there.
namespace imagegen::detail {

enum class FilesystemStep {
  make_folder,  ///< mkdirat() of a parent folder
  sync_parent,  ///< fsync() of the folder in which one was made
  open_temp,    ///< openat() of the temporary file
  write_temp,   ///< write() of one piece
  sync_temp,    ///< fsync() of the temporary file
  link_name,    ///< linkat() to the final name, for conditional puts
  rename_new,   ///< renameat2(RENAME_NOREPLACE), where there are no hard links
  rename_over,  ///< renameat(), for other puts
  sync_folder,  ///< fsync() of the folder that holds the final name
  unlink_temp,  ///< unlinkat() of the temporary name after a link
  finished,     ///< Nothing left to do
};

/// Called before each step on the thread that does it. It returns 0 to let the step happen, or the errno with which
/// the step is to fail instead.
using FilesystemStepHook = int (*)(FilesystemStep step);

/// Null outside of tests.
extern std::atomic<FilesystemStepHook> on_filesystem_step;

}  // namespace imagegen::detail
