#include "heroes_report.hpp"

#include <algorithm>
#include <iostream>

#include "columns.hpp"
#include "money.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;

std::string kilobytes(std::int64_t bytes) {
  return bytes == 0 ? "-" : std::to_string((bytes + 500) / 1000) + " kB";
}

std::string money(const js::object& document, std::string_view name) {
  const auto amount = money_of(document, name);
  return amount.empty() ? "an unknown price" : amount;
}

// Distinct values of a field in the order they first occur.
std::string distinct(const std::vector<js::object>& list, std::string_view name, std::string_view between) {
  std::vector<std::string> values;
  for (const auto& item : list)
    if (auto value = text_of(item, name); std::ranges::find(values, value) == values.end()) values.push_back(value);
  std::string text;
  for (const auto& value : values) text.append(text.empty() ? "" : between).append(value);
  return text;
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string activity_line(const js::object& result) {
  const auto generated = list_of(result, "generated");
  std::string line = is(result, "dryRun") ? "Planned " : "Generated ";
  line += generated.empty()
              ? "no lifestyle hero images."
              : counted(generated.size(), "lifestyle hero image") + " for shots " +
                    distinct(generated, "shot_id", ", ") + " (" + distinct(generated, "size_label", "/") + ").";
  if (const auto skipped = list_of(result, "skippedExisting").size(); skipped > 0)
    line += " " + counted(skipped, "file") + " existed already.";
  if (const auto failed = list_of(result, "failed").size(); failed > 0) line += " " + counted(failed, "failure") + ".";
  return line;
}

std::string cost_line(const js::object& result) {
  const auto& cost = result.at("cost").as_object();
  const auto bought = number_of(cost, "imagesBought");
  std::string line = is(result, "dryRun") ? "Would cost about " + money(cost, "estimated")
                                          : std::to_string(bought) + (bought == 1 ? " picture" : " pictures") +
                                                " bought, estimated " + money(cost, "estimated");
  if (bought > 0 && !dollars_of(cost, "actual").empty()) line += ", billed " + money(cost, "actual");
  if (const auto date = text_of(cost, "priceDate"); !date.empty())
    line += std::string(" (") + (is(cost, "rough") ? "rough, " : "") + "prices of " + date + ")";
  return line + ".";
}

void print_failures(const std::vector<js::object>& failed) {
  for (const auto& failure : failed) {
    const auto file = text_of(failure, "filename");
    std::cerr << "imagegen: " << text_of(failure, "shot_id") << (file.empty() ? "" : " ") << file << ": "
              << text_of(failure, "error") << ": " << text_of(failure, "message")
              << (is(failure, "maybe_spent") ? " (it may have been charged)" : "") << "\n";
  }
}

std::vector<Row> rows_of(const js::object& result) {
  std::vector<Row> rows = {{"SHOT", "LABEL", "SIZE", "BYTES", "STATE", "FILE"}};
  const std::string made = is(result, "dryRun") ? "planned" : "made";
  for (const auto& file : list_of(result, "generated"))
    rows.push_back({text_of(file, "shot_id"), text_of(file, "size_label"),
                    std::to_string(number_of(file, "width")) + "x" + std::to_string(number_of(file, "height")),
                    kilobytes(number_of(file, "bytes")), made + (is(file, "upscaled") ? ", upscaled" : ""),
                    text_of(file, "filename")});
  for (const auto& file : list_of(result, "skippedExisting"))
    rows.push_back({text_of(file, "shot_id"), "-", "-", "-", "exists", text_of(file, "filename")});
  return rows;
}

void print_report(const js::object& result) {
  if (const auto rows = rows_of(result); rows.size() > 1) print_table(rows);
  if (is(result, "dryRun")) {
    for (const auto& shot : list_of(result.at("cost").as_object(), "shots"))
      std::cout << "\n"
                << text_of(shot, "shot_id") << ", " << money(shot, "estimated") << ": "
                << imagegen::shown_lines(shot.at("prompt").as_string()) << "\n";
  }
  for (const auto& id : texts_of(result, "missingShots")) note(id + ": the pack has no rows or no board for this shot");
  for (const auto& warning : texts_of(result, "warnings")) note(warning);
  print_failures(list_of(result, "failed"));
  if (manner().loudness != Loudness::quiet) std::cerr << activity_line(result) << " " << cost_line(result) << "\n";
}

// What was cut short says in its body what it has reached.
const js::object& body_of(const Answer& answer) {
  return answer.ok ? answer.document : answer.document.at("body").as_object();
}

}  // namespace

void print_refusal(const Answer& answer) {
  const auto& body = body_of(answer);
  if (answer.ok || is(body, "ok")) return;
  const auto error = text_of(body, "error");
  std::cerr << "imagegen: " << error << (error.empty() ? "" : ": ")
            << imagegen::shown_lines(answer.document.at("message").as_string()) << "\n";
  const auto* details = body.if_contains("details");
  if (details && details->is_object()) print_failures(list_of(details->get_object(), "failed"));
}

void print_heroes(const Answer& answer) {
  const auto& body = body_of(answer);
  if (is(body, "ok"))
    print_report(body);
  else
    print_refusal(answer);
}

int exit_code_of_heroes(const Answer& answer, bool interrupted) {
  if (interrupted) return kInterrupted;
  if (answer.ok) {
    const bool whole = list_of(answer.document, "failed").empty() && texts_of(answer.document, "missingShots").empty();
    return whole ? kOk : kPartlyDone;
  }
  const auto status = number_of(answer.document, "httpStatus");
  if (status == 402) return kOverBudget;
  return status < 500 ? kBadInput : kFailed;
}

}  // namespace cli
