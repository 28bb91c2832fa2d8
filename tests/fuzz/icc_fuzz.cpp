// Any ICC profile is obeyed or ignored on pictures of every kind, and gives the same colours twice.
#include <cstdlib>

#include "image/colour_management.hpp"

namespace {

using imagegen::Bytes;
using imagegen::detail::IccUse;
using imagegen::detail::RawPicture;
using imagegen::detail::SampleModel;

void require(bool holds) {
  if (!holds) std::abort();
}

RawPicture picture_of(SampleModel model, int bits) {
  RawPicture picture{{4, 4}, model, {}, bits, {}};
  picture.allocate();
  for (std::size_t i = 0; i < 4 * picture.row_bytes(); ++i) picture.row(0)[i] = static_cast<std::uint8_t>(i * 37);
  return picture;
}

imagegen::detail::FileHeader header_with(const Bytes& icc) {
  imagegen::detail::FileHeader header;
  header.icc = icc;
  return header;
}

void check(SampleModel model, const Bytes& icc) {
  const auto use = imagegen::detail::icc_use(icc, model);
  require((use == IccUse::none) == icc.empty());
  const auto made = to_srgb(picture_of(model, 8), header_with(icc));
  require(made.size == imagegen::PixelSize{4, 4} && made.channels == (has_alpha(model) ? 4 : 3));
  require(made.pixels.size() == 16U * static_cast<std::size_t>(made.channels));
  require(made.pixels == to_srgb(picture_of(model, 8), header_with(icc)).pixels);
  const auto deep = to_deep_srgb(picture_of(model, 16), header_with(icc));
  require(deep.channels == made.channels && deep.samples.size() == made.pixels.size());
  require(deep.samples == to_deep_srgb(picture_of(model, 16), header_with(icc)).samples);
  if (use == IccUse::converted) return;
  require(made.pixels == to_srgb(picture_of(model, 8), header_with({})).pixels);
  require(deep.samples == to_deep_srgb(picture_of(model, 16), header_with({})).samples);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes icc(data, data + size);
  for (const auto model :
       {SampleModel::grey, SampleModel::grey_alpha, SampleModel::rgb, SampleModel::rgba, SampleModel::cmyk}) {
    check(model, icc);
  }
  return 0;
}
