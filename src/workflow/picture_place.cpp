#include "workflow/picture_place.hpp"

#include <algorithm>

namespace imagegen {

Task<Result<void>> PicturePlace::take() {
  constexpr std::chrono::minutes kPatience{4};
  if (place_) co_return Result<void>();
  const auto begin = clock_.now();
  auto place = co_await places_->take(std::chrono::steady_clock::now() + kPatience);
  if (!place && place.error().code == Errc::cancelled) co_return place.error();
  if (place) place_ = std::move(*place);
  if (deadline_.at != Deadline::never().at) deadline_.at += clock_.now() - begin;
  co_return Result<void>();
}

Task<void> PicturePlace::take_for_answer() {
  constexpr std::chrono::steady_clock::duration kPatience = std::chrono::seconds(45);
  if (place_) co_return;
  // The rest of the answer must still come before the deadline.
  const auto left = deadline_.at - clock_.now();
  auto place = co_await places_->take(std::chrono::steady_clock::now() + std::min(kPatience, left / 2));
  if (place) place_ = std::move(*place);
}

}  // namespace imagegen
