#pragma once
#include <imagegen/core/bitmap.hpp>

#include <memory>

#include "image/raw_picture.hpp"

namespace imagegen::detail {

/// What to_srgb() will do with the profile.
IccUse icc_use(const Bytes& icc, SampleModel model);

/// Decides by what the colours of a header that was read are converted, and says so in its info: the colour space, and
/// notes. Errc::unsupported for HDR where the limits refuse it.
Result<void> settle_colours(FileHeader& header, SampleModel model, const ImageLimits& limits);

/// Brings rows of samples to sRGB: RGB, or RGBA where they have alpha. As to_srgb() says. One thread at a time.
class RowConverter {
 public:
  /// \param bits 8, or 16 in the order of the machine.
  RowConverter(SampleModel model, int bits, const FileHeader& header);
  ~RowConverter();
  RowConverter(RowConverter&&) noexcept;
  RowConverter& operator=(RowConverter&&) noexcept;

  /// What comes out.
  SampleModel model() const noexcept;
  /// Whether convert() has nothing to do, so that rows may stay where they are.
  bool changes_nothing() const noexcept;
  /// \param from Of `pixels` px, 16 bits aligned to 2.
  /// \param to   May be `from` where as many samples come out as go in; else they do not overlap.
  void convert(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) const;

 private:
  struct Steps;
  std::unique_ptr<const Steps> steps_;
};

/// Brings a picture of 8 bits to sRGB: 3 channels, or 4 where it has alpha.
///
/// Obeys the signal of the header, or its profile where that is a sound one for this kind of picture; otherwise grey and
/// RGB count as sRGB, and CMYK is mixed by its definition. A profile that changes nothing is skipped. In place, row by
/// row: a picture that allocate() made is not copied.
/// Source: ICC.1:2022; perceptual intent, as libvips does.
Bitmap to_srgb(RawPicture picture, const FileHeader& header);

/// The same for 16 bits.
DeepBitmap to_deep_srgb(RawPicture picture, const FileHeader& header);

}  // namespace imagegen::detail
