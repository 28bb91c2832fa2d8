#include "state/sqlite/common_time.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

namespace imagegen::sqlite {
namespace {

// Whose leases are longer than a minute died with the machine, and nothing that was due has to wait again.
constexpr std::chrono::minutes kLongestLease{1};
constexpr std::chrono::hours kLongestDelay{24};

// Between two starts of the machine, and in a container whose clocks were shifted, the steady clock is another one.
std::string name_of_steady_clock() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string boot;
  std::getline(in, boot);
  std::array<char, 64> target{};
  const auto length = ::readlink("/proc/self/ns/time", target.data(), target.size());
  return boot + "/" + std::string(target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
}

// What the last time left behind may lie far ahead, if the wall clock was wrong then or is now.
void bring_near(Connection& connection, Timestamp now) {
  connection.execute("UPDATE job SET lease_until = min(lease_until, ?) WHERE state = 'running'", now + kLongestLease);
  connection.execute("UPDATE job SET not_before = min(not_before, ?) WHERE state = 'queued' AND ready = 1", now);
  connection.execute("UPDATE job SET not_before = min(not_before, ?) WHERE state = 'queued' AND ready = 0",
                     now + kLongestDelay);
  connection.execute("UPDATE permit SET lease_until = min(lease_until, ?)", now + kLongestLease);
  connection.execute("UPDATE permit_rate SET next = min(next, ?)", now + kLongestLease);
}

std::optional<Timestamp> known_begin(Connection& connection, const std::string& name) {
  auto row = connection.statement("SELECT begin FROM steady_clock WHERE name = ?", name);
  return row.next() ? std::optional(row.time()) : std::nullopt;
}

}  // namespace

SteadyTime common_time(const DatabaseFile& file, const Clock& clock) {
  Connection connection(file, Role::durable_writer);
  const std::string name = name_of_steady_clock();
  if (const auto begin = known_begin(connection, name)) return {clock, *begin};
  Transaction transaction(connection);
  if (const auto begin = known_begin(connection, name)) return {clock, *begin};  // somebody else was quicker
  const SteadyTime time(clock);
  connection.execute("INSERT INTO steady_clock(name, begin) VALUES(?, ?)", name, time.begin());
  bring_near(connection, time.now());
  transaction.commit();
  return time;
}

}  // namespace imagegen::sqlite
