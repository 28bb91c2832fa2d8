#pragma once
#include <imagegen/spend/spool.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// \file What holds for every Spool, for those who write one. Pure.
namespace imagegen {

inline constexpr std::size_t kLargestSpooledFile = 256U << 20U;  ///< Bytes.
inline constexpr std::size_t kLongestSpooledAbout = 64U << 10U;  ///< Bytes.

/// What Spool::put() takes; else Errc::invalid_argument, Errc::limit_exceeded.
Result<void> check_spooled(const SpooledPicture& picture);

/// Errc::invalid_argument for a limit out of its range.
Result<void> check_query(const SpoolQuery& query);

/// Where a page ended.
struct SpoolCursor {
  std::int64_t order = 0;   ///< What the spool sorts by: a time, a number of its own.
  std::string purchase_id;  ///< Apart from others with the same `order`.
  friend auto operator<=>(const SpoolCursor&, const SpoolCursor&) = default;
};
/// SpoolPage::next: the cursor as text.
std::string to_text(const SpoolCursor& cursor);

/// Nothing for an empty text; Errc::invalid_argument for what to_text() did not make.
Result<std::optional<SpoolCursor>> parse_spool_cursor(std::string_view text);

}  // namespace imagegen
