#pragma once
#include <imagegen/workflow/heroes/hero_workflow.hpp>

namespace cli {

// One line on stderr that is drawn over, when stderr is a terminal; else nothing at all.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  void show(const imagegen::HeroProgress& progress);

 private:
  bool on_terminal_;
  bool drawn_ = false;
};

}  // namespace cli
