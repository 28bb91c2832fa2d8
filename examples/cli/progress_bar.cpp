#include "progress_bar.hpp"

#include <imagegen/core/shown_text.hpp>

#include <unistd.h>

#include <iostream>
#include <string>

namespace cli {
namespace {

constexpr std::size_t kWidth = 30;

std::string words(const imagegen::HeroProgress& progress) {
  using Kind = imagegen::HeroProgress::Kind;
  switch (progress.kind) {
    case Kind::planned:
      return "planned";
    case Kind::buying_master:
      return progress.shot_id + ": waiting for its picture";
    case Kind::have_master:
      return progress.shot_id + ": cutting";
    case Kind::file_done:
      return progress.filename;
    case Kind::shot_failed:
      return progress.shot_id + ": failed";
  }
  return {};
}

}  // namespace

ProgressBar::ProgressBar() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressBar::show(const imagegen::HeroProgress& progress) {
  if (!on_terminal_) return;
  const auto total = std::max<std::size_t>(progress.files_total, 1);
  const auto filled = progress.files_done * kWidth / total;
  std::cerr << "\r\033[K[" << std::string(filled, '#') << std::string(kWidth - filled, '-') << "] "
            << progress.files_done << "/" << progress.files_total << "  " << imagegen::shown(words(progress)) << std::flush;
  drawn_ = true;
}

}  // namespace cli
