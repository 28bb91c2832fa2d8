#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

#include "state/open_database.hpp"
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

Error cannot_be_made(const std::string& name, int reason) {
  if (reason == ENOENT || reason == ENOTDIR)
    return about(name, Errc::storage_failed, "its folder does not exist; make it first");
  if (reason == EACCES || reason == EPERM || reason == EROFS)
    return about(name, Errc::permission_denied, "it cannot be made; let this user write in its folder");
  return about(name, Errc::storage_failed, "it cannot be made: " + std::generic_category().message(reason));
}

// Others on the machine have no business in it: prompts are in there. A file that is there is never opened here,
// because closing it would end the locks that SQLite has on it in this process.
Result<void> make_if_absent(const sqlite::DatabaseFile& file) {
  const int made = ::open(file.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) {
    ::close(made);
    return {};
  }
  if (errno != EEXIST) return cannot_be_made(file.name, errno);
  struct stat found {};
  if (::stat(file.path.c_str(), &found) != 0) return cannot_be_made(file.name, errno);
  if (!S_ISREG(found.st_mode)) return about(file.name, Errc::invalid_argument, "expected a file, got something else");
  return {};
}

Result<std::shared_ptr<sqlite::Database>> open_file(const sqlite::DatabaseFile& file, const Clock& clock) {
  try {
    return std::make_shared<sqlite::Database>(file, clock);
  } catch (const ErrorException& thrown) {
    return thrown.error();
  }
}

}  // namespace

Result<State> open_sqlite(const StateOptions& options, ThreadPool& pool) {
  const auto file = file_of(options);
  if (!file) return file.error();
  if (const auto made = make_if_absent(*file); !made) return made.error();
  const auto database = open_file(*file, options.clock != nullptr ? *options.clock : system_clock());
  if (!database) return database.error();
  State state;
  state.jobs = sqlite::make_job_store(*database);
  state.permits = sqlite::make_permit_store(*database);
  state.ledger = sqlite::make_ledger(*database);
  state.metadata = sqlite::make_metadata_store(*database, pool);
  state.description = "SQLite, " + file->name;
  return state;
}

}  // namespace imagegen::state
