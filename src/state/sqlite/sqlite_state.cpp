#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "state/open_database.hpp"
#include "state/sqlite/examine.hpp"
#include "state/sqlite/make_file.hpp"
#include "state/sqlite/record_views.hpp"
#include "state/sqlite/scrub.hpp"
#include "state/sqlite/stores.hpp"

namespace imagegen::state {
namespace {

constexpr std::string_view kScheme = "sqlite:";
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(24);  // far from where a sum would overflow

Error about(const std::string& name, Errc code, const std::string& message) {
  return {code, "state: SQLite file " + name + ": " + message};
}

Result<sqlite::DatabaseFile> file_of(const StateOptions& options) {
  const std::string name = options.url.reveal().substr(kScheme.size());
  if (name.empty()) return Error(Errc::invalid_argument, "state: expected sqlite:FILE, got no file");
  if (name.find_first_of(std::string_view("\0?", 2)) != std::string::npos)
    return Error(Errc::invalid_argument, "state: expected sqlite:FILE, got a file name with '?' or NUL in it");
  if (options.wait.count() < 0) return Error(Errc::invalid_argument, "state: expected a wait of 0 ms or more");
  std::error_code failed;
  const auto path = std::filesystem::absolute(name, failed);
  if (failed) return about(name, Errc::storage_failed, "the current folder cannot be found: " + failed.message());
  return sqlite::DatabaseFile{path.string(), name, std::min(options.wait, kLongestWait)};
}

// An empty one is never left by this library, and to begin in it anew would hide what has become of its content. A file
// is never opened here, because closing it would end the locks that SQLite has on it in this process.
Result<void> check_or_make(const sqlite::DatabaseFile& file, StateOpening opening) {
  struct stat found {};
  if (::stat(file.path.c_str(), &found) != 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      return about(file.name, Errc::permission_denied,
                   "it cannot be looked at: " + std::generic_category().message(errno) +
                       "; let this user into its folder");
    if (opening == StateOpening::make) return sqlite::make_file(file);
    const auto folder = std::filesystem::path(file.path).parent_path();
    if (opening == StateOpening::look && ::access(folder.c_str(), W_OK | X_OK) != 0)
      return sqlite::cannot_be_made(file, errno);
    return about(file.name, Errc::not_found,
                 "there is no such file, so no jobs or purchases are kept there; name the one that is worked with");
  }
  if (!S_ISREG(found.st_mode)) return about(file.name, Errc::invalid_argument, "expected a file, got something else");
  if (found.st_size > 0) return {};
  return about(file.name, Errc::corrupt_data,
               "it is empty, and this library leaves none so: it was cut off, or another program has made it. Restore "
               "it from a copy; or delete it to begin anew");
}

Result<std::shared_ptr<sqlite::Database>> open_file(const sqlite::DatabaseFile& file, const StateOptions& options) {
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  try {
    return std::make_shared<sqlite::Database>(file, clock, options.opening != StateOpening::look);
  } catch (const ErrorException& thrown) {
    return thrown.error();
  }
}

}  // namespace

Result<State> open_sqlite(const StateOptions& options, ThreadPool& pool) {
  const auto file = file_of(options);
  if (!file) return file.error();
  if (const auto there = check_or_make(*file, options.opening); !there) return there.error();
  const auto database = open_file(*file, options);
  if (!database) return database.error();
  if (const auto made = sqlite::make_views(**database, options.collections, options.opening); !made) return made.error();
  State state;
  state.jobs = sqlite::make_job_store(*database);
  state.permits = sqlite::make_permit_store(*database);
  state.ledger = sqlite::make_ledger(*database);
  state.records = sqlite::make_record_store(*database, pool);
  state.metadata = make_record_metadata_store(*state.records);
  state.description = "SQLite, " + file->name;
  state.examine = [database = *database] { return sqlite::examine(*database); };
  state.remarks = [database = *database, collections = options.collections] {
    return sqlite::remarks(*database, collections);
  };
  state.scrub = [database = *database] { return sqlite::scrub(*database); };
  return state;
}

}  // namespace imagegen::state
