#include <imagegen/core/clock.hpp>
#include <imagegen/maker/record/store_parts.hpp>
#include <imagegen/state/state.hpp>

#include <map>
#include <utility>

#include "state/open_database.hpp"

namespace imagegen {

Result<void> state::check_server_options(const StateOptions& options) {
  constexpr int kMostConnections = 64;
  if (options.connections < 1 || options.connections > kMostConnections)
    return Error(Errc::invalid_argument,
                 "state connections: expected 1 to 64, got " + std::to_string(options.connections));
  if (options.wait.count() < 1 || options.wait > std::chrono::hours(1))
    return Error(Errc::invalid_argument,
                 "state wait: expected 1 ms to 1 h, got " + std::to_string(options.wait.count()) + " ms");
  return {};
}

namespace {

State open_memory(const StateOptions& options) {
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  State state;
  state.jobs = make_memory_job_store(clock), state.permits = make_memory_permit_store(clock);
  state.ledger = make_memory_ledger(), state.records = make_memory_record_store();
  state.assets = make_record_asset_store(*state.records);
  state.description = "memory";
  return state;
}

std::string_view kind_of(std::string_view url) {
  if (url == "memory:") return "memory";
  if (url.starts_with("sqlite:")) return "sqlite";
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) return "postgres";
  if (url.starts_with("mongodb://") || url.starts_with("mongodb+srv://")) return "mongodb";
  return {};
}

Result<void> check_kinds(std::string_view kind, bool has_ledger, std::string_view kind_of_ledger) {
  if (kind.empty())
    return Error(Errc::invalid_argument, "state: expected memory:, sqlite:FILE, postgres://... or mongodb://...");
  for (const std::string_view wanted : {kind, kind_of_ledger}) {
    if (!wanted.empty() && !has_state_kind(wanted))
      return Error(Errc::unsupported, "state: this build has no " + std::string(wanted));
  }
  if (has_ledger && kind_of_ledger != "sqlite" && kind_of_ledger != "postgres")
    return Error(Errc::invalid_argument, "state ledger: expected sqlite:FILE or postgres://...");
  if (has_ledger || kind != "mongodb") return {};
  return Error(Errc::invalid_argument,
               "state: a ledger of its own is needed beside mongodb://: a budget is the sum of many purchases, and "
               "MongoDB without transactions cannot hold it. Name one with stateLedger, IMAGEGEN_STATE_LEDGER or "
               "--state-ledger: sqlite:FILE for one machine, postgres://... for many");
}

Result<State> open(std::string_view kind, const StateOptions& options, ThreadPool& pool) {
  if (kind == "sqlite") return state::open_sqlite(options, pool);
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind == "postgres") return state::open_postgres(options, pool);
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  if (kind == "mongodb") return state::open_mongo(options, pool);
#endif
  return open_memory(options);
}

// Each would make the view of the other its own.
Result<void> check_view_names(const std::vector<const RecordCollection*>& collections) {
  std::map<std::string_view, const RecordCollection*> known;
  for (const auto* collection : collections) {
    if (collection->view == nullptr) continue;
    const auto [of_name, is_new] = known.emplace(collection->view->name, collection);
    if (!is_new && of_name->second != collection)
      return Error(Errc::invalid_argument, "state collections: expected one with the view " +
                                               std::string(collection->view->name) + ", got " +
                                               std::string(of_name->second->name) + " and " + std::string(collection->name));
  }
  return {};
}

// Those of the library first.
Result<StateOptions> with_own_collections(StateOptions options) {
  options.collections.insert(options.collections.begin(), &asset_collection());
  for (const auto* collection : options.collections) {
    if (collection == nullptr) return Error(Errc::invalid_argument, "state collections: expected no null");
    if (const auto checked = check_collection(*collection); !checked) return in_context(checked.error(), "state");
  }
  if (const auto checked = check_view_names(options.collections); !checked) return checked.error();
  return options;
}

using Remarks = std::function<Result<std::vector<std::string>>()>;

Result<std::vector<std::string>> both_remarks(const Remarks& here, const Remarks& there) {
  std::vector<std::string> all;
  for (const Remarks* remarks : {&here, &there}) {
    if (!*remarks) continue;
    const auto made = (*remarks)();
    if (!made) return made.error();
    all.insert(all.end(), made->begin(), made->end());
  }
  return all;
}

}  // namespace

bool has_state_kind(std::string_view kind) noexcept {
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind == "postgres") return true;
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  if (kind == "mongodb") return true;
#endif
  return kind == "memory" || kind == "sqlite";
}

Result<State> open_state(const StateOptions& given, ThreadPool& pool) {
  const auto kind = kind_of(given.url.reveal()), kind_of_ledger = kind_of(given.ledger_url.reveal());
  const bool has_ledger = !given.ledger_url.empty();
  if (const auto checked = check_kinds(kind, has_ledger, kind_of_ledger); !checked) return checked.error();
  const auto options = with_own_collections(given);
  if (!options) return options.error();
  auto opened = open(kind, *options, pool);
  if (!opened || !has_ledger) return opened;
  StateOptions of_ledger = given;
  of_ledger.url = given.ledger_url, of_ledger.collections.clear();
  auto ledger = open(kind_of_ledger, of_ledger, pool);
  if (!ledger) return in_context(ledger.error(), "state ledger");
  opened->ledger = std::move(ledger->ledger);
  if (ledger->spool) opened->spool = std::move(ledger->spool);  // what a purchase left lies beside the purchase
  opened->examine = [jobs = std::move(opened->examine), money = std::move(ledger->examine)]() -> Result<void> {
    if (const auto looked = jobs ? jobs() : Result<void>(); !looked) return looked;
    const auto looked = money ? money() : Result<void>();
    return looked ? looked : in_context(looked.error(), "state ledger");
  };
  opened->scrub = [jobs = std::move(opened->scrub), money = std::move(ledger->scrub)]() -> Result<void> {
    if (const auto done = jobs ? jobs() : Result<void>(); !done) return done;
    const auto done = money ? money() : Result<void>();
    return done ? done : in_context(done.error(), "state ledger");
  };
  opened->remarks = [here = std::move(opened->remarks), there = std::move(ledger->remarks)] {
    return both_remarks(here, there);
  };
  opened->description += "; ledger: " + ledger->description;
  return opened;
}

}  // namespace imagegen
