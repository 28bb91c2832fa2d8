#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/provider/openai_text.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <string>

/// \file Prompt jobs in a Runtime, which is the WorkflowHost of these calls.
namespace imagegen {

/// Who makes better prompts.
struct EnhancerConfig {
  std::string kind;          ///< "local" or "openai"; empty: "openai" where a key or an address is known, else "local".
  std::string instructions;  ///< See TextEnhancerOptions.
  /// For "openai". Where base_url is empty, or that of the provider "openai", what else is empty of key, organization,
  /// project, key header and version is taken from there.
  OpenAiTextOptions openai{Secret(), std::string()};
};

/// What a configuration says of prompt jobs: RuntimeConfig::of<PromptConfig>(). A host gives an enhancer of its own as
/// RuntimeParts::of<std::shared_ptr<PromptEnhancer>>().
struct PromptConfig {
  PromptOptions options;  ///< Budgets and route are those of the runtime.
  EnhancerConfig enhancer;  ///< Where the host gives none.
  /// How its HTTP routes are mounted.
  RouteProfile routes{{"/image", "/api/admin/image"}, ErrorDialect::admin, {IdCodec::Kind::prefix, "imgjob_"}};
};

/// As configured, with the runtime's budgets and route.
const PromptOptions& prompt_options(WorkflowHost& host);
/// Opens the state where it is not open, and blocks for that. Errors of WorkflowHost::services().
Result<PromptServices> prompt_services(WorkflowHost& host);
/// For enhance_prompt() alone, which keeps nothing: needs no state, and opens none.
PromptServices enhancing_services(WorkflowHost& host);

}  // namespace imagegen
