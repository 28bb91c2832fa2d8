#pragma once
#include <imagegen/core/environment_lookup.hpp>
#include <imagegen/core/sections.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/job/permit_gate.hpp>
#include <imagegen/job/worker.hpp>
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

/// One provider.
struct ProviderConfig {
  /// Of those in docs/providers.md. Empty: that of its name, and the provider is opened only where it is asked.
  std::string kind;

  /// What its kind is told, by its type, which the header of that kind has:
  /// `config.provider_named("openai").of<OpenAiOptions>().api_key = key`. Of that, the name, the models that are also
  /// asked and the table of models are those of the runtime.
  template <class T>
  T& of() {
    return settings.of<T>();
  }
  template <class T>
  const T& of() const {
    return settings.of<T>();
  }
  Sections settings;  ///< Where of() finds it.
};

inline constexpr std::size_t kLongestRoute = 16;  ///< Entries.

/// Everything that a Runtime is made from. docs/configuration.md lists it for users.
struct RuntimeConfig {
  std::string provider = "placeholder";  ///< Who is asked first: the name of a kind of provider, or one in `providers`.
  /// By their names. All that have a kind are opened.
  std::map<std::string, ProviderConfig, std::less<>> providers = {};
  /// Who is asked for pictures, one after the other; empty: `provider`. All that are named are opened.
  std::vector<ProviderModel> route = {};
  std::string store = "memory:";  ///< "memory:", "file:DIR", "s3://bucket/prefix"
  S3Options s3;                   ///< Credentials and endpoint; bucket and prefix come from `store`.
  /// Whether an S3 server that ignores If-None-Match is refused, instead of guarded by markers in the state.
  bool require_write_once = false;
  /// Provider and store open without their keys, and say what is missing when they are first needed. Of no document.
  bool keys_later = false;
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

  /// That of `providers`, made where there is none. One that has the name of a kind needs no other word to be of it.
  ProviderConfig& provider_named(std::string_view name);
  /// Where there is none: its defaults.
  const ProviderConfig& provider_named(std::string_view name) const;

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
