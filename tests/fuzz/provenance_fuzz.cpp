// Any file gives bounded plain texts; and any bytes that xmp_packet() takes as a model come back from a file of each
// format.
#include <imagegen/core/object_key.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/provenance.hpp>

#include <cstdlib>

#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace {

using namespace imagegen;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_found(const FoundProvenance& found) {
  for (const auto* text : {&found.digital_source_type, &found.creator_tool, &found.model, &found.prompt_sha256}) {
    require(text->size() <= detail::kMaxXmpValueBytes && detail::is_plain_text(*text));
  }
  require(found.prompt_sha256.empty() || detail::is_sha256_text(found.prompt_sha256));
}

const Bytes& small_file(ImageFormat format) {
  static const Bitmap picture{{2, 2}, 3, Bytes(12, 90)};
  static const Bytes files[] = {encode_image(picture, {ImageFormat::webp, 50, 0}).value(),
                                encode_image(picture, {ImageFormat::jpeg, 50}).value(),
                                encode_image(picture, {ImageFormat::png}).value()};
  return files[static_cast<std::size_t>(format)];
}

void check_round_trip(std::string_view text) {
  const auto packet = xmp_packet({DigitalSourceType::composite, std::string(text), "", std::string(text)});
  if (!packet) return require(packet.error().code == Errc::invalid_argument);
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) {
    const auto found = find_provenance(detail::embed_xmp(format, small_file(format), *packet).value());
    require(found == FoundProvenance{"composite", std::string(text), std::string(text), "", false});
  }
}

// A packet that a file carries is found again in another; one with nothing in it is refused.
void check_moved(const std::string& xmp) {
  for (const auto format : {ImageFormat::webp, ImageFormat::png}) {
    const auto moved = detail::embed_xmp(format, small_file(format), xmp);
    require(moved.has_value() == !xmp.empty());
    if (moved) require(detail::find_file_xmp(*moved).xmp == xmp);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto found = find_provenance(file);
  check_found(found);
  require(find_provenance(file) == found);
  check_moved(detail::find_file_xmp(file).xmp);
  check_round_trip(as_text(file));
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) {
    const auto marked = detail::embed_xmp(format, Bytes(file.begin(), file.end()), "<a/>");
    if (marked) require(marked->size() > size);
  }
  return 0;
}
