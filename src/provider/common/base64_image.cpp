#include "provider/common/base64_image.hpp"

#include <algorithm>

#include "provider/sniff_image.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kScheme = "data:";
constexpr std::string_view kCoding = ";base64,";
constexpr std::size_t kMaxHead = 256;  // bytes; a media type is far shorter

bool same(std::string_view small, std::string_view b) {
  return std::ranges::equal(small, b, {}, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

bool may_be_prefix(std::string_view head) {
  const auto size = std::min(head.size(), kScheme.size());
  return same(kScheme.substr(0, size), head.substr(0, size));
}

bool is_coded(std::string_view head) {
  return head.size() >= kCoding.size() && same(kCoding, head.substr(head.size() - kCoding.size()));
}

}  // namespace

void Base64Image::feed(std::string_view text) {
  if (!past_head_ && !take_head(text)) return;
  decode(text);
}

// Moves bytes from `text` to the head until it is decided what they are. \return Whether it is.
bool Base64Image::take_head(std::string_view& text) {
  while (!text.empty() && !past_head_) {
    head_ += text.front();
    text.remove_prefix(1);
    if (!may_be_prefix(head_)) {
      past_head_ = true;
      decode(head_);
    } else if (head_.back() == ',' || head_.size() > kMaxHead) {
      past_head_ = true;
      if (!is_coded(head_)) fault_ = Error{Errc::corrupt_data, "base64: a data URL without \";base64,\""};
    }
  }
  return past_head_;
}

void Base64Image::decode(std::string_view text) {
  if (fault_) return;
  if (auto fed = decoder_.feed(text); !fed) fault_ = std::move(fed).error();
}

Result<Bytes> Base64Image::finish() && {
  if (!past_head_) decode(head_);
  if (fault_) return std::move(*fault_);
  auto file = std::move(decoder_).finish();
  if (!file) return file;
  if (auto image = check_is_image(*file); !image) return std::move(image).error();
  return file;
}

}  // namespace imagegen
