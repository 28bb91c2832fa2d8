#include "state/copy/parts.hpp"

#include <imagegen/core/digest.hpp>

#include <algorithm>

namespace imagegen::state {
namespace {

std::string shown_value(const CopyValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return "i" + std::to_string(*number) + ";";
  if (const auto* text = std::get_if<std::string>(&value)) return "t" + std::to_string(text->size()) + ":" + *text;
  return "n";
}

}  // namespace

std::string StatePart::listed(SqlDialect dialect, std::size_t count) const {
  std::string list;
  for (const PartColumn& column : std::span(columns).first(count)) list += (list.empty() ? "" : ", ") + column.in(dialect);
  return list;
}

const std::vector<StatePart>& state_parts() {
  static const std::vector<StatePart> kParts = {
      {"purchases", "purchase", "imagegen_purchases", 1,
       {"id", "job_id", "slot", "number", {"user_id", "user"}, "attempt", "provider", "model", "request_hash", "estimate", "images",
        "state", "blocks", "remote_id", "resume_url", "actual", "actual_source", "note", "master_key", "history", "also", "part_of",
        "created", "updated"}},
      {"budgets", "budget", "imagegen_budgets", 1, {"scope", "used"}},
      {"records", "record", "imagegen_records", 2, {"collection", "id", "document", "created", "revision"},
       "octet_length(document::text)"},
      {"record keys", "record_key", "imagegen_record_keys", 3, {"collection", "id", "key", "value", "created"}},
      {"announcements", "announcement", "imagegen_announcements", 1, {"seq", "id", "text"}, "octet_length(text)"},
      {"jobs", "job CROSS JOIN job_input USING(seq) LEFT JOIN job_output USING(seq)", "imagegen_jobs", 1,
       {"id", "kind", "owner", "priority", "state", "error", "attempt", "crashes", "cancel_requested", "worker", "created",
        "updated", "not_before", "lease_until", "events", "last_hash", "rank", "input", {"output", "coalesce(output, '')"}},
       "octet_length(input) + octet_length(output)"},
      {"events", "job CROSS JOIN job_event ON job_event.seq = job.seq", "imagegen_job_events", 2,
       {{"job_id", "job.id"}, "number", "time", "name", "detail", "hash"}, "octet_length(detail)"},
  };
  return kParts;
}

// The first comparison is implied by the second, and lets an index find where to begin.
std::string rows_behind(const StatePart& part, SqlDialect dialect) {
  std::string parameters;
  for (std::size_t i = 1; i <= part.keys; ++i) parameters += (i == 1 ? "$" : ", $") + std::to_string(i);
  return " WHERE " + part.columns.front().in(dialect) + " >= $1 AND (" + part.keys_in(dialect) + ") > (" + parameters + ") ";
}

CopyRow key_of(const StatePart& part, const CopyRow& row) {
  return {row.begin(), row.begin() + static_cast<std::ptrdiff_t>(part.keys)};
}

void RowDigest::add(const CopyRow& row) {
  std::string text = digest_;
  for (const CopyValue& value : row) text += shown_value(value);
  digest_ = to_hex(sha256(text));
  ++rows_;
}

std::size_t size_of(const CopyRow& row) noexcept {
  std::size_t bytes = 0;
  for (const CopyValue& value : row) {
    const auto* text = std::get_if<std::string>(&value);
    bytes += sizeof(CopyValue) + (text != nullptr ? text->size() : 0);
  }
  return bytes;
}

}  // namespace imagegen::state
