#include "state/sqlite/examine.hpp"

#include <string>

#include "state/sqlite/failure.hpp"

namespace imagegen::sqlite {
namespace {

constexpr std::chrono::seconds kLongestLook{5};

// "ok", or what is wrong; "ok" also when the time was up before anything was found.
std::string quick_check(const DatabaseFile& file) {
  Connection connection(file, Role::reader);
  connection.end_statements_at(std::chrono::steady_clock::now() + kLongestLook);
  try {
    auto row = connection.statement("PRAGMA quick_check(1)");
    return row.next() ? row.text() : std::string("ok");
  } catch (const ErrorException& thrown) {
    if (thrown.error().code == Errc::deadline_exceeded) return "ok";
    throw;
  }
}

Result<void> undone() {
  return Error(Errc::cancelled, "it was only to see whether it can be done");
}

}  // namespace

Result<void> examine(Database& database) {
  const auto& file = database.file();
  const auto looked = database.read([&](Connection&) -> Result<void> {
    if (!has_room(file.path)) return to_error(file, SQLITE_FULL, "no room");
    if (const auto found = quick_check(file); found != "ok") return to_error(file, SQLITE_CORRUPT, found.c_str());
    return {};
  });
  if (!looked) return looked;
  const auto tried = database.write([](Connection& connection) {
    connection.execute("UPDATE log_guard SET state = state");
    return undone();
  });
  if (tried || tried.error().code == Errc::cancelled) return {};
  return tried;
}

}  // namespace imagegen::sqlite
