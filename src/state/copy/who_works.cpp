#include "state/copy/who_works.hpp"

#include <imagegen/job/worker.hpp>

#include <algorithm>

namespace imagegen::state {
namespace {

constexpr std::size_t kMostNamed = 5;

// A row is what is held, by whom, and until when.
Result<std::vector<std::string>> living_holders(CopySession& session, const std::string& what, const std::string& sql) {
  const auto now = session.now();
  if (!now) return now.error();
  const auto rows = session.ask(sql);
  if (!rows) return rows.error();
  std::vector<std::string> found;
  for (const CopyRow& row : *rows) {
    const auto *name = std::get_if<std::string>(&row[0]), *holder = std::get_if<std::string>(&row[1]);
    const auto* until = std::get_if<std::int64_t>(&row[2]);
    if (name == nullptr || holder == nullptr || until == nullptr) continue;  // damaged, so nobody holds it
    const bool lives = worker_is_alive(*holder) || (*until >= to_unix_ms(*now) && !worker_is_gone(*holder));
    if (lives) found.push_back(what + " " + *name + " is held by " + *holder + " until " + to_rfc3339(from_unix_ms(*until)));
  }
  return found;
}

}  // namespace

Result<void> nobody_works(CopySession& session, const std::string& description) {
  const bool is_sqlite = session.dialect() == SqlDialect::sqlite;
  auto found = living_holders(session, "job", "SELECT id, worker, lease_until FROM " + std::string(is_sqlite ? "job" : "imagegen_jobs") +
                                                  " WHERE state = 'running' ORDER BY id");
  if (!found) return found.error();
  const auto permits = living_holders(session, "permit", "SELECT name, holder, lease_until FROM " +
                                                             std::string(is_sqlite ? "permit" : "imagegen_permits") +
                                                             " ORDER BY name, holder");
  if (!permits) return permits.error();
  found->insert(found->end(), permits->begin(), permits->end());
  if (found->empty()) return {};
  std::string message = "state copy: " + description + ": somebody still works with it: ";
  for (std::size_t i = 0; i < std::min(found->size(), kMostNamed); ++i) message += (i == 0 ? "" : "; ") + (*found)[i];
  if (found->size() > kMostNamed) message += "; and " + std::to_string(found->size() - kMostNamed) + " more";
  Error error(Errc::conflict, message + ". End all workers and calls, and what was killed when its lease has ended, then make the same call again");
  error.retry = Retry::later;
  return error;
}

}  // namespace imagegen::state
