#include "progress_bar.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>

#include <iostream>
#include <string>

#include "call.hpp"

namespace cli {
namespace {

constexpr std::size_t kWidth = 30;

std::string words(const boost::json::object& step) {
  const auto stage = text_of(step, "stage"), shot = text_of(step, "shotId");
  if (stage == "buyingMaster") return shot + ": waiting for its picture";
  if (stage == "haveMaster") return shot + ": cutting";
  if (stage == "fileDone") return text_of(step, "filename");
  return stage == "shotFailed" ? shot + ": failed" : "planned";
}

}  // namespace

ProgressBar::ProgressBar() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressBar::show(std::string_view progress_json) {
  if (!on_terminal_) return;
  const auto step = boost::json::parse(progress_json).as_object();
  const auto done = static_cast<std::size_t>(number_of(step, "filesDone"));
  const auto total = std::max<std::size_t>(static_cast<std::size_t>(number_of(step, "filesTotal")), 1);
  const auto filled = done * kWidth / total;
  const auto bar = std::string(filled, '#') + std::string(kWidth - filled, '-');
  std::cerr << "\r\033[K[" << bar << "] " << done << "/" << total << "  " << words(step) << std::flush;
  drawn_ = true;
}

}  // namespace cli
