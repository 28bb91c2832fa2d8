#include "jobs/task_process.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace imagegen::bench {
namespace {

std::vector<std::string> command_for(const test::TaskServerOptions& options) {
  return {std::filesystem::read_symlink("/proc/self/exe").string(), "--serve", std::to_string(options.together),
          std::to_string(options.work.count()), std::to_string(options.side_px)};
}

test::ProgramOptions with_pipes() {
  test::ProgramOptions options;
  options.in = options.out = true;
  return options;
}

std::string read_line(int from) {
  std::string line;
  for (char c = 0; read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

TaskProcess::TaskProcess(const test::TaskServerOptions& options) : program_(command_for(options), with_pipes()) {
  url_ = read_line(program_.out());
  if (url_.empty()) throw std::runtime_error("the provider did not start");
}

TaskProcess::~TaskProcess() {
  program_.close_in();
  program_.wait();
}

void TaskProcess::finish() {
  program_.close_in();
  if (program_.wait() != 0) throw std::runtime_error("the provider was not used as it must be");
}

int TaskProcess::serve(int argc, char** arguments) {
  if (argc != 3) return 2;
  test::TaskServerOptions options;
  options.together = std::stoi(arguments[0]);
  options.work = std::chrono::milliseconds(std::stol(arguments[1]));
  options.side_px = std::stoi(arguments[2]);
  test::TaskServer server(options);
  std::cout << server.url() << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
  const auto violations = server.take_violations();
  for (const auto& violation : violations) std::cerr << "the provider: " << violation << "\n";
  return violations.empty() ? 0 : 1;
}

}  // namespace imagegen::bench
