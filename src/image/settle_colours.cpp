#include "image/colour_management.hpp"

/// \file What is said of the colours of a file: by what they are converted, and what its owner should know.
namespace imagegen::detail {
namespace {

void note_profile(FileHeader& header) {
  auto& notes = header.info.notes;
  if (header.info.has_icc && header.icc.empty()) {
    notes.emplace_back("The embedded ICC profile is too long or incomplete and is ignored.");
  } else if (header.icc_use == IccUse::ignored) {
    notes.emplace_back("The embedded ICC profile is broken or not for such a picture and is ignored.");
  }
}

Result<void> note_signal(FileHeader& header, const ImageLimits& limits) {
  const std::string& space = header.info.colour_space;
  if (header.signal->is_hdr() && limits.hdr == HdrPictures::refuse) {
    return Error(Errc::unsupported, "the picture is of high dynamic range (" + space +
                                        "), which the options refuse; convert it to SDR, or allow tone mapping");
  }
  std::string note = header.signal->is_hdr() ? "The picture is of high dynamic range ("
                                             : "The picture is in another colour space than sRGB (";
  note += space;
  note += header.signal->is_hdr()
              ? ") and is tone-mapped to sRGB: 203 cd/m2 are near white, and what is brighter than 1,000 is lost."
              : ") and is converted; what sRGB cannot show is clipped.";
  header.info.notes.push_back(std::move(note));
  return {};
}

}  // namespace

Result<void> settle_colours(FileHeader& header, SampleModel model, const ImageLimits& limits) {
  auto& info = header.info;
  if (header.signal_goes_first) header.icc.clear();
  header.icc_use = icc_use(header.icc, model);
  const bool obeys_profile = header.icc_use == IccUse::is_srgb || header.icc_use == IccUse::converted;
  if (obeys_profile || model == SampleModel::cmyk) header.signal.reset();
  if (!header.signal_goes_first) note_profile(header);
  if (obeys_profile) info.colour_space = header.icc_use == IccUse::is_srgb ? "sRGB" : "ICC profile";
  if (!header.signal) return {};
  info.colour_space = header.signal->name();
  if (header.signal->is_srgb()) {
    header.signal.reset();
    return {};
  }
  return note_signal(header, limits);
}

}  // namespace imagegen::detail
