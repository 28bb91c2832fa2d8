#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/shown_text.hpp>

#include <string>
#include <string_view>

namespace imagegen::detail {

/// The value among `known` whose to_string() is `text`; else Errc::invalid_argument naming them all.
template <class Value, std::size_t kCount>
Result<Value> parse_name(const Value (&known)[kCount], std::string_view text) {
  std::string names;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (to_string(known[i]) == text) return known[i];
    names.append(i == 0 ? "" : i + 1 < kCount ? ", " : " or ").append(to_string(known[i]));
  }
  return Error(Errc::invalid_argument, "expected " + names + ", got " + in_quotes(text, 64));
}

}  // namespace imagegen::detail
