#include "jobs/task_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace imagegen::bench {
namespace {

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  return ends;
}

std::string read_line(int from) {
  std::string line;
  for (char c = 0; read(from, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

TaskProcess::TaskProcess(const test::TaskServerOptions& options) {
  const auto in = make_pipe(), out = make_pipe();
  const auto together = std::to_string(options.together), work = std::to_string(options.work.count()),
             side = std::to_string(options.side_px);
  const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  child_ = fork();
  if (child_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
    execl(program.c_str(), "jobs_in_flight", "--serve", together.c_str(), work.c_str(), side.c_str(), nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  stop_ = in[1];
  url_ = read_line(out[0]);
  close(out[0]);
  if (url_.empty()) throw std::runtime_error("the provider did not start");
}

TaskProcess::~TaskProcess() {
  close(stop_);
  waitpid(child_, nullptr, 0);
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
  return 0;
}

}  // namespace imagegen::bench
