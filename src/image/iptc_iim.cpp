#include "image/iptc_iim.hpp"

#include "image/byte_reader.hpp"
#include "image/credit_text.hpp"

namespace imagegen::detail {
namespace {

using namespace std::string_view_literals;

constexpr auto kPhotoshopName = "Photoshop 3.0\0"sv;
constexpr std::uint32_t kIptcResource = 0x0404;
constexpr std::uint8_t kTagMarker = 0x1C;

// The data of the resource that holds the records; empty where there is none.
ByteView find_resource(ByteView blocks) {
  while (blocks.size() >= 12 && starts_with(blocks, "8BIM")) {
    const auto id = read_bytes(blocks, 4, 2, true);
    const std::size_t name = (std::size_t{blocks[6]} + 2) / 2 * 2;  // its length and it, as an even number of bytes
    if (name > blocks.size() - 10) return {};
    const std::size_t size = read_be32(blocks, 6 + name);
    const auto data = blocks.subspan(10 + name);
    if (size > data.size()) return {};
    if (id == kIptcResource) return data.first(size);
    blocks = data.subspan(std::min(size + size % 2, data.size()));
  }
  return {};
}

}  // namespace

Credits read_iim(ByteView photoshop) {
  Credits credits;
  if (!starts_with(photoshop, kPhotoshopName)) return credits;
  auto records = find_resource(photoshop.subspan(kPhotoshopName.size()));
  while (records.size() >= 5 && records[0] == kTagMarker) {
    const std::uint32_t tag = read_bytes(records, 1, 2, true);  // record and data set
    const std::size_t size = read_be16(records, 3);
    if (size > records.size() - 5) break;  // also what has more than 32 KiB, which is no credit
    const auto text = as_text(records.subspan(5, size));
    if (tag == 0x0250) add_creator(text, credits);
    if (tag == 0x026E && credits.credit_line.empty()) credits.credit_line = credit_text(text);
    if (tag == 0x0274 && credits.copyright.empty()) credits.copyright = credit_text(text);
    records = records.subspan(5 + size);
  }
  return credits;
}

}  // namespace imagegen::detail
