#include "provider/common/result_fetch.hpp"

#include <algorithm>
#include <utility>

#include "provider/sniff_image.hpp"

namespace imagegen {
namespace {

constexpr int kMaxFetches = 5;
constexpr std::chrono::milliseconds kFetchPause{500};  // doubles
constexpr std::chrono::milliseconds kLongestFetchPause{10'000};

Error nothing_yet() {
  Error error(Errc::corrupt_data, "expected a PNG, JPEG or WebP file, got empty");
  error.retry = Retry::later;
  return error;
}

}  // namespace

void ResultFetch::begin(std::vector<FoundImage> found) {
  found.resize(std::max(found.size(), images_.size()));
  for (std::size_t i = 0; i < images_.size(); ++i)
    if (!images_[i].file.empty() || found[i].is_empty()) found[i] = std::move(images_[i]);
  images_ = std::move(found);
  at_ = 0, fetches_ = 0;
  for (FoundImage& image : images_) {
    if (image.file.empty()) continue;
    if (auto fine = check_is_image(image.file); !fine) image.fault = fine.error(), image.file.clear();
  }
}

std::optional<Step> ResultFetch::next() {
  for (; at_ < images_.size(); ++at_, fetches_ = 0) {
    const auto& image = images_[at_];
    if (!image.file.empty() || image.url.empty()) continue;
    has_url_ = true;
    return Fetch{image.url, max_bytes_};
  }
  return std::nullopt;
}

std::optional<Step> ResultFetch::on_fetched(Result<Bytes> file) {
  if (file && file->empty()) file = nothing_yet();
  if (!file && file.error().retry == Retry::later && ++fetches_ < kMaxFetches) {
    const auto asked = file.error().retry_after.value_or(std::chrono::milliseconds(0));
    return Wait{std::min(std::max(kFetchPause * (1 << (fetches_ - 1)), asked), kLongestFetchPause)};
  }
  auto& image = images_[at_];
  image.url.clear();
  if (auto fine = file ? check_is_image(*file) : Result<void>(file.error()); fine)
    image.file = std::move(*file);
  else
    image.fault = in_context(fine.error(), "url");
  return next();
}

bool ResultFetch::has_image() const {
  return std::ranges::any_of(images_, [](const FoundImage& image) { return !image.file.empty(); });
}

bool ResultFetch::may_come() const {
  return std::ranges::any_of(images_, [](const FoundImage& image) {
    return image.file.empty() && image.fault && image.fault->retry == Retry::later;
  });
}

std::optional<Error> ResultFetch::fault() const {
  return images_.empty() ? std::nullopt : images_.front().fault;
}

std::vector<FoundImage> ResultFetch::take_first() && {
  const auto gap = std::ranges::find_if(images_, [](const FoundImage& image) { return image.file.empty(); });
  images_.erase(gap, images_.end());
  return std::move(images_);
}

std::vector<FoundImage> ResultFetch::take() && {
  std::erase_if(images_, [](const FoundImage& image) { return image.file.empty(); });
  return std::move(images_);
}

}  // namespace imagegen
