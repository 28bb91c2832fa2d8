#include <imagegen/image/credits.hpp>

#include <new>

#include "image/credit_text.hpp"
#include "image/exif.hpp"
#include "image/iptc_iim.hpp"
#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace imagegen {
namespace {

constexpr std::uint32_t kArtistTag = 0x013B, kCopyrightTag = 0x8298;  // EXIF 2.32, 4.6.4

// Names that are given one after the other, as EXIF has them.
void add_creators(std::string_view names, Credits& credits) {
  while (!names.empty()) {
    const auto end = std::min(names.find(';'), names.size());
    detail::add_creator(names.substr(0, end), credits);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

Credits read_exif(ByteView exif) {
  Credits credits;
  const auto artist = detail::exif_text(exif, kArtistTag);
  add_creators(artist.substr(0, artist.find('\0')), credits);
  // The photographer's, 0, the editor's. A blank stands for none.
  const auto copyright = detail::exif_text(exif, kCopyrightTag);
  const auto end = copyright.find('\0');
  credits.copyright = detail::credit_text(copyright.substr(0, end));
  if (credits.copyright.empty() && end != std::string_view::npos) {
    const auto editor = copyright.substr(end + 1);
    credits.copyright = detail::credit_text(editor.substr(0, editor.find('\0')));
  }
  return credits;
}

Credits read_packet(std::string_view xmp) {
  auto values = detail::read_xmp(xmp);
  if (!detail::is_web_address(values.credits.rights_url)) values.credits.rights_url.clear();
  return std::move(values.credits);
}

Credits read_all(ByteView file) {
  const auto found = detail::find_file_xmp(file);
  return with_found(with_found(read_packet(found.xmp), detail::read_iim(found.photoshop)), read_exif(found.exif));
}

}  // namespace

bool is_empty(const Credits& credits) noexcept {
  return credits == Credits();
}

Credits with_found(Credits said, const Credits& found) {
  if (said.creators.empty()) said.creators = found.creators;
  for (const auto text : {&Credits::credit_line, &Credits::copyright, &Credits::rights_url, &Credits::usage_terms})
    if ((said.*text).empty()) said.*text = found.*text;
  return said;
}

Credits find_credits(ByteView file) noexcept {
  try {
    return read_all(file);
  } catch (const std::bad_alloc&) {
    return {};
  }
}

}  // namespace imagegen
