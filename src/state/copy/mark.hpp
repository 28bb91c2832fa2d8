#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>
#include <imagegen/state/state.hpp>

#include <optional>
#include <string>

#include "state/copy/side.hpp"

/// \file What a state knows of itself: which it is, and what it has to do with another.
namespace imagegen::state {

inline constexpr std::string_view kUnfinished = "unfinished";  ///< A copy that is not complete.
inline constexpr std::string_view kComplete = "complete";      ///< A copy that is.
inline constexpr std::string_view kMoved = "moved";            ///< All is in a copy, and nothing more is done here.

struct StateMark {
  std::string id;         ///< Of this state; nobody else has it, but for a file that was copied as a file.
  std::string mark;       ///< One of those above; empty for most.
  std::string copy;       ///< Tells copies apart; both ends have it.
  std::string other;      ///< The other end, for messages: State::description.
  std::string other_id;   ///< Of the source, in a copy.
  std::string reached;    ///< What of an unfinished copy came last: StatePart::name.
  Timestamp changed{};    ///< By this machine's clock.
};

Result<StateMark> read_mark(CopySession& session);
/// Sets `changed` too.
Result<void> write_mark(CopySession& session, StateMark& mark);

/// What who comes to work is told; empty where he may.
std::string refusal(const StateMark& mark);

/// Errc::unsupported where it may not be opened so. A moved one may be read, an unfinished one only looked at.
Result<void> check_opening(CopySession& session, StateOpening opening, const std::string& description);
/// For State::remarks.
Result<std::optional<std::string>> mark_remark(CopySession& session);

}  // namespace imagegen::state
