#include "image/support/colour_reference.hpp"

#include <lcms2.h>

#include <algorithm>
#include <cmath>

namespace imagegen::test {
namespace {

cmsHPROFILE profile_of(const RgbSpace& space) {
  const auto& c = space.chromaticities;
  const cmsCIExyY white = {c[0], c[1], 1.0};
  const cmsCIExyYTRIPLE primaries = {{c[2], c[3], 1.0}, {c[4], c[5], 1.0}, {c[6], c[7], 1.0}};
  cmsToneCurve* curve = cmsBuildParametricToneCurve(nullptr, space.curve_kind, space.curve.data());
  cmsToneCurve* curves[] = {curve, curve, curve};
  cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
  cmsFreeToneCurve(curve);
  return profile;
}

std::array<double, 3> converted(cmsHPROFILE from, cmsHPROFILE to, cmsUInt32Number format, std::array<double, 3> colour) {
  cmsHTRANSFORM transform =
      cmsCreateTransform(from, TYPE_RGB_DBL, to, format, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  std::array<double, 3> out{};
  cmsDoTransform(transform, colour.data(), out.data(), 1);
  cmsDeleteTransform(transform);
  cmsCloseProfile(from);
  cmsCloseProfile(to);
  return out;
}

}  // namespace

Lab lab_through_srgb(const RgbSpace& space, std::array<double, 3> colour) {
  auto srgb = converted(profile_of(space), cmsCreate_sRGBProfile(), TYPE_RGB_DBL, colour);
  for (auto& part : srgb) part = std::clamp(part, 0.0, 1.0);
  return converted(cmsCreate_sRGBProfile(), cmsCreateLab4Profile(nullptr), TYPE_Lab_DBL, srgb);
}

Lab lab_of_srgb(Pixel pixel) {
  return converted(cmsCreate_sRGBProfile(), cmsCreateLab4Profile(nullptr), TYPE_Lab_DBL,
                   {pixel[0] / 255.0, pixel[1] / 255.0, pixel[2] / 255.0});
}

double delta_e(const Lab& a, const Lab& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

}  // namespace imagegen::test
