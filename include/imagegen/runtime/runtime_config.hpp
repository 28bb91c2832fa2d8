#pragma once
#include <imagegen/config/runtime_config.hpp>
#include <imagegen/core/field_fault.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace imagegen {

/// Where a configuration comes from. What stands further up goes before what stands below it.
struct ConfigLayers {
  /// What is said for this one run, in the form of the document: the options of a command line.
  std::string overrides_json = "{}";
  EnvironmentLookup environment = {};   ///< Empty: none.
  std::string document_json = "{}";     ///< docs/configuration.md
  std::string defaults_json = "{}";     ///< Of a program whose defaults are others than the library's.
};

/// Puts one layer over the other, for every language and the command line: that order is decided nowhere else. A layer
/// that names a provider, a model or a quality and no route asks that one alone.
/// \return What they come to, or all that is wrong: fields of the document by their paths, variables by their names, and
///         fields of the others as "overrides.PATH" and "defaults.PATH".
std::variant<RuntimeConfig, std::vector<FieldFault>> layered_config(const ConfigLayers& layers);

/// Puts the fields of a JSON document into `config`. Unknown and wrong fields are returned with their paths, and then
/// nothing has been changed. One layer; see layered_config().
std::vector<FieldFault> apply_json(RuntimeConfig& config, std::string_view json);

/// Puts what the usual variables say into `config`: those of every kind of provider, such as OPENAI_API_KEY, for the
/// provider of its name, and of every workflow, such as IMAGEGEN_ENHANCER (docs/configuration.md has all),
/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION (or AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3
/// (or AWS_ENDPOINT_URL), SSL_CERT_FILE, and IMAGEGEN_PROVIDER, _ROUTE, _MODEL, _QUALITY, _STORE, _STATE, _STATE_LEDGER,
/// _THREADS, _EVENTS, _SPOOL, _PUBLIC_BASE_URL, _S3_PATH_STYLE, _ALLOWED_HOSTS, _PROXY_FROM_ENV (then
/// HTTPS_PROXY is taken). One layer; see layered_config(). An own S3 endpoint is addressed path style unless IMAGEGEN_S3_PATH_STYLE says otherwise.
std::vector<FieldFault> apply_environment(RuntimeConfig& config, const EnvironmentLookup& environment);

}  // namespace imagegen
