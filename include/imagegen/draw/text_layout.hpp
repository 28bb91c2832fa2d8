#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// Cuts text into lines of at most `max_width` px for Canvas::text() with this `height`, at spaces where there are
/// some and else anywhere between two code points; a line break in the text is one in the result. Text that needs more
/// than `max_lines` ends in "...". A width too small for a single letter gets one letter a line.
/// \param max_lines At least 1.
std::vector<std::string> wrap_text(std::string_view utf8, int height, int max_width, std::size_t max_lines);

/// The text, or as much of its end as fits `max_width` px after "...": the telling part of a file name is its end.
std::string elide_front(std::string_view utf8, int height, int max_width);

}  // namespace imagegen
