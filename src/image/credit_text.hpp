#pragma once
#include <imagegen/image/credits.hpp>

#include <string>
#include <string_view>

namespace imagegen::detail {

inline constexpr std::size_t kMostCreators = 16;
inline constexpr std::size_t kMostCreditBytes = 1024;  ///< Of a text, and of all creators together.

/// Foreign text as Credits hold it: without white space around it and in one line. What is not UTF-8 is read as Latin-1, which
/// older programs wrote. Empty when it is too long or holds control characters.
std::string credit_text(std::string_view text);

/// Adds credit_text() to the creators, if there is any, room for it, and not the same before.
void add_creator(std::string_view text, Credits& credits);

/// "http://" or "https://" and something behind it, no spaces.
bool is_web_address(std::string_view text) noexcept;

}  // namespace imagegen::detail
