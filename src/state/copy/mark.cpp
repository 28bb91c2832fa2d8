#include "state/copy/mark.hpp"

#include <imagegen/core/clock.hpp>

namespace imagegen::state {
namespace {

std::string mark_table(const CopySession& session) {
  return session.dialect() == SqlDialect::sqlite ? "state_mark" : "imagegen_state_mark";
}

std::string text_of(const CopyValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

}  // namespace

Result<StateMark> read_mark(CopySession& session) {
  const auto rows = session.ask("SELECT id, mark, copy, other, other_id, reached, changed FROM " + mark_table(session));
  if (!rows) return rows.error();
  if (rows->size() != 1 || rows->front().size() != 7)
    return Error(Errc::corrupt_data, "state: table " + mark_table(session) + ": expected one row, it has " +
                                         std::to_string(rows->size()) + "; restore it from a copy");
  const CopyRow& row = rows->front();
  const auto* changed = std::get_if<std::int64_t>(&row[6]);
  return StateMark{text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]),
                   text_of(row[4]), text_of(row[5]), from_unix_ms(changed == nullptr ? 0 : *changed)};
}

Result<void> write_mark(CopySession& session, StateMark& mark) {
  mark.changed = to_timestamp(system_clock().wall_now());
  const auto done = session.ask("UPDATE " + mark_table(session) + " SET mark = $1, copy = $2, other = $3, other_id = $4, "
                                                                  "reached = $5, changed = $6",
                                {mark.mark, mark.copy, mark.other, mark.other_id, mark.reached, to_unix_ms(mark.changed)});
  if (!done) return done.error();
  return {};
}

std::string refusal(const StateMark& mark) {
  const auto when = " (" + to_rfc3339(mark.changed) + ")";
  if (mark.mark == kUnfinished)
    return "this is an unfinished copy of " + mark.other + ", which came as far as " +
           (mark.reached.empty() ? std::string("its first table") : mark.reached) + when +
           "; make the same copy again, which goes on from there, or work with the original";
  if (mark.mark == kMoved)
    return "this state was moved to " + mark.other + when +
           ", so nothing is done here any more: a second worker would buy a second time; work with that one";
  return {};
}

Result<void> check_opening(CopySession& session, StateOpening opening, const std::string& description) {
  if (opening == StateOpening::look) return {};
  const auto mark = read_mark(session);
  if (!mark) return mark.error();
  if (mark->mark == kMoved && opening == StateOpening::existing) return {};
  if (const auto refused = refusal(*mark); !refused.empty())
    return Error(Errc::unsupported, "state: " + description + ": " + refused);
  return {};
}

Result<std::optional<std::string>> mark_remark(CopySession& session) {
  const auto mark = read_mark(session);
  if (!mark) return mark.error();
  auto said = refusal(*mark);
  return said.empty() ? std::optional<std::string>() : std::optional(std::move(said));
}

}  // namespace imagegen::state
