#pragma once
#include <imagegen/spend/spool.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// \file How a picture lies in a file of the folder spool: a line of JSON, the SHA-256 of that line, the picture. Pure.
///
/// People read it with `head -n 1 FILE | jq .` and take the picture with `tail -n +3 FILE > picture`.
namespace imagegen::spend {

inline constexpr std::string_view kSpooledSuffix = ".picture";

/// Longest beginning of a file that parse_spool_head() may need, bytes: every byte of `about` may be escaped.
inline constexpr std::size_t kLongestSpoolHead = 512U << 10U;

/// The name of the file: the id, with all but letters, digits, '_', '-' and '.' percent-encoded; where that is too long
/// for a file system, its beginning and its SHA-256.
std::string spool_file_name(const std::string& purchase_id);

struct SpoolHead {
  SpoolEntry entry;
  std::string sha256;       ///< Of the picture, in hexadecimal.
  std::int64_t order = 0;   ///< Unix time in nanoseconds.
  std::uint64_t bytes = 0;  ///< Where the picture begins.
};

/// What stands before the picture. \param order Unix time in nanoseconds.
std::string write_spool_head(const SpooledPicture& picture, std::int64_t order);

/// \param beginning Of the file: all of it, or kLongestSpoolHead bytes or more.
/// \return Errc::corrupt_data saying what is wrong.
Result<SpoolHead> parse_spool_head(std::string_view beginning);

}  // namespace imagegen::spend
