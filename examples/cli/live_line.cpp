#include "live_line.hpp"

#include <unistd.h>

#include <array>
#include <condition_variable>
#include <iostream>
#include <mutex>

#include "columns.hpp"
#include "said.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::chrono::milliseconds kBetweenFrames{120};

// What is on the terminal now; one for the process, because there is one terminal.
struct Drawn {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::string text;         // empty: nothing to show yet
  std::size_t columns = 0;  // that the line takes; 0: it is not there
};

Drawn& drawn() {
  static Drawn now;
  return now;
}

// A window that became narrower has broken the line into several.
void take_away(Drawn& now) {
  if (now.columns == 0) return;
  const auto above = (now.columns - 1) / columns_of(STDERR_FILENO);
  std::cerr << "\r";
  if (above > 0) std::cerr << "\033[" << above << "A";
  std::cerr << "\033[J";
  now.columns = 0;
}

std::string elapsed_since(std::chrono::steady_clock::time_point begun) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun).count();
  const auto rest = std::to_string(seconds % 60);
  return std::to_string(seconds / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

void draw(Drawn& now, std::size_t frame, std::chrono::steady_clock::time_point begun) {
  constexpr std::string_view kFrames = "|/-\\";
  take_away(now);
  const auto line = std::string(1, kFrames[frame % kFrames.size()]) + " " + elapsed_since(begun) + "  " + now.text;
  const auto shown = cut_to_columns(line, columns_of(STDERR_FILENO) - 1);
  now.columns = columns_in(shown);
  std::cerr << shown << std::flush;
}

void draw_until(const std::stop_token& stop, std::chrono::steady_clock::time_point begun) {
  auto& now = drawn();
  std::unique_lock lock(now.mutex);
  for (std::size_t frame = 0; !stop.stop_requested(); ++frame) {
    if (!now.text.empty()) draw(now, frame, begun);
    now.changed.wait_for(lock, stop, kBetweenFrames, [] { return false; });
  }
  take_away(now);
  now.text.clear();
  std::cerr << std::flush;
}

}  // namespace

LiveLine::LiveLine()
    : is_drawn_(is_terminal(STDERR_FILENO) && manner().loudness != Loudness::quiet),
      begun_(std::chrono::steady_clock::now()) {
  if (is_drawn_) drawer_ = std::jthread([begun = begun_](const std::stop_token& stop) { draw_until(stop, begun); });
}

LiveLine::~LiveLine() = default;

void LiveLine::show(const std::string& text) {
  if (!is_drawn_) return detail(text);
  const std::lock_guard lock(drawn().mutex);
  drawn().text = text;
}

void write_above(const std::string& text) {
  const std::lock_guard lock(drawn().mutex);
  take_away(drawn());
  std::cerr << text;
}

}  // namespace cli
