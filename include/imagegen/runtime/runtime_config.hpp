#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/job/permit_gate.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/provider/openai.hpp>
#include <imagegen/provider/openai_text.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>
#include <imagegen/workflow/prompts/text_enhancer.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// Who makes better prompts.
struct EnhancerConfig {
  std::string kind;          ///< "local" or "openai"; empty: "openai" where a key or an address is known, else "local".
  std::string instructions;  ///< See TextEnhancerOptions.
  /// For "openai". Where base_url is empty, or that of RuntimeConfig::openai, what else is empty of key, organization,
  /// project, key header and version is taken from there.
  OpenAiTextOptions openai{Secret(), std::string()};
};

/// One more provider, beside those that have a section of their own.
struct ProviderConfig {
  std::string kind;      ///< "openai" or "placeholder"
  OpenAiOptions openai;  ///< For "openai".
};

inline constexpr std::size_t kLongestRoute = 16;  ///< Entries.

/// Everything that a Runtime is made from. docs/configuration.md lists it for users.
struct RuntimeConfig {
  std::string provider = "placeholder";  ///< Who is asked first: "placeholder", "openai" or a name in `providers`.
  OpenAiOptions openai;
  std::map<std::string, ProviderConfig, std::less<>> providers = {};  ///< Further ones by name; all of them are opened.
  /// Who is asked for pictures, one after the other; empty: `provider`. All that are named are opened.
  std::vector<ProviderModel> route = {};
  std::string store = "memory:";  ///< "memory:", "file:DIR", "s3://bucket/prefix"
  S3Options s3;                   ///< Credentials and endpoint; bucket and prefix come from `store`.
  /// Whether an S3 server that ignores If-None-Match is refused, instead of guarded by markers in the state.
  bool require_write_once = false;
  std::string public_base_url;    ///< What URLs of stored files begin with; empty: the store's own.
  HttpClientOptions http;
  RetryPolicy retry;
  std::size_t threads = 0;  ///< For pixels and files; 0: one per core.
  std::string events_file;  ///< JSON lines are appended to it; empty: no events.
  /// Folder for pictures that are paid for and that the store does not take. Empty: beside the file of a SQLite state
  /// or ledger ("<file>-spool"), in PostgreSQL, else nowhere.
  std::string spool;
  std::string prices_json;  ///< Prices that go before the built-in ones; empty: none.
  std::string models_json;  ///< Models that go before the built-in ones, row by row; empty: none.
  Budgets budgets;          ///< What may be spent in all; they take the place of those in `heroes` and `prompts`.
  HeroOptions heroes;
  StateOptions state{Secret("memory:")};  ///< Jobs, the ledger and records of files.
  PromptOptions prompts;
  EnhancerConfig enhancer;  ///< Of prompt jobs.
  WorkerOptions worker;
  PermitLimits limits;  ///< Of purchases, over all workers that share the state.
  std::size_t heroes_in_memory = 0;  ///< Masters of heroes that are in memory at a time; 0: by the number of threads.
  std::string packs;                 ///< Folder of `<workItemId>.json`; empty: packs come with the request.
  std::chrono::milliseconds host_timeout{
      60'000};  ///< For a call of a part that the host made, where the work sets none.
};

/// Puts the fields of a JSON document into `config`. Unknown and wrong fields are returned with their paths, and then
/// nothing has been changed.
std::vector<FieldFault> apply_json(RuntimeConfig& config, std::string_view json);

/// Gives the value of an environment variable, or nothing. The library itself never reads the environment.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Puts what the usual variables say into `config`: OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID,
/// OPENAI_KEY_HEADER, OPENAI_API_VERSION,
/// IMAGEGEN_ENHANCER, _ENHANCER_MODEL, _ENHANCER_BASE_URL, _ENHANCER_API_KEY,
/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION (or AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3
/// (or AWS_ENDPOINT_URL), SSL_CERT_FILE, and IMAGEGEN_PROVIDER, _STORE, _STATE, _STATE_LEDGER, _MODEL, _QUALITY,
/// _BUDGET, _THREADS, _EVENTS, _SPOOL, _PACKS, _PUBLIC_BASE_URL, _S3_PATH_STYLE, _ALLOWED_HOSTS, _PROXY_FROM_ENV (then
/// HTTPS_PROXY is taken). An own S3 endpoint is addressed path style unless IMAGEGEN_S3_PATH_STYLE says otherwise.
std::vector<FieldFault> apply_environment(RuntimeConfig& config, const EnvironmentLookup& environment);

}  // namespace imagegen
