#include "heroes_report.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "exit_code.hpp"

namespace cli {
namespace {

using Row = std::array<std::string, 6>;

std::string kilobytes(std::size_t bytes) {
  return bytes == 0 ? "-" : std::to_string((bytes + 500) / 1000) + " kB";
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

void print_table(std::vector<Row> rows) {
  std::array<std::size_t, 6> widths{};
  for (auto& row : rows) {
    for (auto& cell : row) cell = imagegen::shown(cell);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i] + 2);
    std::cout << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
  }
}

std::string money(const std::optional<imagegen::Usd>& amount) {
  return amount ? to_string(*amount) + " USD" : "an unknown price";
}

std::string cost_line(const imagegen::HeroResult& result) {
  const auto& cost = result.cost;
  std::string line = result.dry_run
                         ? "Would cost about " + money(cost.estimated)
                         : std::to_string(cost.images_bought) + (cost.images_bought == 1 ? " picture" : " pictures") +
                               " bought, estimated " + money(cost.estimated);
  if (cost.actual && cost.images_bought > 0) line += ", billed " + money(cost.actual);
  if (!cost.price_date.empty())
    line += std::string(" (") + (cost.rough ? "rough, " : "") + "prices of " + cost.price_date + ")";
  return line + ".";
}

void print_failures(const std::vector<imagegen::HeroFailure>& failed) {
  for (const auto& failure : failed) {
    const auto what = failure.shot_id + (failure.filename.empty() ? "" : " " + failure.filename);
    std::cerr << "imagegen: " << imagegen::shown(what) << ": " << failure.error
              << (failure.maybe_spent ? " (it may have been charged)" : "") << "\n";
  }
}

}  // namespace

void print_report(const imagegen::HeroResult& result) {
  std::vector<Row> rows = {{"SHOT", "LABEL", "SIZE", "BYTES", "STATE", "FILE"}};
  for (const auto& output : result.generated) {
    const auto state = std::string(result.dry_run ? "planned" : "made") + (output.upscaled ? ", upscaled" : "");
    rows.push_back({output.shot_id, output.size_label, to_string(output.size), kilobytes(output.size_bytes), state,
                    output.filename});
  }
  for (const auto& file : result.skipped_existing)
    rows.push_back({file.shot_id, file.size_label, "-", "-", "exists", file.filename});
  if (rows.size() > 1) print_table(std::move(rows));
  if (result.dry_run) {
    for (const auto& shot : result.shots)
      std::cout << "\n" << imagegen::shown(shot.shot_id) << ", " << money(shot.estimated) << ": "
                << imagegen::shown_lines(shot.prompt) << "\n";
  }
  for (const auto& id : result.missing_shots)
    std::cerr << "imagegen: " << imagegen::shown(id) << ": the pack has no rows or no board for this shot\n";
  for (const auto& warning : result.warnings) std::cerr << "imagegen: " << imagegen::shown(warning) << "\n";
  print_failures(result.failed);
  std::cerr << activity_line(result) << " " << cost_line(result) << "\n";
}

void print_refusal(const imagegen::HeroRefusal& refusal) {
  std::cerr << "imagegen: " << refusal.error << ": " << imagegen::shown_lines(refusal.message) << "\n";
  print_failures(refusal.failed);
}

int exit_code_of(const imagegen::HeroOutcome& outcome, bool interrupted) {
  if (interrupted) return kInterrupted;
  if (const auto* refusal = std::get_if<imagegen::HeroRefusal>(&outcome)) {
    if (refusal->status == 402) return kOverBudget;
    return refusal->status < 500 ? kBadInput : kFailed;
  }
  const auto& result = std::get<imagegen::HeroResult>(outcome);
  return result.failed.empty() && result.missing_shots.empty() ? kOk : kPartlyDone;
}

}  // namespace cli
