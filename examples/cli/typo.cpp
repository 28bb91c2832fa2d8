#include "typo.hpp"

#include <algorithm>
#include <numeric>

namespace cli {
namespace {

// Letters put in, left out, taken for others or changed with their neighbour.
std::size_t changes_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1), row(to.size() + 1), next(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] == to[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row), row.swap(next);
  }
  return row.back();
}

const CommandDescription* below(const CommandDescription& command, std::string_view name) {
  const auto found = std::ranges::find(command.commands, name, &CommandDescription::name);
  return found == command.commands.end() ? nullptr : &*found;
}

const OptionDescription* option_of(const CommandDescription& command, std::string_view name) {
  for (const auto& option : command.options)
    if (std::ranges::find(option.names, name) != option.names.end()) return &option;
  return nullptr;
}

std::string unknown(const std::string& what, std::string_view word, const std::vector<std::string>& known,
                    const CommandDescription& command) {
  auto text = "there is no " + what + " '" + std::string(word) + "'";
  if (const auto near = nearest(word, known); !near.empty())
    text += "; did you mean '" + near + "'?";
  else
    text += ".";
  return text + " See imagegen " + (command.path.empty() ? "" : command.path + " ") + "--help";
}

// What "-qv", "-o" or "-oNAME" ends with: switches may stand together, and a value behind its letter.
struct LastOfCluster {
  std::string name;
  const OptionDescription* option = nullptr;  // null: there is none of that name
  bool is_whole = false;                      // nothing of a value stands in it
};

LastOfCluster last_of_cluster(std::string_view word, const CommandDescription& command) {
  LastOfCluster last;
  for (std::size_t i = 1; i < word.size(); ++i) {
    last.name = std::string("-") + word[i];
    last.option = option_of(command, last.name);
    last.is_whole = i + 1 == word.size();
    if (last.option == nullptr || !last.option->value.empty()) break;
  }
  return last;
}

std::string unknown_command(std::string_view word, const CommandDescription& command) {
  std::vector<std::string> known;
  for (const auto& each : command.commands) known.push_back(each.name);
  return unknown("command", word, known, command);
}

std::string unknown_option(std::string_view word, const CommandDescription& command) {
  std::vector<std::string> known;
  for (const auto& option : command.options)
    for (const auto& name : option.names)
      if (name.starts_with("--")) known.push_back(name);
  return unknown("option", word, known, command);
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  auto fewest = std::max<std::size_t>(word.size() / 3, 2) + 1;
  for (const auto& each : known)
    if (const auto changes = each.starts_with(word) && word.size() > 2 ? 1 : changes_between(word, each);
        changes < fewest)
      fewest = changes, best = each;
  return best;
}

std::optional<std::string> typo_in(const std::vector<std::string>& arguments, const CommandDescription& program) {
  const auto* command = &program;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--") return std::nullopt;
    if (word.starts_with("--")) {
      const auto name = word.substr(0, word.find('='));
      const auto* option = option_of(*command, name);
      if (option == nullptr) return unknown_option(name, *command);
      if (!option->value.empty() && name == word) ++i;
    } else if (word.size() > 1 && word.front() == '-') {
      const auto last = last_of_cluster(word, *command);
      if (last.option == nullptr) return unknown_option(last.name, *command);
      if (!last.option->value.empty() && last.is_whole) ++i;
    } else if (const auto* next = below(*command, word)) {
      command = next;
    } else if (!command->commands.empty() && command->arguments.empty()) {
      return unknown_command(word, *command);
    }
  }
  return std::nullopt;
}

}  // namespace cli
