#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>

#include "call.hpp"
#include "command_description.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "word_check.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

const Flag kEnhance[] = {{"PROMPT", "prompt", Takes::text, "What to make better; - is standard input"}};
const Flag kEnhancer[] = {
    {"--enhancer-model", "enhancer.model", Takes::text, "Model of the openai enhancer"},
};
const Flag kExecute[] = {
    {"PROMPT", "finalPrompt", Takes::text, "The approved prompt; - is standard input"},
    {"--raw", "rawPrompt", Takes::text, "What the user wrote at first (default: the approved prompt)"},
    {"--count", "imageCount", Takes::number, "How many pictures, 1 to 5"},
    {"--user", "owner"},
};

void print_prompt(const js::object& result) {
  std::cout << imagegen::shown_lines(result.at("finalPrompt").as_string()) << "\n";
}

void print_job_id(const js::object& result) {
  std::cout << text_of(result, "jobId") << "\n";
}

// "-" is standard input, without the line end that editors and echo add.
std::optional<int> read_prompt(js::object& request, const char* field) {
  auto* prompt = request.if_contains(field);
  if (prompt == nullptr || prompt->as_string() != kStandardStream) return std::nullopt;
  const auto bytes = read_file(kStandardStream);
  if (!bytes) return complain(bytes.error(), kBadInput);
  auto text = imagegen::as_text(*bytes);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  *prompt = text;
  return std::nullopt;
}

int enhance(Command& command) {
  if (const auto failed = read_prompt(command.request, "prompt")) return *failed;
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  return show(call(*engine, "prompts.enhance", command.request), command.json, command.flags, print_prompt);
}

int execute(Command& command) {
  if (const auto failed = read_prompt(command.request, "finalPrompt")) return *failed;
  const auto engine = open_engine(command.settings);
  if (!engine) return kBadInput;
  auto& request = command.request;
  if (!request.contains("rawPrompt") && request.contains("finalPrompt")) request["rawPrompt"] = request["finalPrompt"];
  return show(call(*engine, "prompts.execute", request), command.json, command.flags, print_job_id);
}

void add_common(CLI::App& what, Command& command, std::string_view operation, std::span<const Flag> own) {
  add_options(what, command, described_flags(operation, own), "Print the answer as JSON on stdout and nothing else");
  what.get_option("--intent")->required();
}

}  // namespace

void add_prompt_command(CLI::App& app, int& exit_code) {
  auto* prompt = app.add_subcommand("prompt", "Approve a prompt first, then buy exactly that");
  prompt->require_subcommand(1);
  auto wish = std::make_shared<Command>();
  auto* better = prompt->add_subcommand("enhance", "Print a better prompt for approval; buys and writes nothing");
  takes_words(
      better->add_option_function<std::string>(
          "--enhancer",
          [&all = wish->settings.overrides](const std::string& kind) { put(all, "enhancer.kind", js::value(kind)); },
          "local (by rules, free) or openai (a model; default with a key, billed)"),
      {"local", "openai"});
  add_flags(*better, kEnhancer, wish->settings.overrides);
  tell_other_sources(better->get_option("--enhancer"), "enhancer.kind", "IMAGEGEN_ENHANCER");
  tell_other_sources(better->get_option("--enhancer-model"), "enhancer.model", "IMAGEGEN_ENHANCER_MODEL");
  add_common(*better, *wish, "prompts.enhance", kEnhance);
  better->callback([wish, &exit_code] { exit_code = enhance(*wish); });
  auto order = std::make_shared<Command>();
  auto* buy = prompt->add_subcommand("execute", "Queue a job for the approved prompt, and print its id");
  add_common(*buy, *order, "prompts.execute", kExecute);
  buy->callback([order, &exit_code] { exit_code = execute(*order); });
}

}  // namespace cli
