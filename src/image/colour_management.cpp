#include "image/colour_management.hpp"

#include <lcms2.h>

#include <array>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "image/byte_reader.hpp"
#include "image/free_with.hpp"

namespace imagegen::detail {
namespace {

// ICC.1:2022, 7.2.
constexpr std::size_t kIccHeaderBytes = 128;
constexpr std::size_t kIccClassAt = 12;
constexpr std::size_t kIccSpaceAt = 16;

using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, FreeWith<cmsDeleteContext>>;
using Profile = std::unique_ptr<void, FreeWith<cmsCloseProfile>>;
using Transform = std::unique_ptr<void, FreeWith<cmsDeleteTransform>>;

template <class Sample>
Sample ink_to_light(std::uint64_t ink, std::uint64_t black) {
  constexpr std::uint64_t kMost = std::numeric_limits<Sample>::max();
  return static_cast<Sample>(((kMost - ink) * (kMost - black) + kMost / 2) / kMost);
}

// Grey is repeated, ink is mixed; RGB comes through. `from` and `to` are one pixel.
template <class Sample>
void expand_pixel(SampleModel model, const Sample* from, Sample* to) {
  if (model == SampleModel::cmyk) {
    for (int c = 0; c < 3; ++c) to[c] = ink_to_light<Sample>(from[c], from[3]);
  } else {
    to[0] = to[1] = to[2] = from[0];
    if (model == SampleModel::grey_alpha) to[3] = from[1];
  }
}

// What the module goes on with: the samples, and what they are of.
template <class Sample>
struct Pixels {
  PixelSize size;
  SampleModel model;
  std::vector<Sample> samples;

  std::size_t row_samples() const {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(samples_per_pixel(model));
  }
};

constexpr SampleModel rgb_model(SampleModel model) {
  return has_alpha(model) ? SampleModel::rgba : SampleModel::rgb;
}

template <class Sample>
Pixels<Sample> without_profile(Pixels<Sample> picture) {
  Pixels<Sample> out{picture.size, rgb_model(picture.model), {}};
  if (picture.model == out.model) return picture;
  out.samples.resize(out.row_samples() * static_cast<std::size_t>(out.size.height));
  const auto step = static_cast<std::size_t>(samples_per_pixel(picture.model));
  const auto out_step = static_cast<std::size_t>(samples_per_pixel(out.model));
  for (std::size_t from = 0, to = 0; to < out.samples.size(); from += step, to += out_step) {
    expand_pixel(picture.model, &picture.samples[from], &out.samples[to]);
  }
  return out;
}

bool is_grey(SampleModel model) {
  return model == SampleModel::grey || model == SampleModel::grey_alpha;
}

std::uint32_t space_of(SampleModel model) {
  if (is_grey(model)) return cmsSigGrayData;
  return model == SampleModel::cmyk ? cmsSigCmykData : cmsSigRgbData;
}

// lcms' description of a pixel of `model`, in samples of as many bytes.
cmsUInt32Number pixel_format(SampleModel model, unsigned bytes) {
  const bool alpha = has_alpha(model);
  const unsigned space = is_grey(model) ? PT_GRAY : model == SampleModel::cmyk ? PT_CMYK : PT_RGB;
  const unsigned colours = static_cast<unsigned>(samples_per_pixel(model)) - (alpha ? 1U : 0U);
  return COLORSPACE_SH(space) | CHANNELS_SH(colours) | EXTRA_SH(alpha ? 1U : 0U) | BYTES_SH(bytes);
}

Transform make_transform(cmsContext context, cmsHPROFILE profile, SampleModel model, unsigned bytes) {
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (!srgb) return nullptr;
  return Transform(cmsCreateTransformTHR(context, profile, pixel_format(model, bytes), srgb.get(),
                                         pixel_format(rgb_model(model), bytes), INTENT_PERCEPTUAL,
                                         has_alpha(model) ? cmsFLAGS_COPY_ALPHA : 0U));
}

// Most RGB profiles are sRGB under one name or another. Whether this one is shows on a lattice of colours: lcms itself
// is exact to one step.
bool changes_nothing(cmsContext context, cmsHPROFILE profile) {
  const Transform transform = make_transform(context, profile, SampleModel::rgb, 1);
  if (!transform) return false;
  constexpr int kSteps = 9;
  std::array<std::uint8_t, 3 * kSteps * kSteps * kSteps> colours;
  for (std::size_t i = 0; i < colours.size() / 3; ++i) {
    const std::size_t digits[] = {i % kSteps, i / kSteps % kSteps, i / (kSteps * kSteps)};
    for (std::size_t c = 0; c < 3; ++c) colours[3 * i + c] = static_cast<std::uint8_t>(digits[c] * 255 / (kSteps - 1));
  }
  auto converted = colours;
  cmsDoTransform(transform.get(), colours.data(), converted.data(), static_cast<cmsUInt32Number>(colours.size() / 3));
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (std::abs(colours[i] - converted[i]) > 1) return false;
  }
  return true;
}

template <class Sample>
Pixels<Sample> apply(cmsHTRANSFORM transform, const Pixels<Sample>& picture) {
  Pixels<Sample> out{picture.size, rgb_model(picture.model), {}};
  out.samples.resize(out.row_samples() * static_cast<std::size_t>(out.size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(out.size.height); ++y) {
    cmsDoTransform(transform, &picture.samples[y * picture.row_samples()], &out.samples[y * out.row_samples()],
                   static_cast<cmsUInt32Number>(picture.size.width));
  }
  return out;
}

// An opened profile and what to do with it.
struct OpenProfile {
  Context context;
  Profile profile;
  std::uint32_t space = 0;
  IccUse use = IccUse::none;
};

OpenProfile open_profile(const Bytes& icc, SampleModel model) {
  OpenProfile open;
  if (icc.empty()) return open;
  open.use = IccUse::ignored;
  open.context.reset(cmsCreateContext(nullptr, nullptr));
  if (!open.context || icc.size() < kIccHeaderBytes) return open;
  open.profile.reset(
      cmsOpenProfileFromMemTHR(open.context.get(), icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  // Not by lcms' functions: they give enumerations, which foreign bytes may put out of range.
  if (!open.profile || read_be32(icc, kIccClassAt) == cmsSigLinkClass) return open;
  open.space = read_be32(icc, kIccSpaceAt);
  // Some writers put an RGB profile on a grey picture; it is obeyed after the grey is repeated.
  const bool fits = open.space == space_of(model) || (open.space == cmsSigRgbData && is_grey(model));
  if (!fits) return open;
  const bool is_srgb = open.space == cmsSigRgbData && changes_nothing(open.context.get(), open.profile.get());
  open.use = is_srgb ? IccUse::is_srgb : IccUse::converted;
  return open;
}

template <class Sample>
Pixels<Sample> convert(Pixels<Sample> picture, const Bytes& icc) {
  const OpenProfile open = open_profile(icc, picture.model);
  if (open.use != IccUse::converted) return without_profile(std::move(picture));
  if (open.space == cmsSigRgbData && is_grey(picture.model)) picture = without_profile(std::move(picture));
  const Transform transform = make_transform(open.context.get(), open.profile.get(), picture.model, sizeof(Sample));
  return transform ? apply(transform.get(), picture) : without_profile(std::move(picture));
}

}  // namespace

IccUse icc_use(const Bytes& icc, SampleModel model) {
  return open_profile(icc, model).use;
}

Bitmap to_srgb(RawPicture picture, const Bytes& icc) {
  assert(picture.bits == 8);
  auto done = convert(Pixels<std::uint8_t>{picture.size, picture.model, std::move(picture.samples)}, icc);
  return {done.size, samples_per_pixel(done.model), std::move(done.samples)};
}

DeepBitmap to_deep_srgb(RawPicture picture, const Bytes& icc) {
  assert(picture.bits == 16);
  Pixels<std::uint16_t> deep{picture.size, picture.model, {}};
  deep.samples.resize(picture.samples.size() / 2);
  std::memcpy(deep.samples.data(), picture.samples.data(), deep.samples.size() * 2);
  Bytes().swap(picture.samples);
  auto done = convert(std::move(deep), icc);
  return {done.size, samples_per_pixel(done.model), std::move(done.samples)};
}

}  // namespace imagegen::detail
