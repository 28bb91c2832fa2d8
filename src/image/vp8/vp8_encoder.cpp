#include "image/vp8/vp8_encoder.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "image/vp8/analyse_row.hpp"
#include "image/vp8/bitstream.hpp"
#include "image/vp8/encode_row.hpp"
#include "image/vp8/encoding.hpp"
#include "image/vp8/segmentation.hpp"

namespace imagegen::detail::vp8 {
namespace {

constexpr int kLongestSide = 16383;

Result<void> check(const Planes& planes, const Settings& settings) {
  const PixelSize size = planes.size;
  if (size.width < 1 || size.height < 1)
    return Error(Errc::invalid_argument, "expected a picture with pixels, got " + to_string(size));
  if (size.width > kLongestSide || size.height > kLongestSide)
    return Error(Errc::limit_exceeded, "WebP: expected sides of at most 16383, got " + to_string(size));
  if (settings.quality < 0 || settings.quality > 100)
    return Error(Errc::invalid_argument, "quality: expected [0, 100], got " + std::to_string(settings.quality));
  return {};
}

// 127 above the picture.
Above nothing_above() {
  Above above{};
  above.y.fill(127);
  above.u.fill(127);
  above.v.fill(127);
  return above;
}

void set_up(Frame& frame, const Planes& planes, const Settings& settings) {
  frame.planes = planes;
  frame.quality = settings.quality;
  frame.across = (planes.size.width + 15) / 16;
  frame.down = (planes.size.height + 15) / 16;
  const auto across = static_cast<std::size_t>(frame.across), down = static_cast<std::size_t>(frame.down);
  frame.macroblocks.resize(across * down);
  frame.above.assign(across + 1, nothing_above());
}

void set_up(Reconstruction& reconstruction, const Frame& frame) {
  const std::size_t blocks = frame.macroblocks.size();
  reconstruction.y.resize(blocks * 256);
  reconstruction.u.resize(blocks * 64);
  reconstruction.v.resize(blocks * 64);
}

bool analyse(Frame& frame, const Stop& stop) {
  Alphas alphas;
  for (int row = 0; row < frame.down; ++row) {
    if (stop.requested()) return false;
    analyse_row(frame, row, alphas);
  }
  choose_segments(frame, alphas);
  return true;
}

// Costs follow the picture: they are computed anew about eight times.
bool encode_rows(Frame& frame, const Stop& stop) {
  const int interval = std::max(static_cast<int>(frame.macroblocks.size() / 8), 96);
  compute_costs(kDefaultProbs, frame.costs);
  int since = 0;
  for (int row = 0; row < frame.down; ++row) {
    if (stop.requested()) return false;
    if (since >= interval) {
      compute_costs(best_probs(frame.tokens.counts()), frame.costs);
      since = 0;
    }
    encode_row(frame, row);
    since += frame.across;
  }
  return true;
}

}  // namespace

Result<Bytes> encode_and_show(const Planes& planes, const Settings& settings, const Stop& stop,
                              Reconstruction* reconstruction, bool filtered) {
  if (const auto checked = check(planes, settings); !checked) return checked.error();
  const auto frame = std::make_unique<Frame>();
  set_up(*frame, planes, settings);
  frame->reconstruction = reconstruction;
  if (reconstruction != nullptr) set_up(*reconstruction, *frame);
  if (!analyse(*frame, stop) || !encode_rows(*frame, stop)) return stop.error();
  raise_filters(frame->segments);
  if (!filtered)
    for (Segment& segment : frame->segments) segment.filter = 0;
  return write_file(*frame);
}

Result<Bytes> encode(const Planes& planes, const Settings& settings, const Stop& stop) {
  return encode_and_show(planes, settings, stop, nullptr, /*filtered=*/true);
}

}  // namespace imagegen::detail::vp8
