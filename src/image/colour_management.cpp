#include "image/colour_management.hpp"

#include <lcms2.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <type_traits>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

// ICC.1:2022, 7.2.
constexpr std::size_t kIccHeaderBytes = 128;
constexpr std::size_t kIccClassAt = 12;
constexpr std::size_t kIccSpaceAt = 16;

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, Free<cmsDeleteContext>>;
using Profile = std::unique_ptr<void, Free<cmsCloseProfile>>;
using Transform = std::unique_ptr<void, Free<cmsDeleteTransform>>;

int channels_of(SampleModel model) {
  return has_alpha(model) ? 4 : 3;
}

std::uint8_t ink_to_light(int ink, int black) {
  return static_cast<std::uint8_t>(((255 - ink) * (255 - black) + 127) / 255);
}

// Grey is repeated, ink is mixed; RGB comes through. `from` and `to` are one pixel.
void expand_pixel(SampleModel model, const std::uint8_t* from, std::uint8_t* to) {
  if (model == SampleModel::cmyk) {
    for (int c = 0; c < 3; ++c) to[c] = ink_to_light(from[c], from[3]);
  } else {
    to[0] = to[1] = to[2] = from[0];
    if (model == SampleModel::grey_alpha) to[3] = from[1];
  }
}

Bitmap without_profile(RawPicture picture) {
  Bitmap out{picture.size, channels_of(picture.model), {}};
  if (picture.model == SampleModel::rgb || picture.model == SampleModel::rgba) {
    out.pixels = std::move(picture.samples);
    return out;
  }
  out.pixels.resize(out.stride_bytes() * static_cast<std::size_t>(out.size.height));
  const auto step = static_cast<std::size_t>(samples_per_pixel(picture.model));
  const auto out_step = static_cast<std::size_t>(out.channels);
  for (std::size_t from = 0, to = 0; to < out.pixels.size(); from += step, to += out_step) {
    expand_pixel(picture.model, &picture.samples[from], &out.pixels[to]);
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

cmsUInt32Number input_format(SampleModel model) {
  switch (model) {
    case SampleModel::grey:
      return TYPE_GRAY_8;
    case SampleModel::grey_alpha:
      return TYPE_GRAYA_8;
    case SampleModel::rgb:
      return TYPE_RGB_8;
    case SampleModel::rgba:
      return TYPE_RGBA_8;
    case SampleModel::cmyk:
      break;
  }
  return TYPE_CMYK_8;
}

Transform make_transform(cmsContext context, cmsHPROFILE profile, SampleModel model) {
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (!srgb) return nullptr;
  const cmsUInt32Number output = has_alpha(model) ? TYPE_RGBA_8 : TYPE_RGB_8;
  return Transform(cmsCreateTransformTHR(context, profile, input_format(model), srgb.get(), output, INTENT_PERCEPTUAL,
                                         has_alpha(model) ? cmsFLAGS_COPY_ALPHA : 0U));
}

// Most RGB profiles are sRGB under one name or another. Whether this one is shows on a lattice of colours: lcms itself
// is exact to one step.
bool changes_nothing(cmsContext context, cmsHPROFILE profile) {
  const Transform transform = make_transform(context, profile, SampleModel::rgb);
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

Bitmap apply(cmsHTRANSFORM transform, const RawPicture& picture) {
  Bitmap out{picture.size, channels_of(picture.model), {}};
  out.pixels.resize(out.stride_bytes() * static_cast<std::size_t>(out.size.height));
  const std::size_t stride = picture.samples.size() / static_cast<std::size_t>(picture.size.height);
  for (int y = 0; y < picture.size.height; ++y) {
    cmsDoTransform(transform, &picture.samples[static_cast<std::size_t>(y) * stride], out.row(y),
                   static_cast<cmsUInt32Number>(picture.size.width));
  }
  return out;
}

// Some writers put an RGB profile on a grey picture; it is obeyed after the grey is repeated.
RawPicture grey_to_rgb(RawPicture picture) {
  auto rgb = without_profile(std::move(picture));
  return {rgb.size, rgb.channels == 4 ? SampleModel::rgba : SampleModel::rgb, std::move(rgb.pixels)};
}

}  // namespace

Bitmap to_srgb(RawPicture picture, const Bytes& icc) {
  if (icc.empty()) return without_profile(std::move(picture));
  const Context context(cmsCreateContext(nullptr, nullptr));
  if (!context) return without_profile(std::move(picture));
  const Profile profile(cmsOpenProfileFromMemTHR(context.get(), icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (!profile || icc.size() < kIccHeaderBytes) return without_profile(std::move(picture));
  // Not by lcms' functions: they give enumerations, which foreign bytes may put out of range.
  if (read_be32(icc, kIccClassAt) == cmsSigLinkClass) return without_profile(std::move(picture));
  const std::uint32_t space = read_be32(icc, kIccSpaceAt);
  if (space == cmsSigRgbData && is_grey(picture.model)) picture = grey_to_rgb(std::move(picture));
  if (space != space_of(picture.model)) return without_profile(std::move(picture));
  if (space == cmsSigRgbData && changes_nothing(context.get(), profile.get()))
    return without_profile(std::move(picture));
  const Transform transform = make_transform(context.get(), profile.get(), picture.model);
  return transform ? apply(transform.get(), picture) : without_profile(std::move(picture));
}

}  // namespace imagegen::detail
