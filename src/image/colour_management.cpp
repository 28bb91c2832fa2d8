#include "image/colour_management.hpp"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "image/byte_reader.hpp"
#include "image/free_with.hpp"
#include "image/signal_converter.hpp"

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

constexpr SampleModel rgb_model(SampleModel model) {
  return has_alpha(model) ? SampleModel::rgba : SampleModel::rgb;
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
  const SampleModel given = open.space == cmsSigRgbData && is_grey(model) ? rgb_model(model) : model;
  if (!make_transform(open.context.get(), open.profile.get(), given, 1)) return open;  // it opens, and that is all
  const bool is_srgb = open.space == cmsSigRgbData && changes_nothing(open.context.get(), open.profile.get());
  open.use = is_srgb ? IccUse::is_srgb : IccUse::converted;
  return open;
}

template <class Sample>
void expand_row(SampleModel model, const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) {
  const auto step = static_cast<std::size_t>(samples_per_pixel(model));
  const auto out_step = static_cast<std::size_t>(samples_per_pixel(rgb_model(model)));
  const auto* in = reinterpret_cast<const Sample*>(from);
  auto* out = reinterpret_cast<Sample*>(to);
  for (std::size_t i = 0; i < pixels; ++i) expand_pixel(model, in + i * step, out + i * out_step);
}

}  // namespace

struct RowConverter::Steps {
  SampleModel model;      // What goes in.
  std::size_t bytes = 1;  // Of a sample.
  bool expands = false;   // Before the transform, or instead of one.
  std::optional<SignalConverter> signal;  // Instead of both.
  Context context;
  Transform transform;
};

RowConverter::RowConverter(SampleModel model, int bits, const FileHeader& header) {
  auto steps = std::make_unique<Steps>();
  steps->model = model;
  steps->bytes = bits == 16 ? 2 : 1;
  if (header.signal) {
    steps->signal.emplace(*header.signal, model, bits);
    steps_ = std::move(steps);
    return;
  }
  OpenProfile open = open_profile(header.icc, model);
  if (open.use == IccUse::converted) {
    const bool repeats = open.space == cmsSigRgbData && is_grey(model);
    steps->transform = make_transform(open.context.get(), open.profile.get(), repeats ? rgb_model(model) : model,
                                      static_cast<unsigned>(steps->bytes));
    steps->expands = repeats;
  }
  if (!steps->transform) steps->expands = model != rgb_model(model);
  open.profile.reset();
  steps->context = std::move(open.context);
  steps_ = std::move(steps);
}

RowConverter::~RowConverter() = default;
RowConverter::RowConverter(RowConverter&&) noexcept = default;
RowConverter& RowConverter::operator=(RowConverter&&) noexcept = default;

SampleModel RowConverter::model() const noexcept {
  return rgb_model(steps_->model);
}

bool RowConverter::changes_nothing() const noexcept {
  return !steps_->expands && !steps_->transform && !steps_->signal;
}

void RowConverter::convert(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) const {
  const Steps& steps = *steps_;
  if (steps.signal) return steps.signal->convert(from, pixels, to);
  if (steps.expands) {
    steps.bytes == 2 ? expand_row<std::uint16_t>(steps.model, from, pixels, to)
                     : expand_row<std::uint8_t>(steps.model, from, pixels, to);
    from = to;
  }
  if (steps.transform) {
    cmsDoTransform(steps.transform.get(), from, to, static_cast<cmsUInt32Number>(pixels));
  } else if (from != to) {
    std::memcpy(to, from, pixels * steps.bytes * static_cast<std::size_t>(samples_per_pixel(steps.model)));
  }
}

namespace {

// Row after row in the memory that the picture has: from the last one back where rows become longer, so that none is
// written over before it is read.
template <class Sample>
std::vector<Sample> converted(const RowConverter& converter, SampleModel model, PixelSize size,
                              std::vector<Sample> samples) {
  if (converter.changes_nothing()) return samples;
  const auto pixels = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  const std::size_t stored = pixels * static_cast<std::size_t>(samples_per_pixel(model));
  const std::size_t wanted = pixels * static_cast<std::size_t>(samples_per_pixel(converter.model()));
  if (wanted > stored) samples.resize(wanted * height);
  std::vector<Sample> row(stored);
  for (std::size_t n = 0; n < height; ++n) {
    const std::size_t y = wanted > stored ? height - 1 - n : n;
    std::copy_n(&samples[y * stored], stored, row.data());
    converter.convert(reinterpret_cast<const std::uint8_t*>(row.data()), pixels,
                      reinterpret_cast<std::uint8_t*>(&samples[y * wanted]));
  }
  samples.resize(wanted * height);
  return samples;
}

}  // namespace

IccUse icc_use(const Bytes& icc, SampleModel model) {
  return open_profile(icc, model).use;
}

Bitmap to_srgb(RawPicture picture, const FileHeader& header) {
  assert(picture.bits == 8);
  const RowConverter converter(picture.model, 8, header);
  return {picture.size, samples_per_pixel(converter.model()),
          converted(converter, picture.model, picture.size, std::move(picture.samples))};
}

DeepBitmap to_deep_srgb(RawPicture picture, const FileHeader& header) {
  assert(picture.bits == 16);
  const RowConverter converter(picture.model, 16, header);
  return {picture.size, samples_per_pixel(converter.model()),
          converted(converter, picture.model, picture.size, std::move(picture.deep_samples))};
}

}  // namespace imagegen::detail
