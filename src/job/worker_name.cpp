#include <imagegen/job/worker.hpp>

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <random>

#include "job/process_presence.hpp"

// A name reads "host/boot/namespace/pid/start/random". Boot and namespace keep apart processes that share a host's name
// and a process id; the start time keeps apart processes that had one id after the other.
namespace imagegen {
namespace {

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string process_namespace() {
  std::array<char, 64> target{};
  const auto length = readlink("/proc/self/ns/pid", target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string("none");
}

std::string place() {
  return host_name() + "/" + first_line("/proc/sys/kernel/random/boot_id") + "/" + process_namespace();
}

// Field 22 of proc(5)'s stat, in clock ticks since boot; empty when there is no such process. The name of the program,
// field 2, is in parentheses and may hold anything.
std::string start_time(std::string_view pid, const std::string& proc = "/proc") {
  const std::string line = first_line(proc + "/" + std::string(pid) + "/stat");
  auto at = line.rfind(')');
  if (at == std::string::npos) return {};
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
  if (at == std::string::npos) return {};
  const auto end = line.find(' ', at + 1);
  return line.substr(at + 1, end - at - 1);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Process {
  std::string_view pid, start;
};

// Also of a process that procfs does not show. What is no number of a process has none.
bool is_there(std::string_view pid) {
  pid_t number = 0;
  const auto read = std::from_chars(pid.data(), pid.data() + pid.size(), number);
  return read.ec == std::errc() && number > 0 && (::kill(number, 0) == 0 || errno == EPERM);
}

// Of a worker that is or was in this place.
std::optional<Process> process_here(std::string_view name) {
  const auto here = place() + "/";
  if (!name.starts_with(here)) return std::nullopt;
  name.remove_prefix(here.size());
  const auto first = name.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = name.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const Process found{name.substr(0, first), name.substr(first + 1, second - first - 1)};
  return is_number(found.pid) && is_number(found.start) ? std::optional(found) : std::nullopt;
}

}  // namespace

std::string worker_name() {
  std::random_device random;
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), random(), 16).ptr;
  const auto pid = std::to_string(getpid());
  return place() + "/" + pid + "/" + start_time(pid) + "/" + std::string(digits.begin(), end);
}

Presence presence_of(std::string_view name, const std::string& proc) {
  const auto process = process_here(name);
  if (!process) return Presence::not_here;
  const auto start = start_time(process->pid, proc);
  if (start.empty()) return is_there(process->pid) ? Presence::hidden : Presence::gone;
  return start == process->start ? Presence::alive : Presence::gone;
}

bool worker_is_gone(std::string_view name) {
  return presence_of(name) == Presence::gone;
}

// One that is hidden is given the time that a living one gets: it ends with its lease all the same.
bool worker_is_alive(std::string_view name) {
  const auto presence = presence_of(name);
  return presence == Presence::alive || presence == Presence::hidden;
}

}  // namespace imagegen
