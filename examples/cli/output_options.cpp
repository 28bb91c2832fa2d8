#include "output_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace cli {
namespace {

std::string typed_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

bool has_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

}  // namespace

void OutputOptions::allow_for_each(CLI::App& command) {
  for (auto* option : command.get_options())
    if (option->get_expected_max() <= 1) option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

OutputOptions::OutputOptions(const CLI::App& command, const CLI::Option& output) {
  std::map<const CLI::Option*, std::size_t> seen;
  for (const CLI::Option* option : command.parse_order()) {
    const auto nth = seen[option]++;
    if (option == &output) {
      outputs_.push_back(option->results().at(nth));
      continue;
    }
    Occurrence occurrence{option, {}, outputs_.size()};
    if (!option->get_positional()) occurrence.words.push_back(typed_name(*option));
    if (has_value(*option)) occurrence.words.push_back(option->results().at(nth));
    given_.push_back(std::move(occurrence));
  }
}

std::vector<const OutputOptions::Occurrence*> OutputOptions::chosen(const CLI::Option* option,
                                                                    std::size_t index) const {
  std::vector<const Occurrence*> all, shared, own;
  for (const auto& occurrence : given_) {
    if (occurrence.option != option) continue;
    const bool is_shared = occurrence.outputs_before == 0 || occurrence.outputs_before == outputs_.size();
    all.push_back(&occurrence);
    if (is_shared)
      shared.push_back(&occurrence);
    else if (occurrence.outputs_before == index)
      own.push_back(&occurrence);
  }
  if (all.size() == outputs_.size()) return {all[index]};
  return own.empty() ? shared : own;
}

std::optional<std::string> OutputOptions::fault() const {
  for (const auto& [option, words, before] : given_) {
    if (!has_value(*option) || option->get_expected_max() > 1) continue;
    const auto count = std::ranges::count(given_, option, &Occurrence::option);
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (chosen(option, i).size() > 1)
        return typed_name(*option) + ": expected 1 or " + std::to_string(outputs_.size()) + ", one for each -o, got " +
               std::to_string(count);
  }
  return std::nullopt;
}

std::vector<std::string> OutputOptions::arguments_of(std::size_t index) const {
  std::vector<std::string> arguments{"-o", outputs_[index]};
  std::vector<const CLI::Option*> done;
  for (const auto& [option, words, before] : given_) {
    if (std::ranges::find(done, option) != done.end()) continue;
    done.push_back(option);
    for (const auto* occurrence : chosen(option, index))
      arguments.insert(arguments.end(), occurrence->words.begin(), occurrence->words.end());
  }
  return arguments;
}

}  // namespace cli
