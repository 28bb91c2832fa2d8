#pragma once
#include <imagegen/core/result.hpp>

#include <string>
#include <string_view>

namespace imagegen {

// What a model wrote, without what it put around the prompt: white space, and one pair of quotes or one code fence.
// Line ends become "\n".
std::string unwrapped(std::string_view answer);

// Whether a prompt can be shown and approved: UTF-8, more than white space, nothing in it that is not seen
// (core/shown_text.hpp), at most `max_chars` code points and no more bytes than a job takes. Errc::bad_answer.
Result<void> check_enhanced(std::string_view prompt, std::size_t max_chars);

// The same of a prompt that a model wrote, with line ends as unwrapped() makes them.
Result<void> check_written(std::string_view prompt, std::size_t max_chars);

}  // namespace imagegen
