#pragma once
#include <imagegen/image/renditions.hpp>

#include "image/row_stream.hpp"

namespace imagegen::detail {

/// Errc::invalid_argument for a margin outside of [0, 65535].
Result<void> check_margins(const Margins& margins);

/// The rows with margins around them that continue the picture. MarginFill::background is padded()'s. Holds the whole
/// picture, because a mirror begins with rows that come late.
RowStreamPtr extended(RowStreamPtr rows, const Margins& margins, MarginFill fill);

}  // namespace imagegen::detail
