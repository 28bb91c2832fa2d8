// URLs come out of answers, configurations and redirects. Whatever the parser takes must read back as the same.
#include <imagegen/http/url.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

// A plain abort() would do, but says nothing about which promise was broken.
void expect(bool held) {
  if (!held) __builtin_trap();
}

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f') return false;
  }
  return true;
}

void check_parts(const imagegen::Url& url) {
  expect(url.scheme == "http" || url.scheme == "https");
  expect(!url.host.empty() && url.port != 0);
  expect(url.target.starts_with('/') && url.target.find('#') == std::string::npos);
  expect(is_printable(url.host) && is_printable(url.target));
  expect(url.host.find_first_of("/?#@[]%\\") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace imagegen;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = parse_url(text);
  if (url) {
    check_parts(*url);
    const auto again = parse_url(url->str());
    // Only its own additions, a slash and a port, may make it too long.
    expect(again ? *again == *url : url->str().size() > 8192);
    const auto longer = with_path(*url, "/x");
    expect(longer.host == url->host && longer.target.find("/x") != std::string::npos);
  }
  const auto encoded = encode_url(text);
  expect(encode_url(encoded) == encoded);
  if (url && encoded.size() <= 8192) {
    const auto same_place = parse_url(encoded);
    expect(same_place && same_place->host == url->host && same_place->port == url->port);
  }
  static const Url kBase = parse_url("https://base.test/a/b?c").value();
  if (const auto resolved = resolve_url(kBase, text)) {
    check_parts(*resolved);
    const auto again = parse_url(resolved->str());
    expect(again ? *again == *resolved : resolved->str().size() > 8192);
  }
  return 0;
}
