#pragma once
#include <imagegen/core/environment_lookup.hpp>
#include <imagegen/core/sections.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/job/permit_gate.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/provider/openai.hpp>
#include <imagegen/provider/provider_set.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// One more provider, beside those that have a section of their own.
struct ProviderConfig {
  std::string kind;      ///< "openai" or "placeholder"
  OpenAiOptions openai;  ///< For "openai".
};

inline constexpr std::size_t kLongestRoute = 16;  ///< Entries.

/// Everything that a Runtime is made from. docs/configuration.md lists it for users.
struct RuntimeConfig {
  std::string provider = "placeholder";  ///< Who is asked first: "placeholder", "openai" or a name in `providers`.
  OpenAiOptions openai;                  ///< For the provider "openai".
  std::map<std::string, ProviderConfig, std::less<>> providers = {};  ///< Further ones by name; all of them are opened.
  /// Who is asked for pictures, one after the other; empty: `provider`. All that are named are opened.
  std::vector<ProviderModel> route = {};
  std::string store = "memory:";  ///< "memory:", "file:DIR", "s3://bucket/prefix"
  S3Options s3;                   ///< Credentials and endpoint; bucket and prefix come from `store`.
  /// Whether an S3 server that ignores If-None-Match is refused, instead of guarded by markers in the state.
  bool require_write_once = false;
  std::string public_base_url;    ///< What URLs of stored files begin with; empty: the store's own.
  HttpClientOptions http;   ///< Of the one client that everybody uses.
  RetryPolicy retry;        ///< Of calls to every provider.
  std::size_t threads = 0;  ///< For pixels and files; 0: one per core.
  std::string events_file;  ///< JSON lines are appended to it; empty: no events.
  /// Folder for pictures that are paid for and that the store does not take. Empty: beside the file of a SQLite state
  /// or ledger ("<file>-spool"), in PostgreSQL, else nowhere.
  std::string spool;
  std::string prices_json;  ///< Prices that go before the built-in ones; empty: none.
  std::string models_json;  ///< Models that go before the built-in ones, row by row; empty: none.
  Budgets budgets;          ///< What may be spent in all, by every workflow.
  StateOptions state{Secret("memory:")};  ///< Jobs, the ledger and records of files.
  WorkerOptions worker;                   ///< What callers of Runtime::work() begin with.
  PermitLimits limits;  ///< Of purchases, over all workers that share the state.
  std::chrono::milliseconds host_timeout{
      60'000};  ///< For a call of a part that the host made, where the work sets none.

  /// What a workflow is configured with, by its type: `config.of<HeroConfig>().options.max_concurrent_shots = 2`.
  template <class T>
  T& of() {
    return sections.of<T>();
  }
  template <class T>
  const T& of() const {
    return sections.of<T>();
  }
  Sections sections;  ///< Where of() finds it.
};

}  // namespace imagegen
