#include "provider/common/picture_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "provider/common/foreign_text.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kMaxUrl = 8192;  // bytes, as parse_url() takes them

// A text that begins so is a picture, or a URL, in whichever field it is.
constexpr std::size_t kStart = 8;
constexpr std::array<std::string_view, 2> kUrls = {"http://", "https://"};
constexpr std::array<std::string_view, 3> kFiles = {"iVBORw0K", "/9j/", "UklGR"};  // PNG, JPEG, WebP in base64

template <std::size_t Size>
bool begins_with_any(std::string_view text, const std::array<std::string_view, Size>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}
bool is_data_url(std::string_view text) {
  constexpr std::string_view kScheme = "data:";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(text.substr(0, kScheme.size()), kScheme, {}, lower);
}

Error too_long(std::string url) {
  Error error(Errc::limit_exceeded, "url: expected at most " + std::to_string(kMaxUrl) + " bytes, got more");
  error.where_to_look = std::move(url);
  return error;
}

}  // namespace

void PictureText::feed(std::string_view part) {
  if (!file_ && !address_) {
    const auto missing = std::min(kStart - start_.size(), part.size());
    start_.append(part.substr(0, missing));
    part.remove_prefix(missing);
    if (start_.size() < kStart) return;
    decide();
  }
  if (file_) file_->feed(part);
  if (address_) append_bounded(*address_, part);
}

void PictureText::decide() {
  const bool is_url = begins_with_any(start_, kUrls) || (expected_ == Expected::url && !is_data_url(start_));
  if (is_url) address_ = start_;
  // "/9j/4AAQ..." may be either, until it has ended.
  if (!is_url || begins_with_any(start_, kFiles)) file_.emplace(max_bytes_).feed(start_);
  start_.clear();
}

void PictureText::finish(FoundImage& image, std::string_view field) && {
  if (!file_ && !address_) decide();
  auto file = file_ ? std::move(*file_).finish() : Result<Bytes>(Error{});
  if (file) {
    if (image.file.empty()) image.file = std::move(*file);
  } else if (address_ && address_->size() > kMaxUrl) {
    if (!image.fault) image.fault = too_long(std::move(*address_));
  } else if (address_) {
    if (image.url.empty()) image.url = std::move(*address_);
  } else if (!image.fault) {
    image.fault = in_context(std::move(file).error(), field);
  }
}

}  // namespace imagegen
