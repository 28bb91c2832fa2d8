#include "progress_bar.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>

#include "call.hpp"
#include "money.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::size_t kWidestBar = 30;

std::string words(const boost::json::object& step) {
  const auto stage = text_of(step, "stage"), shot = text_of(step, "shotId");
  if (stage == "buyingMaster") return shot + ": waiting for its picture";
  if (stage == "haveMaster") return shot + ": cutting";
  if (stage == "fileDone") return text_of(step, "filename");
  return stage == "shotFailed" ? shot + ": failed" : "planned";
}

// A quarter of the line; none where that would be a stub.
std::string bar_of(std::size_t done, std::size_t total) {
  const auto width = std::min(kWidestBar, columns_of(STDERR_FILENO) / 4);
  if (width < 10) return {};
  const auto filled = done * width / total;
  return "[" + std::string(filled, '#') + std::string(width - filled, '-') + "] ";
}

}  // namespace

void ProgressBar::show(std::string_view progress_json) {
  const auto step = boost::json::parse(progress_json).as_object();
  const auto done = static_cast<std::size_t>(number_of(step, "filesDone"));
  const auto total = std::max<std::size_t>(static_cast<std::size_t>(number_of(step, "filesTotal")), 1);
  const auto spent = money_of(step, "spentUsd");
  line_.show((is_terminal(STDERR_FILENO) ? bar_of(done, total) : std::string()) + std::to_string(done) + "/" +
             std::to_string(total) + (spent == "$0.00" ? "" : "  " + spent + " spent") + "  " + words(step));
}

}  // namespace cli
