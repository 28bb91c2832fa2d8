#include "live_line.hpp"

#include <unistd.h>

#include <chrono>
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
  std::size_t frame = 0;
  std::chrono::steady_clock::time_point begun;
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

void draw(Drawn& now) {
  constexpr std::string_view kFrames = "|/-\\";
  take_away(now);
  const auto line =
      std::string(1, kFrames[now.frame++ % kFrames.size()]) + " " + elapsed_since(now.begun) + "  " + now.text;
  const auto shown = cut_to_columns(line, columns_of(STDERR_FILENO) - 1);
  now.columns = columns_in(shown);
  std::cerr << shown << std::flush;
}

void draw_until(const std::stop_token& stop) {
  auto& now = drawn();
  std::unique_lock lock(now.mutex);
  while (!stop.stop_requested()) {
    if (!now.text.empty()) draw(now);
    now.changed.wait_for(lock, stop, kBetweenFrames, [] { return false; });
  }
  take_away(now);
  now.text.clear();
  std::cerr << std::flush;
}

}  // namespace

LiveLine::LiveLine() : is_drawn_(is_terminal(STDERR_FILENO) && manner().loudness != Loudness::quiet) {
  if (!is_drawn_) return;
  drawn().begun = std::chrono::steady_clock::now();
  drawer_ = std::jthread(draw_until);
}

LiveLine::~LiveLine() = default;

void LiveLine::show(const std::string& text) {
  if (!is_drawn_) return detail(text);
  const std::lock_guard lock(drawn().mutex);
  drawn().text = text;
  draw(drawn());
}

void print_above(const std::string& line) {
  const std::lock_guard lock(drawn().mutex);
  take_away(drawn());
  std::cerr << std::flush;
  std::cout << line << std::endl;
}

void write_above(const std::string& text) {
  const std::lock_guard lock(drawn().mutex);
  take_away(drawn());
  std::cerr << text;
}

}  // namespace cli
