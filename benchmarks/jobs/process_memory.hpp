#pragma once
#include <fstream>
#include <string>

namespace imagegen::bench {

/// A line of this process's /proc/self/status, "VmRSS" (KiB) or "Threads" for example; 0 where there is none.
inline long process_status(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
  }
  return 0;
}

}  // namespace imagegen::bench
