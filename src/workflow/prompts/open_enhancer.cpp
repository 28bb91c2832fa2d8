#include "workflow/prompts/open_enhancer.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/provider/openai.hpp>
#include <imagegen/workflow/prompts/text_enhancer.hpp>

#include <utility>

namespace imagegen {
namespace {

// In the order in which they are needed.
struct OwnedEnhancer {
  std::shared_ptr<HttpClient> http;
  std::unique_ptr<PromptEnhancer> enhancer;
};

const EnhancerConfig& enhancer_of(const RuntimeConfig& config) {
  return config.of<PromptConfig>().enhancer;
}

// That of the pictures.
const OpenAiOptions& account_of(const RuntimeConfig& config) {
  return config.provider_named("openai").of<OpenAiOptions>();
}

bool has_own_address(const RuntimeConfig& config) {
  return !enhancer_of(config).openai.base_url.empty() && enhancer_of(config).openai.base_url != account_of(config).base_url;
}

bool needs_key(const OpenAiTextOptions& options) {
  return options.base_url == OpenAiTextOptions().base_url;
}

// Says why there is none.
class BrokenEnhancer : public PromptEnhancer {
 public:
  explicit BrokenEnhancer(Error why) : why_(std::move(why)) {}
  Task<Result<std::string>> enhance(EnhanceRequest, Deadline) override { co_return why_; }

 private:
  Error why_;
};

}  // namespace

Result<std::string> enhancer_kind(const RuntimeConfig& config) {
  const auto& kind = enhancer_of(config).kind;
  if (kind == "local" || kind == "openai") return kind;
  if (!kind.empty()) return Error{Errc::invalid_argument, "enhancer: expected local or openai, got " + in_quotes(kind)};
  const bool has_server = !enhancer_options(config).api_key.empty() || has_own_address(config);
  return std::string(has_server ? "openai" : "local");
}

OpenAiTextOptions enhancer_options(const RuntimeConfig& config) {
  auto options = enhancer_of(config).openai;
  if (has_own_address(config)) return options;
  const auto& account = account_of(config);
  options.base_url = account.base_url;
  if (options.api_key.empty()) options.api_key = account.api_key;
  if (options.organization.empty()) options.organization = account.organization;
  if (options.project.empty()) options.project = account.project;
  if (options.key_header.empty()) options.key_header = account.key_header;
  if (options.api_version.empty()) options.api_version = account.api_version;
  return options;
}

Result<std::shared_ptr<PromptEnhancer>> open_enhancer(const RuntimeConfig& config, std::shared_ptr<HttpClient> http,
                                                      Clock& clock) {
  const auto kind = enhancer_kind(config);
  if (!kind) return kind.error();
  if (*kind == "local") return std::shared_ptr<PromptEnhancer>(make_local_enhancer());
  auto options = enhancer_options(config);
  if (options.api_key.empty() && needs_key(options))
    return Error{Errc::permission_denied, "enhancer openai: expected a key in OPENAI_API_KEY, got none"};
  auto text = make_openai_text_provider(std::move(options), *http, clock);
  // Nobody asked for this one: what else the configuration is for works without it.
  const bool only_implied =
      enhancer_of(config).kind.empty() && enhancer_of(config).openai.api_key.empty() && !has_own_address(config);
  if (!text && only_implied)
    return std::shared_ptr<PromptEnhancer>(std::make_shared<BrokenEnhancer>(in_context(text.error(), "enhancer")));
  if (!text) return in_context(text.error(), "enhancer");
  auto enhancer = make_text_enhancer(std::move(*text), {enhancer_of(config).instructions});
  if (!enhancer) return in_context(enhancer.error(), "enhancer");
  auto owned = std::make_shared<OwnedEnhancer>(OwnedEnhancer{std::move(http), std::move(*enhancer)});
  auto* const made = owned->enhancer.get();
  return std::shared_ptr<PromptEnhancer>(std::move(owned), made);
}

}  // namespace imagegen
