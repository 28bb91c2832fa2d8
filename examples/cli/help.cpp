#include "help.hpp"

#include <unistd.h>

#include <algorithm>

#include "columns.hpp"
#include "exit_code.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::size_t kIndent = 2, kWidestLabel = 34;

// Names on the left, texts on the right; a name that is too long has a line to itself.
class HelpPage {
 public:
  HelpPage(std::size_t width, std::size_t left) : width_(width), left_(left) {}

  void heading(const std::string& text) {
    text_ += (text_.empty() ? "" : "\n") + painted(STDOUT_FILENO, Style::heading, text) + "\n";
  }
  void paragraph(const std::string& text, std::size_t indent = 0) {
    for (const auto& line : wrapped(text, width_ - indent)) text_ += std::string(indent, ' ') + line + "\n";
  }
  void verbatim(const std::string& line) { text_ += std::string(kIndent, ' ') + line + "\n"; }
  void entry(const std::string& label, const std::string& what) {
    std::string line = std::string(kIndent, ' ') + label;
    const auto begin = kIndent + left_ + 2;
    if (what.empty() || columns_in(line) + 2 > begin) text_ += line + "\n", line.clear();
    if (what.empty()) return;
    for (const auto& part : wrapped(what, width_ - begin)) {
      text_ += padded(line, begin) + part + "\n";
      line.clear();
    }
  }
  void line() { text_ += "\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::size_t width_, left_;
  std::string text_;
};

std::size_t left_column(const CommandDescription& command, std::size_t width) {
  std::size_t widest = 0;
  const auto most = std::min(kWidestLabel, width / 3);
  const auto consider = [&](const std::string& label) {
    if (columns_in(label) <= most) widest = std::max(widest, columns_in(label));
  };
  for (const auto& argument : command.arguments) consider(label_of(argument));
  for (const auto& option : command.options) consider(label_of(option));
  for (const auto& below : command.commands) consider(below.name);
  return widest;
}

void add_entries(HelpPage& page, const std::string& heading, const std::vector<OptionDescription>& options,
                 bool (*wanted)(const OptionDescription&)) {
  if (std::ranges::none_of(options, wanted)) return;
  page.heading(heading);
  for (const auto& option : options)
    if (wanted(option)) page.entry(label_of(option), told_of(option));
}

bool is_of_surroundings(const OptionDescription& option) {
  return !option.is_everywhere && !option.facts.configuration.empty();
}

bool is_own(const OptionDescription& option) {
  return !option.is_everywhere && !is_of_surroundings(option);
}

}  // namespace

std::string label_of(const OptionDescription& option) {
  std::string label;
  for (const auto& name : option.names) label += (label.empty() ? "" : ", ") + name;
  return option.value.empty() ? label : label + " " + option.value;
}

std::string told_of(const OptionDescription& option) {
  auto text = option.what;
  std::string words, sources;
  const bool is_told =
      std::ranges::any_of(option.facts.words, [&](const auto& word) { return text.find(word) != std::string::npos; });
  for (const auto& word : option.facts.words) words += (words.empty() ? "" : ", ") + word;
  if (!is_told && !words.empty()) text += (text.empty() ? "" : ": ") + words;
  if (!option.facts.environment.empty()) sources += "environment " + option.facts.environment;
  if (!option.facts.configuration.empty())
    sources += (sources.empty() ? "configuration " : ", configuration ") + option.facts.configuration;
  if (!sources.empty()) text += " [" + sources + "]";
  return option.is_required && !option.is_argument ? text + " (required)" : text;
}

std::string synopsis(const CommandDescription& command) {
  std::string line = "imagegen";
  if (!command.path.empty()) line += " " + command.path;
  line += " [OPTIONS]";
  if (!command.commands.empty()) line += command.needs_command ? " COMMAND" : " [COMMAND]";
  for (const auto& argument : command.arguments)
    line += argument.is_required ? " " + argument.names.front() : " [" + argument.names.front() + "]",
        line += argument.is_repeated ? "..." : "";
  return line;
}

std::string help_text(const CommandDescription& command, std::size_t width) {
  HelpPage page(width, left_column(command, width));
  page.paragraph(command.summary);
  page.heading("Usage:");
  page.verbatim(synopsis(command));
  if (!command.commands.empty()) page.heading("Commands:");
  for (const auto& below : command.commands) page.entry(below.name, below.summary);
  add_entries(page, "Arguments:", command.arguments, [](const auto&) { return true; });
  add_entries(page, "Options:", command.options, is_own);
  add_entries(page, "Configuration (an option goes first, then the environment):", command.options, is_of_surroundings);
  add_entries(page, "Everywhere:", command.options, [](const auto& option) { return option.is_everywhere; });
  if (!command.examples.empty()) page.heading(command.examples.size() == 1 ? "Example:" : "Examples:");
  for (const auto& example : command.examples) page.verbatim(example);
  page.line();
  page.paragraph(kExitCodeHelp);
  return page.take();
}

}  // namespace cli
