#pragma once
#include <memory>

#include "image/colour_signal.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {

/// Brings rows of samples of a signal to sRGB: RGB, or RGBA where they have alpha. What is out of its gamut is clipped;
/// PQ and HLG are tone-mapped. Any number of threads may convert. The same bytes on every machine.
class SignalConverter {
 public:
  /// \param model Not cmyk.
  /// \param bits  8, or 16 in the order of the machine.
  SignalConverter(const ColourSignal& signal, SampleModel model, int bits);
  ~SignalConverter();
  SignalConverter(SignalConverter&&) noexcept;
  SignalConverter& operator=(SignalConverter&&) noexcept;

  /// \param from Of `pixels` px, 16 bits aligned to 2.
  /// \param to   May be `from` where as many samples come out as go in; else they do not overlap.
  void convert(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) const;

 private:
  struct Steps;
  std::unique_ptr<const Steps> steps_;
};

}  // namespace imagegen::detail
