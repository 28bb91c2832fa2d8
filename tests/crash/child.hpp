#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/program.hpp"

namespace imagegen::test {

// A worker in a process of its own; see crash_child.cpp.
class Child : public Program {
 public:
  explicit Child(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {})
      : Program(command_of(std::move(arguments)), options_of(std::move(environment))) {}

  // The step at which it killed itself, if it did.
  std::string wait() {
    const auto said = read_out();
    exit_code_ = Program::wait();
    return said.substr(0, said.find('\n'));
  }
  void go_on() const { signal(SIGCONT); }
  bool was_killed() const { return exit_code_ == 128 + SIGKILL; }
  int exit_code() const { return exit_code_; }

 private:
  static std::vector<std::string> command_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), IMAGEGEN_CRASH_CHILD);
    return arguments;
  }
  static ProgramOptions options_of(std::map<std::string, std::string> environment) {
    ProgramOptions options;
    options.environment = std::move(environment), options.out = true;
    return options;
  }

  int exit_code_ = -1;
};

}  // namespace imagegen::test
