#include <imagegen/core/digest.hpp>
#include <imagegen/state/copy.hpp>

#include <algorithm>
#include <random>
#include <tuple>
#include <utility>

#include "state/copy/mark.hpp"
#include "state/copy/pictures.hpp"
#include "state/copy/side.hpp"
#include "state/copy/who_works.hpp"
#include "state/open_database.hpp"

namespace imagegen::state {
namespace {

constexpr std::string_view kAgain = "; make the same call again, which goes on from here";

std::string new_copy_id() {
  std::random_device random;
  Bytes id(16);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return to_hex(id);
}

Error refused(Errc code, const std::string& message) {
  return {code, "state copy: " + message};
}

// The rows of a part up to a key, or all of them, one batch in memory at a time.
template <class Use>
Result<void> for_each_batch(CopySession& session, const StatePart& part, CopyRow after, const CopyLimits& limits, const Use& use) {
  for (;;) {
    auto rows = session.batch(part, after, limits);
    if (!rows) return rows.error();
    if (rows->empty()) return {};
    after = key_of(part, rows->back());
    const auto used = use(std::move(*rows));
    if (!used) return used.error();
    if (!*used) return {};
  }
}

// \param upto A key; empty: all.
Result<RowDigest> digest_rows(CopySession& session, const StatePart& part, const CopyRow& upto, const CopyLimits& limits) {
  RowDigest digest;
  const auto read = for_each_batch(session, part, {}, limits, [&](const std::vector<CopyRow>& rows) -> Result<bool> {
    for (const CopyRow& row : rows) {
      if (!upto.empty() && key_of(part, row) > upto) return false;
      digest.add(row);
    }
    return true;
  });
  if (!read) return read.error();
  return digest;
}

Result<std::int64_t> count_of(CopySession& session, const std::string& sql) {
  const auto rows = session.ask(sql);
  if (!rows) return rows.error();
  const auto* count = std::get_if<std::int64_t>(&rows->front().front());
  return count == nullptr ? 0 : *count;
}

// The key of the last row; empty where there is none.
Result<CopyRow> last_key(CopySession& session, const StatePart& part) {
  std::string order;
  for (std::size_t i = 0; i < part.keys; ++i)
    order += (i == 0 ? "" : ", ") + part.columns[i].in(session.dialect()) + " DESC";
  const auto rows = session.ask("SELECT " + part.keys_in(session.dialect()) + " FROM " + part.from(session.dialect()) +
                                " ORDER BY " + order + " LIMIT 1");
  if (!rows) return rows.error();
  return rows->empty() ? CopyRow() : rows->front();
}

// One call. `session_` is the source's, in which nobody changes anything.
class Copy {
 public:
  Copy(const StateCopyOptions& options, CopySide& source, CopySide& target)
      : options_(options), source_(source), target_(target), limits_{options.rows_at_once} {
    report_.from = source.description(), report_.to = target.description();
  }

  Result<StateCopyReport> run() {
    if (const auto opened = open_spools(); !opened) return opened.error();
    const auto copied = source_.alone([&](CopySession& source) -> Result<void> {
      session_ = &source;
      report_.parts.clear(), report_.remarks.clear();  // where two transactions met it is called again
      if (const auto begun = begin(); !begun) return begun;
      if (const auto filled = report_.was_complete ? Result<void>() : fill(); !filled) return filled;
      if (const auto equal = compare(); !equal) return equal;
      if (const auto said = remark(); !said) return said;
      return retire();
    });
    if (!copied) return copied.error();
    if (const auto may = go_on("the last step", 0); !may) return may.error();
    if (const auto ended = report_.was_complete ? Result<void>() : complete(); !ended) return ended.error();
    return std::move(report_);
  }

 private:
  Result<void> open_spools() {
    for (auto [side, given, spool, own] : {std::tuple{&source_, options_.from_spool, &from_spool_, &own_from_},
                                           std::tuple{&target_, options_.to_spool, &to_spool_, &own_to_}}) {
      *spool = given;
      if (given != nullptr) continue;
      auto opened = side->spool();
      if (!opened) return opened.error();
      *own = std::move(*opened), *spool = own->get();
    }
    return {};
  }

  bool shares_spool() const { return from_spool_ == to_spool_; }

  // Who may be copied, and whether the target is empty or ours. From its end on the target is marked.
  Result<void> begin() {
    auto mark = read_mark(*session_);
    if (!mark) return mark.error();
    source_mark_ = std::move(*mark);
    if (source_mark_.mark == kUnfinished)
      return refused(Errc::conflict, report_.from + ": " + refusal(source_mark_));
    return target_.change([&](CopySession& target) { return begin_target(target); });
  }

  Result<void> begin_target(CopySession& target) {
    auto read = read_mark(target);
    if (!read) return read.error();
    target_mark_ = std::move(*read);
    if (target_mark_.id == source_mark_.id)
      return refused(Errc::invalid_argument, "expected two states, got " + report_.from + " twice, or a file of it that was copied");
    const bool is_ours = !target_mark_.copy.empty() && target_mark_.other_id == source_mark_.id;
    if (source_mark_.mark == kMoved && !(is_ours && target_mark_.copy == source_mark_.copy))
      return refused(Errc::conflict, report_.from + " was moved to " + source_mark_.other + "; copy that one");
    if (const auto nobody = nobody_works(*session_, report_.from); !nobody) return nobody;
    if (const auto nobody = nobody_works(target, report_.to); !nobody) return nobody;
    report_.resumed = is_ours && target_mark_.mark == kUnfinished;
    report_.was_complete = is_ours && target_mark_.mark == kComplete;
    if (report_.resumed || report_.was_complete) return {};
    if (const auto empty = expect_empty(target); !empty) return empty;
    target_mark_.mark = kUnfinished, target_mark_.copy = new_copy_id(), target_mark_.reached.clear();
    target_mark_.other = report_.from, target_mark_.other_id = source_mark_.id;
    if (const auto written = write_mark(target, target_mark_); !written) return written;
    return target.forbid_work(refusal(target_mark_));
  }

  Result<void> expect_empty(CopySession& target) {
    if (!target_mark_.mark.empty() && target_mark_.mark != kComplete)
      return refused(Errc::conflict, report_.to + ": " + refusal(target_mark_));
    for (const StatePart& part : state_parts()) {
      const auto count = count_of(target, "SELECT count(*) FROM (SELECT 1 FROM " + part.table(target.dialect()) + " LIMIT 1) AS any_row");
      if (!count) return count.error();
      if (*count > 0)
        return refused(Errc::conflict, report_.to + ": expected an empty state, or a copy of " + report_.from +
                                           " that was interrupted; it has " + part.name + " of its own. Name another");
    }
    if (shares_spool()) return {};
    const auto pictures = has_pictures(*to_spool_);
    if (!pictures) return pictures.error();
    if (!*pictures) return {};
    return refused(Errc::conflict, "expected an empty spool, but pictures wait in " + to_spool_->description() +
                                       "; let a worker store them, or name another state");
  }

  Result<void> fill() {
    if (!shares_spool()) {
      const auto damaged = copy_pictures(*from_spool_, *to_spool_, [&](std::int64_t count) { return go_on("spool", count); });
      if (!damaged) return damaged.error();
      for (const auto& what : *damaged) report_.remarks.push_back("left behind: " + what);
    }
    for (const StatePart& part : state_parts())
      if (const auto filled = fill(part); !filled) return filled;
    return {};
  }

  Result<void> go_on(const std::string& part, std::int64_t rows) const {
    if (!options_.go_on || options_.go_on({part, rows})) return {};
    return refused(Errc::cancelled, "it was stopped at " + part + std::string(kAgain));
  }

  Result<void> fill(const StatePart& part) {
    CopyRow after;
    std::int64_t rows = 0;
    if (report_.resumed) {
      if (const auto checked = go_behind_what_is_there(part, after, rows); !checked) return checked;
    }
    return for_each_batch(*session_, part, after, limits_, [&](const std::vector<CopyRow>& some) -> Result<bool> {
      const auto written = target_.change([&](CopySession& target) { return write_rows(target, part, some); });
      if (!written) return in_context(written.error(), "state copy: " + part.name);
      rows += static_cast<std::int64_t>(some.size());
      if (const auto may = go_on(part.name, rows); !may) return may.error();
      return true;
    });
  }

  // What has come earlier stays, unless the source has changed meanwhile: then the part is begun anew.
  Result<void> go_behind_what_is_there(const StatePart& part, CopyRow& after, std::int64_t& rows) {
    return target_.change([&](CopySession& target) -> Result<void> {
      const auto last = last_key(target, part);
      if (!last) return last.error();
      if (last->empty()) return {};
      const auto here = digest_rows(*session_, part, *last, limits_), there = digest_rows(target, part, {}, limits_);
      if (!here || !there) return here ? there.error() : here.error();
      if (*here == *there) return after = *last, rows = here->rows(), Result<void>();
      after.clear(), rows = 0;
      return guarded(target, [&] { return target.clear(part); });
    });
  }

  Result<void> write_rows(CopySession& target, const StatePart& part, std::span<const CopyRow> rows) {
    target_mark_.reached = part.name;
    return guarded(target, [&]() -> Result<void> {
      if (const auto inserted = target.insert(part, rows); !inserted) return inserted;
      return write_mark(target, target_mark_);
    });
  }

  template <class Write>
  Result<void> guarded(CopySession& target, const Write& write) {
    if (const auto passed = target.pass(); !passed) return passed;
    if (const auto written = write(); !written) return written;
    // In SQLite whoever passes has taken the guard away.
    return target.dialect() == SqlDialect::sqlite ? target.forbid_work(refusal(target_mark_)) : Result<void>();
  }

  // Everything is read again, from both.
  Result<void> compare() {
    for (const StatePart& part : state_parts()) {
      const auto here = digest_rows(*session_, part, {}, limits_);
      if (!here) return here.error();
      Result<RowDigest> there = RowDigest();
      const auto read = target_.change([&](CopySession& target) -> Result<void> {
        there = digest_rows(target, part, {}, limits_);
        return there ? Result<void>() : there.error();
      });
      if (!read) return read.error();
      if (const auto same = expect_same(part.name, *here, *there); !same) return same;
    }
    if (shares_spool()) return {};
    const auto here = digest_of(*from_spool_), there = digest_of(*to_spool_);
    if (!here || !there) return here ? there.error() : here.error();
    return expect_same("spool", *here, *there);
  }

  Result<void> expect_same(const std::string& name, const RowDigest& here, const RowDigest& there) {
    report_.parts.push_back({name, here.rows(), here.hex()});
    if (here == there) return {};
    const auto counts = name + ": " + std::to_string(here.rows()) + " here, " + std::to_string(there.rows()) + " there";
    if (report_.was_complete)
      return refused(Errc::conflict, report_.to + " is a complete copy of " + report_.from +
                                         ", and one of them has been used since (" + counts + "); name an empty state");
    return refused(Errc::conflict, report_.to + " is not equal to " + report_.from + " (" + counts +
                                       "): somebody has changed it; empty it, and make the same call again");
  }

  Result<void> remark() {
    auto& remarks = report_.remarks;
    remarks.push_back(options_.retire_source || source_mark_.mark == kMoved
                          ? report_.from + " is marked as moved: work with " + report_.to + " from now on"
                          : "work with one of the two only: what " + report_.from + " and " + report_.to +
                                " both do is bought twice. If this was a move, make the same call again and retire the source");
    const auto is_sqlite = session_->dialect() == SqlDialect::sqlite;
    const auto open = count_of(*session_, "SELECT count(*) FROM " + std::string(is_sqlite ? "purchase" : "imagegen_purchases") +
                                              " WHERE part_of = '' AND state IN ('intended', 'submitted')");
    if (!open) return open.error();
    if (*open > 0)
      remarks.push_back(std::to_string(*open) + " purchases were under way: a job that is resumed in the copy asks for them, and "
                                                "buys none of them again");
    const auto others = source_.remarks();
    if (!others) return others.error();
    for (const auto& other : *others) remarks.push_back("left behind: " + other);
    return {};
  }

  // With the lock still held, so that nothing has happened since all was found equal.
  Result<void> retire() {
    report_.source_retired = options_.retire_source || source_mark_.mark == kMoved;
    if (!options_.retire_source || source_mark_.mark == kMoved) return {};
    source_mark_.mark = kMoved, source_mark_.copy = target_mark_.copy;
    source_mark_.other = report_.to, source_mark_.other_id = target_mark_.id;
    if (const auto written = write_mark(*session_, source_mark_); !written) return written;
    return session_->forbid_work(refusal(source_mark_));
  }

  // The last step.
  Result<void> complete() {
    return target_.change([&](CopySession& target) -> Result<void> {
      if (const auto counted = target.count_on(); !counted) return counted;
      if (const auto allowed = target.allow_work(); !allowed) return allowed;
      target_mark_.mark = kComplete;
      return write_mark(target, target_mark_);
    });
  }

  const StateCopyOptions& options_;
  CopySide &source_, &target_;
  const CopyLimits limits_;
  std::unique_ptr<Spool> own_from_, own_to_;
  Spool *from_spool_ = nullptr, *to_spool_ = nullptr;
  CopySession* session_ = nullptr;
  StateMark source_mark_, target_mark_;
  StateCopyReport report_;
};

Result<std::unique_ptr<CopySide>> open_side(const Secret& url, const StateCopyOptions& options, StateOpening opening) {
  StateOptions state;
  state.url = url, state.wait = options.wait, state.opening = opening;
  const std::string& text = url.reveal();
  if (text.starts_with("sqlite:")) return open_sqlite_side(state);
#ifdef IMAGEGEN_HAS_POSTGRES
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) return open_postgres_side(state);
#endif
  const auto kind = text.substr(0, text.find(':'));
  const bool is_known = kind == "memory" || kind == "mongodb" || kind == "mongodb+srv" || kind == "postgres" || kind == "postgresql";
  return refused(is_known ? Errc::unsupported : Errc::invalid_argument,
                 "expected sqlite:FILE or postgres://..., got " + (is_known ? kind + ":, which this build cannot copy" : std::string("neither")));
}

}  // namespace
}  // namespace imagegen::state

namespace imagegen {

Result<StateCopyReport> copy_state(const StateCopyOptions& options) {
  constexpr int kMostRows = 1000;
  if (options.rows_at_once < 1 || options.rows_at_once > kMostRows)
    return state::refused(Errc::invalid_argument, "rows at once: expected 1 to 1000, got " + std::to_string(options.rows_at_once));
  if (options.from.reveal() == options.to.reveal())
    return state::refused(Errc::invalid_argument, "expected two states, got the same twice");
  const auto source = state::open_side(options.from, options, StateOpening::existing);
  if (!source) return in_context(source.error(), "state copy: from");
  const auto target = state::open_side(options.to, options, StateOpening::make);
  if (!target) return in_context(target.error(), "state copy: to");
  return state::Copy(options, **source, **target).run();
}

}  // namespace imagegen
