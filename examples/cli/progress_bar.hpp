#pragma once
#include <string_view>

#include "live_line.hpp"

namespace cli {

// Progress of heroes.generate on a LiveLine: how many files are there, what was spent, and what is waited for.
class ProgressBar {
 public:
  void show(std::string_view progress_json);

 private:
  LiveLine line_;
};

}  // namespace cli
