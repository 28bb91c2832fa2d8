#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace imagegen {

enum class Presence : std::uint8_t {
  not_here,  // of another place, or no worker's name
  gone,
  alive,
  hidden,  // a process of this number lives, and the system does not show when it was started
};

// What has become of the process that a worker's name tells of. \param proc Where procfs is.
Presence presence_of(std::string_view name, const std::string& proc = "/proc");

}  // namespace imagegen
