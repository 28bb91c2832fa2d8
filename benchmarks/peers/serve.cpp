#include "peers/serve.hpp"

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace peers {
namespace {

double cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](timeval time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) * 1e-3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// VmRSS or VmHWM. Not ru_maxrss: that remembers the program that started this one.
long status_kib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    if (name == field + ":") {
      long kib = 0;
      status >> kib;
      return kib;
    }
    status.ignore(1'000, '\n');
  }
  throw std::runtime_error("no " + field + " in /proc/self/status");
}

void measure(const std::function<void()>& work) {
  const double cpu_before = cpu_ms();
  const auto before = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - before;
  std::cout << R"({"wall_ms":)" << wall.count() << R"(,"cpu_ms":)" << cpu_ms() - cpu_before << R"(,"rss_kib":)"
            << status_kib("VmRSS") << R"(,"peak_kib":)" << status_kib("VmHWM") << "}" << std::endl;
}

}  // namespace

void serve(const Side& side) {
  std::cout << side.about << std::endl;
  for (std::string word; std::cin >> word;) {
    if (word == "round") {
      measure(side.round);
    } else if (word == "shot") {
      std::size_t index = 0;
      std::cin >> index;
      measure([&] { side.one_shot(index); });
    } else if (word == "write") {
      measure(side.write);
    } else {
      throw std::runtime_error("expected round, shot or write, got " + word);
    }
  }
}

}  // namespace peers
