#include "engine_contract/wire.hpp"

#include <imagegen/core/base64.hpp>

namespace imagegen::test {

boost::json::array to_wire(const std::vector<Bytes>& files) {
  boost::json::array list;
  for (const auto& file : files) list.emplace_back(to_base64(file));
  return list;
}

Bytes file_from_wire(std::string_view file) {
  Base64Decoder decoder(64U << 20U);
  decoder.feed(file).value();
  return std::move(decoder).finish().value();
}

std::vector<Bytes> from_wire(const boost::json::value* files) {
  std::vector<Bytes> list;
  if (!files) return list;
  for (const auto& file : files->as_array()) list.push_back(file_from_wire(file.as_string()));
  return list;
}

}  // namespace imagegen::test
