#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "state/copy/mark.hpp"
#include "state/open_database.hpp"
#include "state/sqlite/copy_session.hpp"
#include "state/sqlite/examine.hpp"
#include "state/sqlite/make_file.hpp"
#include "state/sqlite/open_file.hpp"
#include "state/sqlite/record_views.hpp"
#include "state/sqlite/scrub.hpp"
#include "state/sqlite/stores.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kScheme = "sqlite:";
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(24);  // far from where a sum would overflow

Error about_file(const std::string& name, Errc code, const std::string& message) {
  return {code, "state: SQLite file " + name + ": " + message};
}

// An empty one is never left by this library, and to begin in it anew would hide what has become of its content. A file
// is never opened here, because closing it would end the locks that SQLite has on it in this process.
Result<void> check_or_make(const sqlite::DatabaseFile& file, StateOpening opening) {
  struct stat found {};
  if (::stat(file.path.c_str(), &found) != 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      return about_file(file.name, Errc::permission_denied,
                   "it cannot be looked at: " + std::generic_category().message(errno) +
                       "; let this user into its folder");
    if (opening == StateOpening::make) return sqlite::make_file(file);
    const auto folder = std::filesystem::path(file.path).parent_path();
    if (opening == StateOpening::look && ::access(folder.c_str(), W_OK | X_OK) != 0)
      return sqlite::cannot_be_made(file, errno);
    return about_file(file.name, Errc::not_found,
                 "there is no such file, so no jobs or purchases are kept there; name the one that is worked with");
  }
  if (!S_ISREG(found.st_mode)) return about_file(file.name, Errc::invalid_argument, "expected a file, got something else");
  if (found.st_size > 0) return {};
  return about_file(file.name, Errc::corrupt_data,
               "it is empty, and this library leaves none so: it was cut off, or another program has made it. Restore "
               "it from a copy; or delete it to begin anew");
}

Result<void> check_mark(sqlite::Database& database, StateOpening opening, const std::string& description) {
  return database.read([&](sqlite::Connection& connection) {
    sqlite::SqliteCopySession session(connection, database);
    return state::check_opening(session, opening, description);
  });
}

Result<std::vector<std::string>> all_remarks(sqlite::Database& database, sqlite::Collections collections) {
  auto found = sqlite::remarks(database, collections);
  if (!found) return found;
  const auto mark = database.read([&](sqlite::Connection& connection) {
    sqlite::SqliteCopySession session(connection, database);
    return state::mark_remark(session);
  });
  if (!mark) return mark.error();
  if (*mark) found->push_back(**mark);
  return found;
}

}  // namespace

Result<sqlite::DatabaseFile> sqlite::file_of(const StateOptions& options) {
  const std::string name = options.url.reveal().substr(kScheme.size());
  if (name.empty()) return Error(Errc::invalid_argument, "state: expected sqlite:FILE, got no file");
  if (name.find_first_of(std::string_view("\0?", 2)) != std::string::npos)
    return Error(Errc::invalid_argument, "state: expected sqlite:FILE, got a file name with '?' or NUL in it");
  if (options.wait.count() < 0) return Error(Errc::invalid_argument, "state: expected a wait of 0 ms or more");
  std::error_code failed;
  const auto path = std::filesystem::absolute(name, failed);
  if (failed) return about_file(name, Errc::storage_failed, "the current folder cannot be found: " + failed.message());
  return sqlite::DatabaseFile{path.string(), name, std::min(options.wait, kLongestWait)};
}

Result<std::shared_ptr<sqlite::Database>> sqlite::open_file(const DatabaseFile& file, const StateOptions& options) {
  if (const auto there = check_or_make(file, options.opening); !there) return there.error();
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  try {
    auto database = std::make_shared<Database>(file, clock, options.opening != StateOpening::look);
    if (const auto made = make_views(*database, options.collections, options.opening); !made) return made.error();
    return database;
  } catch (const ErrorException& thrown) {
    return thrown.error();
  }
}

Result<State> state::open_sqlite(const StateOptions& options, ThreadPool& pool) {
  const auto file = sqlite::file_of(options);
  if (!file) return file.error();
  const auto database = sqlite::open_file(*file, options);
  if (!database) return database.error();
  State state;
  state.description = "SQLite, " + file->name;
  if (const auto may = check_mark(**database, options.opening, state.description); !may) return may.error();
  state.jobs = sqlite::make_job_store(*database);
  state.permits = sqlite::make_permit_store(*database);
  state.ledger = sqlite::make_ledger(*database);
  state.records = sqlite::make_record_store(*database, pool);
  state.assets = make_record_asset_store(*state.records);
  state.examine = [database = *database] { return sqlite::examine(*database); };
  state.remarks = [database = *database, collections = options.collections] {
    return all_remarks(*database, collections);
  };
  state.scrub = [database = *database] { return sqlite::scrub(*database); };
  return state;
}

}  // namespace imagegen
