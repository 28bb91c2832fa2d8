#pragma once
#include <malloc.h>

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

/// Bytes that are asked for and not given back, of all threads. Unlike what is resident, it does not depend on what the
/// allocator happens to keep.
inline long heap_in_use() {
  const auto all = mallinfo2();
  return static_cast<long>(all.uordblks + all.hblkhd);
}

}  // namespace imagegen::bench
