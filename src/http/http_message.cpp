#include <imagegen/http/http_message.hpp>

#include "http/ascii.hpp"

#include <algorithm>

namespace imagegen {
namespace {

auto find(const std::vector<HttpHeader>& entries, std::string_view name) noexcept {
  return std::find_if(entries.begin(), entries.end(),
                      [&](const HttpHeader& entry) { return equal_ignoring_case(entry.name, name); });
}

}  // namespace

std::string_view HttpHeaders::get(std::string_view name) const noexcept {
  const auto found = find(entries_, name);
  return found == entries_.end() ? std::string_view() : std::string_view(found->value);
}

bool HttpHeaders::has(std::string_view name) const noexcept {
  return find(entries_, name) != entries_.end();
}

}  // namespace imagegen
