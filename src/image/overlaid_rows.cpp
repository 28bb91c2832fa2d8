#include "image/overlaid_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "image/checks.hpp"
#include "image/resampler.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kMostOverlays = 16;
Error overlay_fault(std::size_t index, const std::string& what) {
  return {Errc::invalid_argument, "overlays[" + std::to_string(index) + "]." + what};
}

Result<void> check_overlay(const Overlay& overlay, std::size_t index) {
  if (!overlay.picture) return overlay_fault(index, "picture: expected a picture, got none");
  if (auto checked = check_bitmap(*overlay.picture); !checked)
    return in_context(checked.error(), overlay_fault(index, "picture").message);
  if (looks_at_pixels(overlay.position.rule))
    return overlay_fault(index, "position: expected a place, got " + to_string(overlay.position));
  const auto [x, y] = overlay.position.focus;
  if (!is_within(x, 0, 1) || !is_within(y, 0, 1)) return overlay_fault(index, "position: expected x and y in [0, 1]");
  if (overlay.scale != 0 && !is_within(overlay.scale, 0.001F, 1))
    return overlay_fault(index, "scale: expected 0 or a number in [0.001, 1], got " + std::to_string(overlay.scale));
  if (!is_within(overlay.opacity, 0, 1))
    return overlay_fault(index, "opacity: expected a number in [0, 1], got " + std::to_string(overlay.opacity));
  if (overlay.margin < 0 || overlay.margin > kLargestSide)
    return overlay_fault(index, "margin: expected 0 to 65535 px, got " + std::to_string(overlay.margin));
  return {};
}

// How large it is on an output of that width.
PixelSize size_on(int output_width, const Overlay& overlay) {
  const PixelSize own = overlay.picture->size;
  if (overlay.scale == 0) return own;
  const auto rounded = [](double side) {
    return std::clamp(static_cast<int>(std::floor(side + 0.5)), 1, kLargestSide);
  };
  const int width = rounded(static_cast<double>(overlay.scale) * output_width);
  return {width, rounded(static_cast<double>(own.height) * width / own.width)};
}

// As RGBA, as large as it is to be.
Bitmap resized_overlay(const Overlay& overlay, PixelSize size) {
  const Bitmap& from = *overlay.picture;
  const Bitmap sized = size == from.size ? from : collect(*resampled(view_of(from), window_of(from.size), size, {}));
  if (sized.channels == 4) return sized;
  Bitmap rgba{size, 4, Bytes(sized.pixels.size() / static_cast<std::size_t>(sized.channels) * 4, 255)};
  const auto channels = static_cast<std::size_t>(sized.channels);
  for (std::size_t from_at = 0, to = 0; to < rgba.pixels.size(); from_at += channels, to += 4) {
    for (std::size_t c = 0; c < 3; ++c) rgba.pixels[to + c] = sized.pixels[from_at + (channels == 1 ? 0 : c)];
  }
  return rgba;
}

// The share of the free room before it. What is larger than the room hangs over both ends alike.
int offset(int room, int side, int margin, float fraction) {
  const int free = room - side - 2 * margin;
  return margin + static_cast<int>(std::floor(static_cast<double>(free) * fraction + 0.5));
}

// A pixel of straight colour with `alpha`, over one of `below`; each 0 .. kMost.
template <class Sample>
void blend_pixel(const std::uint8_t* over, std::uint32_t opacity, Sample* below, std::size_t channels) {
  constexpr std::uint64_t kMost = std::numeric_limits<Sample>::max();
  // In 1/65535 of 1/65535, so that nothing is rounded before the end.
  const std::uint64_t above = std::uint64_t{over[3]} * opacity * 257 / 255 * 65'535 / 65'535;  // 0..65535
  const std::uint64_t rest = 65'535 - above;
  const std::uint64_t alpha = channels == 4 ? std::uint64_t{below[3]} * (65'535 / kMost) : 65'535;
  const std::uint64_t below_share = alpha * rest;  // of 65535 * 65535
  const std::uint64_t total = above * 65'535 + below_share;
  if (total == 0) return;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::uint64_t colour = std::uint64_t{over[c]} * (kMost / 255);
    below[c] = static_cast<Sample>((colour * above * 65'535 + below[c] * below_share + total / 2) / total);
  }
  if (channels == 4) below[3] = static_cast<Sample>((total / 65'535 * kMost + 32'767) / 65'535);
}

class OverlaidRows : public RowStream {
 public:
  OverlaidRows(RowStreamPtr rows, const Overlay& overlay)
      : rows_(std::move(rows)),
        inner_(rows_->format()),
        format_(inner_),
        over_(resized_overlay(overlay, size_on(inner_.size.width, overlay))),
        opacity_(static_cast<std::uint32_t>(std::floor(static_cast<double>(overlay.opacity) * 255 + 0.5))),
        left_(offset(inner_.size.width, over_.size.width, overlay.margin, overlay.position.focus.x)),
        top_(offset(inner_.size.height, over_.size.height, overlay.margin, overlay.position.focus.y)),
        gap_(overlay.tiled ? overlay.margin : -1) {
    if (inner_.channels == 1) format_.channels = 3;
    row_.resize(inner_.row_bytes());
  }

  RowFormat format() const override { return format_; }

  void read(std::uint8_t* out) override {
    if (inner_.channels == 1) {
      rows_->read(row_.data());
      repeat_grey(out);
    } else {
      rows_->read(out);
    }
    const int y = place(y_++ - top_, over_.size.height);
    if (y < 0) return;
    format_.bits == 16 ? blend_row<std::uint16_t>(y, out) : blend_row<std::uint8_t>(y, out);
  }

 private:
  // The row or column of the overlay that stands there; negative where none does.
  int place(int position, int side) const {
    if (gap_ >= 0) {
      const int period = side + gap_;
      position = (position % period + period) % period;
    }
    return position >= 0 && position < side ? position : -1;
  }

  void repeat_grey(std::uint8_t* out) const {
    const std::size_t bytes = inner_.bits == 16 ? 2 : 1;
    for (std::size_t i = 0; i < row_.size(); i += bytes)
      for (int c = 0; c < 3; ++c, out += bytes) std::memcpy(out, &row_[i], bytes);
  }

  template <class Sample>
  void blend_row(int y, std::uint8_t* out) const {
    const auto channels = static_cast<std::size_t>(format_.channels);
    const bool tiled = gap_ >= 0;
    const int from = tiled ? 0 : std::max(left_, 0);
    const int to = tiled ? format_.size.width : std::min(left_ + over_.size.width, format_.size.width);
    for (int at = from; at < to; ++at) {
      const int x = place(at - left_, over_.size.width);
      if (x < 0) continue;
      Sample pixel[4];
      std::uint8_t* where = out + static_cast<std::size_t>(at) * channels * sizeof(Sample);
      std::memcpy(pixel, where, channels * sizeof(Sample));
      blend_pixel(over_.row(y) + 4 * static_cast<std::ptrdiff_t>(x), opacity_, pixel, channels);
      std::memcpy(where, pixel, channels * sizeof(Sample));
    }
  }

  RowStreamPtr rows_;
  RowFormat inner_, format_;
  Bitmap over_;
  std::uint32_t opacity_;  // 0..255
  int left_, top_;
  int gap_;  // between tiles; negative: it stands there once
  Bytes row_;
  int y_ = 0;
};

}  // namespace

Result<void> check_overlays(std::span<const Overlay> overlays) {
  if (overlays.size() > kMostOverlays) {
    return Error(Errc::invalid_argument, "overlays: expected at most " + std::to_string(kMostOverlays) + ", got " +
                                             std::to_string(overlays.size()));
  }
  for (std::size_t i = 0; i < overlays.size(); ++i)
    if (auto checked = check_overlay(overlays[i], i); !checked) return checked;
  return {};
}

RowStreamPtr overlaid(RowStreamPtr rows, const Overlay& overlay) {
  return std::make_unique<OverlaidRows>(std::move(rows), overlay);
}

}  // namespace imagegen::detail
