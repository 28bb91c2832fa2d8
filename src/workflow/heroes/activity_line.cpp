#include <imagegen/workflow/heroes/hero_result.hpp>

#include <algorithm>

namespace imagegen {
namespace {

// Distinct values in the order they first occur.
std::string distinct(const std::vector<HeroOutput>& outputs, std::string HeroOutput::*member,
                     std::string_view between) {
  std::vector<std::string_view> values;
  for (const auto& output : outputs) {
    if (std::find(values.begin(), values.end(), output.*member) == values.end()) values.push_back(output.*member);
  }
  std::string text;
  for (const auto value : values) text += (text.empty() ? "" : std::string(between)) + std::string(value);
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

std::string activity_line(const HeroResult& result) {
  std::string line;
  if (result.generated.empty()) {
    line = result.dry_run ? "Planned no lifestyle hero images." : "Generated no lifestyle hero images.";
  } else {
    line = (result.dry_run ? "Planned " : "Generated ") + counted(result.generated.size(), "lifestyle hero image") +
           " for shots " + distinct(result.generated, &HeroOutput::shot_id, ", ") + " (" +
           distinct(result.generated, &HeroOutput::size_label, "/") + ").";
  }
  if (!result.skipped_existing.empty())
    line += " " + counted(result.skipped_existing.size(), "file") + " existed already.";
  if (!result.failed.empty()) line += " " + counted(result.failed.size(), "failure") + ".";
  return line;
}

}  // namespace imagegen
