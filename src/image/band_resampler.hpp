#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "image/row_stream.hpp"

/// \file Resizing while the rows of a source come by, for pictures that are too large to be held. What is kept is in
/// rows: the sums of those that are not complete yet. The bytes are those that the resamplers of whole pictures make.
namespace imagegen::detail {

/// Some rows of a picture in memory, by their place in it. Does not own them.
struct RowBand {
  const std::uint8_t* samples = nullptr;  ///< Those of 16 bits aligned to 2, in the order of the machine.
  std::size_t stride_bytes = 0;
  int first = 0;  ///< The place of the first row.
  int count = 0;

  const std::uint8_t* row(int y) const noexcept {
    return samples + static_cast<std::size_t>(y - first) * stride_bytes;
  }
};

/// Makes the rows of an output out of bands of its source, and keeps them. One thread at a time.
class BandResampler {
 public:
  explicit BandResampler(const RowFormat& format)
      : format_(format), made_(format.row_bytes() * static_cast<std::size_t>(format.size.height)) {}
  virtual ~BandResampler() = default;
  BandResampler(const BandResampler&) = delete;
  BandResampler& operator=(const BandResampler&) = delete;

  /// \param band Begins where the one before ended, the first one at row 0. Borrowed for the call.
  virtual void take(const RowBand& band) = 0;

  /// What was made, once the last band was taken. It has no more of it then.
  RowStreamPtr rows() { return rows_of(std::move(made_), format_); }

 protected:
  /// Where the next row goes.
  std::uint8_t* next_row() {
    return made_.data() + static_cast<std::size_t>(next_++) * format_.row_bytes();
  }

 private:
  RowFormat format_;
  Bytes made_;
  int next_ = 0;
};

using BandResamplerPtr = std::unique_ptr<BandResampler>;

/// The positions of a source that one of an output is made of. Neither end ever goes back from one to the next.
struct Reach {
  int begin = 0, end = 0;
};

/// The rows of an output that are not complete yet, each with its sums.
template <class Number>
class OpenSums {
 public:
  /// \param length Sums of a row.
  OpenSums(std::vector<Reach> reaches, std::size_t length) : reaches_(std::move(reaches)), length_(length) {
    sums_.resize(most_open());
  }

  /// Whether rows [from, to) of the source matter to what is not done.
  bool wants(int from, int to) const { return next_ < reaches_.size() && reaches_[next_].begin < to && from < to; }

  /// Calls add(y, begin, end, sums) for what each output row takes of source rows [from, to), and done(y, sums) for
  /// each that is then complete; both in order. `from` is the `to` of the call before.
  template <class Add, class Done>
  void pass(int from, int to, const Add& add, const Done& done) {
    for (std::size_t y = next_; y < reaches_.size() && reaches_[y].begin < to; ++y) {
      const Reach reach = reaches_[y];
      auto& sums = sums_[y % sums_.size()];
      if (reach.begin >= from) sums.assign(length_, Number{});
      add(static_cast<int>(y), std::max(reach.begin, from), std::min(reach.end, to), sums);
      if (reach.end > to) continue;
      done(static_cast<int>(y), sums);
      next_ = y + 1;
    }
  }

 private:
  std::size_t most_open() const {
    std::size_t most = 1;
    for (std::size_t first = 0, after = 0; first < reaches_.size(); ++first) {
      while (after < reaches_.size() && reaches_[after].begin < reaches_[first].end) ++after;
      most = std::max(most, after - first);
    }
    return most;
  }

  std::vector<Reach> reaches_;
  std::size_t length_;
  std::vector<std::vector<Number>> sums_;  ///< That of row y in slot y % size.
  std::size_t next_ = 0;                   ///< The first row that is not complete.
};

/// Rows of 8 or 16 bits at their size. The crop lies inside.
BandResamplerPtr band_copier(const RowFormat& source, PixelRect crop);

}  // namespace imagegen::detail
