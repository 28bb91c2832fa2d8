#pragma once
#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

/// encode() for tests: also tells what a decoder sees before it filters.
///
/// \param reconstruction May be null.
/// \param filtered When false, no filter is asked for.
Result<Bytes> encode_and_show(const Planes& planes, const Settings& settings, const Stop& stop,
                              Reconstruction* reconstruction, bool filtered);

}  // namespace imagegen::detail::vp8
