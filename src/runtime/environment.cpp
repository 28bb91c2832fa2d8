#include <imagegen/core/shown_text.hpp>
#include <imagegen/runtime/runtime_config.hpp>

#include <iterator>
#include <sstream>

#include "runtime/provider_kinds.hpp"
#include "runtime/s3_path_style.hpp"
#include "runtime/workflows.hpp"

namespace imagegen {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (;;) {
    const auto comma = list.find(',');
    if (const auto part = list.substr(0, comma); !part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// "first model-2 high, backup": names of providers, each with its model and quality where it has others than its own.
void read_route(EnvironmentReader& read, std::vector<ProviderModel>& route) {
  const auto text = read.get("IMAGEGEN_ROUTE");
  if (!text) return;
  route.clear();
  for (const auto& entry : split(*text)) {
    auto words = words_of(entry);
    if (words.empty() || words.size() > 3 || route.size() == kLongestRoute)
      return read.fault("IMAGEGEN_ROUTE", "expected 1 to " + std::to_string(kLongestRoute) +
                                              " entries such as \"backup gpt-image-2 high\" with commas between them, got " +
                                              in_quotes(*text));
    words.resize(3);
    route.push_back({words[0], words[1], words[2]});
  }
  if (route.empty()) read.fault("IMAGEGEN_ROUTE", "expected names of providers, got " + in_quotes(*text));
}

void read_s3(EnvironmentReader& read, RuntimeConfig& config) {
  auto& s3 = config.s3;
  read.into(s3.access_key_id, "AWS_ACCESS_KEY_ID");
  read.into(s3.secret_access_key, "AWS_SECRET_ACCESS_KEY");
  read.into(s3.session_token, "AWS_SESSION_TOKEN");
  read.into(s3.region, "AWS_DEFAULT_REGION");
  read.into(s3.region, "AWS_REGION");
  read.into(s3.endpoint, "AWS_ENDPOINT_URL");
  read.into(s3.endpoint, "AWS_ENDPOINT_URL_S3");
  auto& said = config.of<S3PathStyle>().said;
  if (read.get("IMAGEGEN_S3_PATH_STYLE")) read.into(said.emplace(), "IMAGEGEN_S3_PATH_STYLE");
  settle_path_style(config);
}

void read_http(EnvironmentReader& read, HttpClientOptions& http) {
  read.into(http.ca_file, "SSL_CERT_FILE");
  if (const auto hosts = read.get("IMAGEGEN_ALLOWED_HOSTS")) http.allowed_hosts = split(*hosts);
  bool proxy_wanted = false;
  read.into(proxy_wanted, "IMAGEGEN_PROXY_FROM_ENV");
  if (!proxy_wanted) return;
  read.into(http.proxy, "https_proxy");
  read.into(http.proxy, "HTTPS_PROXY");
}

}  // namespace

std::vector<FieldFault> apply_environment(RuntimeConfig& config, const EnvironmentLookup& environment) {
  EnvironmentReader read(environment);
  auto changed = config;
  read.into(changed.provider, "IMAGEGEN_PROVIDER");
  // Whoever names one asks that one.
  for (const auto* name : {"IMAGEGEN_PROVIDER", "IMAGEGEN_MODEL", "IMAGEGEN_QUALITY"})
    if (read.get(name)) changed.route.clear();
  read_route(read, changed.route);
  read.into(changed.store, "IMAGEGEN_STORE");
  read.into(changed.state.url, "IMAGEGEN_STATE");
  read.into(changed.state.ledger_url, "IMAGEGEN_STATE_LEDGER");
  read.into(changed.events_file, "IMAGEGEN_EVENTS");
  read.into(changed.spool, "IMAGEGEN_SPOOL");
  read.into(changed.public_base_url, "IMAGEGEN_PUBLIC_BASE_URL");
  if (const auto threads = read.number<std::size_t>("IMAGEGEN_THREADS", 1, 256)) changed.threads = *threads;
  for (const ProviderKind* kind : provider_kinds())
    kind->read_environment(read, changed.provider_named(kind->name).settings);
  for (const WorkflowKind* kind : workflows()) kind->read_environment(read, changed);
  read_s3(read, changed);
  read_http(read, changed.http);
  if (read.faults.empty()) config = std::move(changed);
  return std::move(read.faults);
}

}  // namespace imagegen
