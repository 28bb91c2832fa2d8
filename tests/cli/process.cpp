#include "cli/process.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kLongest{120};

// Appends what can be read; false at the end of the stream.
bool drain(int fd, std::string& text) {
  char buffer[65536];
  const auto count = ::read(fd, buffer, sizeof buffer);
  if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

std::vector<std::string> command_of(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  return arguments;
}

ProgramOptions options_of(const Environment& environment, const std::string& folder) {
  ProgramOptions options;
  options.environment = environment, options.bare = true, options.folder = folder;
  options.out = options.err = true;
  return options;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder,
                 const std::string& program)
    : Program(command_of(program, arguments), options_of(environment, folder)) {}

void Process::read(const std::function<bool()>& enough) {
  const auto limit = std::chrono::steady_clock::now() + kLongest;
  while ((out() >= 0 || err() >= 0) && !enough() && std::chrono::steady_clock::now() < limit) {
    pollfd watched[2] = {{out(), POLLIN, 0}, {err(), POLLIN, 0}};
    if (::poll(watched, 2, 1000) <= 0) continue;
    if (watched[0].revents != 0 && !drain(out(), ended_.out)) close_out();
    if (watched[1].revents != 0 && !drain(err(), ended_.err)) close_err();
  }
}

bool Process::wait_for_err(const std::string& text) {
  const auto has_come = [&] { return ended_.err.find(text) != std::string::npos; };
  read(has_come);
  return has_come();
}

Ended Process::wait() {
  read([] { return false; });
  if (out() >= 0 || err() >= 0) signal(SIGKILL);  // it did not end in time
  ended_.exit_code = Program::wait();
  return ended_;
}

Ended run_cli(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder) {
  return Process(arguments, environment, folder).wait();
}

Ended run_cli_on_terminal(const std::vector<std::string>& arguments, const Environment& environment,
                          const std::string& folder) {
  std::string command = IMAGEGEN_CLI;
  for (const auto& argument : arguments) command += " '" + argument + "'";
  return Process({"-qec", command, "/dev/null"}, environment, folder, "/usr/bin/script").wait();
}

std::vector<std::string> Folder::pictures() const {
  auto names = files();
  // Neither the state nor what answers told, which lies beside masters.
  std::erase_if(names, [](const std::string& name) {
    return name.starts_with("imagegen.db") || (name.find("masters/") != name.npos && name.ends_with(".json"));
  });
  return names;
}

std::vector<std::string> Folder::files() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
    const auto name = std::filesystem::relative(entry.path(), path()).string();
    if (entry.is_regular_file() && name.find("/.") == std::string::npos && name.front() != '.') names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Folder::read(const std::string& name) const {
  return read_file(*this / name);
}

void Folder::write(const std::string& name, const std::string& text) const {
  write_file(*this / name, text);
}

}  // namespace imagegen::test
