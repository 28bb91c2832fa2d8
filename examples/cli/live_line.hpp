#pragma once
#include <string>
#include <thread>

namespace cli {

// One line at the bottom of a terminal on stderr that moves while something is waited for, with the time that has
// passed. Whatever is said meanwhile stands above it, and it leaves nothing behind. Without a terminal, or with -q,
// nothing is drawn; there -v says each text once, as a line.
class LiveLine {
 public:
  LiveLine();
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void show(const std::string& text);

 private:
  bool is_drawn_;
  std::jthread drawer_;
};

// A line on stdout, flushed, for whoever reads along; the moving line stays below it.
void print_above(const std::string& line);

// Writes to stderr where nothing else is being drawn: the line is taken away, and comes back below.
void write_above(const std::string& text);

}  // namespace cli
