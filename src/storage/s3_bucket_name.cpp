#include "storage/s3_bucket_name.hpp"

#include <algorithm>

namespace imagegen::detail {

bool is_bucket_name(std::string_view name) noexcept {
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto allowed = [&](char c) { return is_alnum(c) || c == '.' || c == '-'; };
  return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), allowed) &&
         is_alnum(name.front()) && is_alnum(name.back()) && name.find("..") == std::string_view::npos;
}

}  // namespace imagegen::detail
