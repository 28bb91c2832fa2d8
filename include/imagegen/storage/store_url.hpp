#pragma once
#include <imagegen/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace imagegen {

/// Which of the stores that come with the library.
enum class StoreKind : std::uint8_t { memory, file, s3 };

/// Which store a configuration or a command line names. Credentials, region and endpoint are no part of it.
struct StoreUrl {
  StoreKind kind = StoreKind::memory;  ///< `memory` needs nothing of the rest.
  std::string path;                    ///< file: the folder, absolute or relative to the current one.
  std::string bucket;                  ///< s3
  std::string prefix;                  ///< s3: without slashes at its ends; may be empty.
  friend bool operator==(const StoreUrl&, const StoreUrl&) = default;
};

/// Reads "memory:", "file:DIR" (the folder's name as it is), "file:///abs/dir" (percent-encoded, as in any URL) or
/// "s3://bucket/prefix". Pure: nothing is opened.
/// \return Errc::invalid_argument saying what is allowed. The text is not quoted, because people put passwords in URLs.
Result<StoreUrl> parse_store_url(std::string_view text);

}  // namespace imagegen
