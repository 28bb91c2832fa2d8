// Any file gives bounded plain credits, which can be written again and then are found the same; so do any EXIF block and any
// segment of Photoshop's.
#include <imagegen/core/object_key.hpp>
#include <imagegen/image/credits.hpp>
#include <imagegen/image/encode.hpp>

#include <cstdlib>
#include <string>

#include "image/credit_text.hpp"
#include "image/exif.hpp"
#include "image/iptc_iim.hpp"
#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace {

using namespace imagegen;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  require(text.size() <= detail::kMostCreditBytes && detail::is_plain_text(text));
}

void check_found(const Credits& found) {
  std::size_t bytes = 0;
  for (const auto& creator : found.creators) check_text(creator), bytes += creator.size(), require(!creator.empty());
  require(found.creators.size() <= detail::kMostCreators && bytes <= detail::kMostCreditBytes);
  for (const auto* text : {&found.credit_line, &found.copyright, &found.rights_url, &found.usage_terms}) check_text(*text);
  require(found.rights_url.empty() || detail::is_web_address(found.rights_url));
}

const Bytes& small_webp() {
  static const Bytes file = encode_image({{2, 2}, 3, Bytes(12, 90)}, {ImageFormat::webp, 50, 0}).value();
  return file;
}

void check_written_again(const Credits& found) {
  const auto packet = xmp_packet(std::nullopt, found).value();
  require(packet.empty() == is_empty(found));
  if (packet.empty()) return;
  require(find_credits(detail::embed_xmp(ImageFormat::webp, small_webp(), packet).value()) == found);
}

void check_segment(ByteView bytes) {
  std::string segment("Photoshop 3.0\0", 14);
  segment.append(as_text(bytes));
  const auto found = detail::read_iim(as_bytes(segment));
  check_found(found);
  check_written_again(found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto found = find_credits(file);
  check_found(found);
  require(find_credits(file) == found);
  check_written_again(found);
  check_segment(file);
  for (const std::uint32_t tag : {0x013BU, 0x8298U}) {
    const auto text = detail::exif_text(file, tag);
    require(text.empty() || (text.data() >= as_text(file).data() && text.data() + text.size() <= as_text(file).data() + size));
  }
  check_text(detail::credit_text(as_text(file)));
  return 0;
}
