#include "image/extended_rows.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

namespace imagegen {
namespace detail {
namespace {

constexpr int kLargestMargin = 65'535;

// Which of `count` positions stands at `position`, which may lie outside of them.
int source_of(int position, int count, MarginFill fill) {
  if (fill == MarginFill::copy) return std::clamp(position, 0, count - 1);
  const int period = fill == MarginFill::repeat ? count : 2 * count;
  const int place = (position % period + period) % period;
  return place < count ? place : 2 * count - 1 - place;
}

class ExtendedRows : public RowStream {
 public:
  ExtendedRows(RowStreamPtr rows, const Margins& margins, MarginFill fill)
      : inner_(rows->format()), format_(inner_), margins_(margins), fill_(fill) {
    format_.size.width += margins.left + margins.right;
    format_.size.height += margins.top + margins.bottom;
    const std::size_t bytes = inner_.row_bytes();
    picture_.resize(bytes * static_cast<std::size_t>(inner_.size.height));
    for (int y = 0; y < inner_.size.height; ++y) rows->read(&picture_[bytes * static_cast<std::size_t>(y)]);
  }

  RowFormat format() const override { return format_; }

  void read(std::uint8_t* out) override {
    const int y = source_of(y_++ - margins_.top, inner_.size.height, fill_);
    const std::uint8_t* row = &picture_[inner_.row_bytes() * static_cast<std::size_t>(y)];
    const std::size_t pixel = inner_.row_bytes() / static_cast<std::size_t>(inner_.size.width);
    const auto put = [&](int from, int to) {
      for (int x = from; x < to; ++x) {
        const int source = source_of(x, inner_.size.width, fill_);
        std::memcpy(out + static_cast<std::size_t>(x + margins_.left) * pixel,
                    row + static_cast<std::size_t>(source) * pixel, pixel);
      }
    };
    put(-margins_.left, 0);
    std::memcpy(out + static_cast<std::size_t>(margins_.left) * pixel, row, inner_.row_bytes());
    put(inner_.size.width, inner_.size.width + margins_.right);
  }

 private:
  RowFormat inner_, format_;
  Margins margins_;
  MarginFill fill_;
  Bytes picture_;
  int y_ = 0;
};

}  // namespace

Result<void> check_margins(const Margins& margins) {
  for (const int margin : {margins.left, margins.top, margins.right, margins.bottom}) {
    if (margin < 0 || margin > kLargestMargin) {
      return Error(Errc::invalid_argument, "extend: expected margins of 0 to 65535 px, got " + std::to_string(margin));
    }
  }
  return {};
}

RowStreamPtr extended(RowStreamPtr rows, const Margins& margins, MarginFill fill) {
  assert(fill != MarginFill::background);
  if (margins == Margins{}) return rows;
  return std::make_unique<ExtendedRows>(std::move(rows), margins, fill);
}

}  // namespace detail

std::string_view to_string(MarginFill fill) noexcept {
  switch (fill) {
    case MarginFill::background:
      return "background";
    case MarginFill::copy:
      return "copy";
    case MarginFill::mirror:
      return "mirror";
    case MarginFill::repeat:
      break;
  }
  return "repeat";
}

}  // namespace imagegen
