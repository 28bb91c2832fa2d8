#pragma once
#include <string_view>

namespace cli {

// One line on stderr that is drawn over, when stderr is a terminal; else nothing at all.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  // Progress of heroes.generate.
  void show(std::string_view progress_json);

 private:
  bool on_terminal_;
  bool drawn_ = false;
};

}  // namespace cli
