#include "image/support/profiles.hpp"

#include <lcms2.h>

#include <array>

namespace imagegen::test {
namespace {

Bytes saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  Bytes out(size);
  cmsSaveProfileToMem(profile, out.data(), &size);
  cmsCloseProfile(profile);
  return out;
}

}  // namespace

Bytes srgb_profile() {
  return saved(cmsCreate_sRGBProfile());
}

Bytes swapped_red_green_profile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1.0};
  const cmsCIExyYTRIPLE primaries = {{0.3000, 0.6000, 1.0}, {0.6400, 0.3300, 1.0}, {0.1500, 0.0600, 1.0}};
  const std::array<cmsFloat64Number, 5> srgb = {2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045};
  cmsToneCurve* curve = cmsBuildParametricToneCurve(nullptr, 4, srgb.data());
  cmsToneCurve* curves[] = {curve, curve, curve};
  const Bytes profile = saved(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return profile;
}

Bytes linear_grey_profile() {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.0);
  const Bytes profile = saved(cmsCreateGrayProfile(cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return profile;
}

Bytes linear_rgb_profile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1.0};
  const cmsCIExyYTRIPLE primaries = {{0.6400, 0.3300, 1.0}, {0.3000, 0.6000, 1.0}, {0.1500, 0.0600, 1.0}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.0);
  cmsToneCurve* curves[] = {curve, curve, curve};
  const Bytes profile = saved(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return profile;
}

Bytes empty_rgb_profile() {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.1);
  cmsSetDeviceClass(profile, cmsSigDisplayClass);
  cmsSetColorSpace(profile, cmsSigRgbData);
  cmsSetPCS(profile, cmsSigXYZData);
  return saved(profile);
}

Bytes red_ink_profile() {
  // Lab as 16 bits of ICC version 2: white is (0xFF00, 0x8000, 0x8000).
  std::array<cmsUInt16Number, 16 * 3> lattice;
  for (std::size_t i = 0; i < 16; ++i) {
    lattice[3 * i] = i == 0 ? 0xFF00 : 0x8800;
    lattice[3 * i + 1] = i == 0 ? 0x8000 : 0xD000;
    lattice[3 * i + 2] = i == 0 ? 0x8000 : 0xC000;
  }
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.1);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocCLut16bit(nullptr, 2, 4, 3, lattice.data()));
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  const Bytes out = saved(profile);
  cmsPipelineFree(pipeline);
  return out;
}

}  // namespace imagegen::test
