#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <iostream>
#include <memory>

#include "commands.hpp"
#include "open_runtime.hpp"

namespace cli {
namespace {

namespace js = boost::json;

struct PromptOptions {
  Settings settings;
  std::string intent, raw, text, user;
  int count = 1;
  bool json = false;
};

// What an answer of the workflow says to people. \return What the process ends with.
int show(const imagegen::PromptAnswer& answer, bool as_json, std::string_view field) {
  if (as_json) std::cout << answer.body << "\n";
  const auto body = js::parse(answer.body);
  if (answer.status < 300) {
    if (!as_json) std::cout << imagegen::shown_lines(body.at(field).as_string()) << "\n";
    return kOk;
  }
  if (const auto* faults = body.as_object().if_contains("faults")) {
    for (const auto& fault : faults->as_array())
      std::cerr << "imagegen: " << imagegen::shown(fault.at("path").as_string()) << ": "
                << imagegen::shown(fault.at("message").as_string()) << "\n";
    return kBadInput;
  }
  std::cerr << "imagegen: " << imagegen::shown_lines(body.at("message").as_string()) << "\n";
  return kFailed;
}

int enhance(const PromptOptions& options) {
  const auto runtime = open_to_read(options.settings);
  if (!runtime) return kBadInput;
  const auto body = js::serialize(js::object{{"intent", options.intent}, {"prompt", options.text}});
  return show(runtime->wait(enhance_prompt(enhancing_services(*runtime), prompt_options(*runtime), body)), options.json, "finalPrompt");
}

int execute(const PromptOptions& options) {
  const auto runtime = open_runtime(options.settings);
  if (!runtime) return kBadInput;
  if (const auto known = check_user_budget(runtime->config().budgets, options.user); !known)
    return complain({imagegen::Errc::invalid_argument, "--user: " + known.error().message});
  const auto services = prompt_services(*runtime);
  if (!services) return complain(services.error());
  const auto body = js::serialize(js::object{{"intent", options.intent},
                                             {"rawPrompt", options.raw.empty() ? options.text : options.raw},
                                             {"finalPrompt", options.text},
                                             {"imageCount", options.count}});
  return show(runtime->wait(execute_prompt(*services, prompt_options(*runtime), options.user, body)), options.json,
              "jobId");
}

void add_common(CLI::App& command, PromptOptions& options) {
  command.add_option("--intent", options.intent, "What the picture is for, for example \"hero image\"")->required();
  command.add_flag("--json", options.json, "Print the answer as JSON on stdout and nothing else");
  add_settings(command, options.settings);
  command.footer(kExitCodeHelp);
}

}  // namespace

void add_prompt_command(CLI::App& app, int& exit_code) {
  auto* prompt = app.add_subcommand("prompt", "Approve a prompt first, then buy exactly that");
  prompt->require_subcommand(1);
  auto options = std::make_shared<PromptOptions>();
  auto* better = prompt->add_subcommand("enhance", "Print a better prompt for approval; buys and writes nothing");
  better->add_option("PROMPT", options->text, "What the picture shall show")->required();
  better
      ->add_option("--enhancer", options->settings.enhancer,
                   "local (by rules, free) or openai (a model; default with a key, billed)")
      ->check(CLI::IsMember({"local", "openai"}));
  better->add_option("--enhancer-model", options->settings.enhancer_model, "Model of the openai enhancer");
  add_common(*better, *options);
  better->callback([options, &exit_code] { exit_code = enhance(*options); });
  auto* buy = prompt->add_subcommand("execute", "Queue a job for the approved prompt, and print its id");
  buy->add_option("PROMPT", options->text, "The approved prompt; it is sent as it is")->required();
  buy->add_option("--raw", options->raw, "What the user wrote at first (default: the approved prompt)");
  buy->add_option("--count", options->count, "How many pictures, 1 to 5");
  buy->add_option("--user", options->user, "The user's id, for budgets and limits");
  add_common(*buy, *options);
  buy->callback([options, &exit_code] { exit_code = execute(*options); });
}

}  // namespace cli
