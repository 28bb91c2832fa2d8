#include <imagegen/state/state.hpp>

#include "state/open_database.hpp"

namespace imagegen {
namespace {

State open_memory() {
  return {make_memory_job_store(), make_memory_permit_store(), make_memory_ledger(), make_memory_metadata_store(),
          "memory"};
}

std::string_view kind_of(std::string_view url) {
  if (url == "memory:") return "memory";
  if (url.starts_with("sqlite:")) return "sqlite";
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) return "postgres";
  return {};
}

}  // namespace

bool has_state_kind(std::string_view kind) noexcept {
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind == "postgres") return true;
#endif
  return kind == "memory" || kind == "sqlite";
}

Result<State> open_state(const StateOptions& options, ThreadPool& pool) {
  const auto kind = kind_of(options.url.reveal());
  if (kind == "memory") return open_memory();
  if (kind == "sqlite") return state::open_sqlite(options, pool);
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind == "postgres") return state::open_postgres(options, pool);
#endif
  if (!kind.empty()) return Error(Errc::unsupported, "state: this build has no " + std::string(kind));
  return Error(Errc::invalid_argument, "state: expected memory:, sqlite:FILE or postgres://...");
}

}  // namespace imagegen
