#include "workflow/prompts/prompts_kind.hpp"

#include <imagegen/workflow/prompts/prompt_job.hpp>
#include <imagegen/workflow/prompts/prompt_replay.hpp>

#include "config/config_fields.hpp"
#include "workflow/prompts/host_enhancer.hpp"
#include "workflow/prompts/open_enhancer.hpp"
#include "workflow/prompts/open_prompts.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;

void read_prompts_section(ObjectReader& part, PromptOptions& prompts) {
  config::count(part, "width", 1, 65'535, prompts.size.width);
  config::count(part, "height", 1, 65'535, prompts.size.height);
  if (part.has("format")) {
    const auto format = parse_image_format(part.text("format", Need::optional));
    if (format)
      prompts.encoding.format = *format;
    else
      part.fault("format", format.error().message);
  }
  if (const auto quality = part.integer("quality", 0, 100, Need::optional))
    prompts.encoding.quality = static_cast<int>(*quality);
  prompts.again_when_unknown = part.flag("buyAgainWhenUnknown", prompts.again_when_unknown);
  config::time(part, "enhanceTimeoutMs", prompts.enhance_timeout);
  config::time(part, "imageTimeoutMs", prompts.image_timeout);
}

void read_enhancer_section(ObjectReader& part, EnhancerConfig& enhancer) {
  auto& openai = enhancer.openai;
  config::into(part, "kind", enhancer.kind);
  config::into(part, "instructions", enhancer.instructions);
  config::into(part, "apiKey", openai.api_key);
  config::into(part, "baseUrl", openai.base_url);
  config::into(part, "organization", openai.organization);
  config::into(part, "project", openai.project);
  config::into(part, "keyHeader", openai.key_header);
  config::into(part, "apiVersion", openai.api_version);
  config::into(part, "model", openai.model);
  config::into(part, "reasoningEffort", openai.reasoning_effort);
  if (const auto temperature = part.number("temperature", 0, 2, Need::optional)) openai.temperature = temperature;
  if (const auto seed = part.integer("seed", INT64_MIN, INT64_MAX, Need::optional)) openai.seed = seed;
  config::count(part, "maxTokens", 1, 100'000, openai.max_tokens);
  config::count(part, "maxAnswerBytes", 1024, 16 << 20, openai.max_answer_bytes);
}

void read_prompt_document(ObjectReader& root, std::vector<FieldFault>& faults, RuntimeConfig& config) {
  auto& prompts = config.of<PromptConfig>();
  config::section(root, "prompts", faults, [&](ObjectReader& part) {
    read_prompts_section(part, prompts.options);
    config::routes(part, faults, prompts.routes, config::Ids::of_the_system);
  });
  config::section(root, "enhancer", faults, [&](ObjectReader& part) { read_enhancer_section(part, prompts.enhancer); });
}

void read_prompt_environment(EnvironmentReader& environment, RuntimeConfig& config) {
  auto& enhancer = config.of<PromptConfig>().enhancer;
  environment.into(enhancer.kind, "IMAGEGEN_ENHANCER");
  environment.into(enhancer.openai.model, "IMAGEGEN_ENHANCER_MODEL");
  environment.into(enhancer.openai.base_url, "IMAGEGEN_ENHANCER_BASE_URL");
  environment.into(enhancer.openai.api_key, "IMAGEGEN_ENHANCER_API_KEY");
}

// Of events, as those of heroes; of the output.
constexpr std::string_view kPromptObjects[] = {"key", "files.key", "images.key"};
constexpr PersonalJobs kPromptJobs[] = {{kPromptJobKind, {}, kPromptObjects}};
constexpr PersonalData kPromptPersonalData{kPromptJobs};

const RouteProfile& prompt_route_profile(const RuntimeConfig& config) {
  return config.of<PromptConfig>().routes;
}

Result<std::unique_ptr<Workflow>> open_prompts(WorkflowHost& host, Sections& parts) {
  auto options = host.config().of<PromptConfig>().options;
  options.budgets = host.config().budgets;
  options.route = host.config().route;
  auto enhancer = parts.of<std::shared_ptr<PromptEnhancer>>();
  const bool is_hosts_own = enhancer != nullptr;
  if (!is_hosts_own) {
    auto opened = open_enhancer(host.config(), host.http(), host.clock());
    if (!opened) return opened.error();
    enhancer = std::move(*opened);
  }
  return std::unique_ptr<Workflow>(
      std::make_unique<OpenPrompts>(host, std::move(options), std::move(enhancer), is_hosts_own));
}

}  // namespace

OpenPrompts::OpenPrompts(WorkflowHost& host, PromptOptions configured, std::shared_ptr<PromptEnhancer> better,
                         bool is_hosts_own)
    : options(std::move(configured)), has_hosts_enhancer(is_hosts_own), host_(host), enhancer_(std::move(better)) {}

std::string_view OpenPrompts::job_kind() const noexcept {
  return kPromptJobKind;
}

JobHandler OpenPrompts::handler(WorkServices services) {
  return prompt_job_handler(with_enhancer(std::move(services)), options);
}

Task<Result<Replay>> OpenPrompts::replay(WorkServices services, std::string job_id) {
  co_return co_await replay_prompt_job(with_enhancer(std::move(services)), options, std::move(job_id));
}

std::vector<Finding> OpenPrompts::examine() const {
  using enum Finding::Verdict;
  if (has_hosts_enhancer) return {{good, "enhancer", "host: the program's own"}};
  const auto& config = host_.config();
  if (enhancer_kind(config).value() == "local") return {{good, "enhancer", "local: works by rules, costs nothing"}};
  const auto asked = enhancer_options(config);
  return {{good, "enhancer",
           "openai: asks " + parse_url(asked.base_url).value().authority() + ", model " +
               (asked.model.empty() ? std::string(kDefaultTextModel) : asked.model) +
               "; its texts are billed beside the pictures"}};
}

PromptServices OpenPrompts::with_enhancer(WorkServices services) const {
  return {std::move(services), enhancer_};
}

PromptServices OpenPrompts::enhancing() {
  auto services = with_enhancer(host_.planning_services());
  services.jobs = no_jobs_.get();
  return services;
}

OpenPrompts& prompts_in(WorkflowHost& host) {
  return static_cast<OpenPrompts&>(*host.workflow(kPromptJobKind));
}

const PromptOptions& prompt_options(WorkflowHost& host) {
  return prompts_in(host).options;
}

Result<PromptServices> prompt_services(WorkflowHost& host) {
  auto services = host.services();
  if (!services) return services.error();
  return prompts_in(host).with_enhancer(std::move(*services));
}

PromptServices enhancing_services(WorkflowHost& host) {
  return prompts_in(host).enhancing();
}

const WorkflowKind kPrompts{"prompts", read_prompt_document, read_prompt_environment, open_prompts, prompt_operations,
                            prompt_host_parts, prompt_route_profile, &kPromptPersonalData};

}  // namespace imagegen
