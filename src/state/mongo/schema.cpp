#include "state/mongo/schema.hpp"

#include <array>
#include <thread>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/move_assets.hpp"

namespace imagegen::mongo {
namespace {

constexpr std::chrono::milliseconds kBetweenLockLooks{50}, kLease{60'000};

struct Key {
  const char* field;
  int direction = 1;
};

Document index(const char* name, std::initializer_list<Key> keys) {
  Document made, fields;
  for (const Key& key : keys) fields.integer(key.field, key.direction);
  made.document("key", fields).text("name", name);
  return made;
}

Document unique(Document made) {
  made.flag("unique", true);
  return made;
}

Document sparse(Document made) {
  made.flag("sparse", true);
  return made;
}

// Only of jobs in one state, so that millions of ended jobs do not weigh on claims.
Document only_when(const char* state, Document made) {
  Document condition;
  made.document("partialFilterExpression", condition.text("job.state", state));
  return made;
}

template <class... Indexes>
Result<void> create(MongoDatabase& database, const char* collection, Indexes... indexes) {
  std::vector<Document> all;
  (all.push_back(std::move(indexes)), ...);
  Document command;
  command.text("createIndexes", collection).documents("indexes", all);
  return database.command(command);
}

// Can be done again, by a process that comes after one that died in the middle.
Result<void> make_version_1(MongoDatabase& database, const KeepLock&) {
  const auto jobs = create(database, kJobs, unique(index("job_id", {{"jobId"}})),
                           only_when("queued", index("queued", {{"kind"}, {"job.rank"}, {"jobId"}})),
                           only_when("queued", index("due", {{"kind"}, {"job.notBefore"}})),
                           only_when("queued", index("queued_last", {{"updatedAt", -1}, {"jobId", -1}})),
                           only_when("running", index("lease", {{"job.leaseUntil"}})),
                           only_when("running", index("worker", {{"job.worker"}})),
                           only_when("running", index("running_of_owner", {{"owner"}})),
                           index("newest", {{"createdAt", -1}, {"jobId", -1}}),
                           index("by_state", {{"job.state"}, {"createdAt", -1}, {"jobId", -1}}),
                           index("by_owner", {{"owner"}, {"createdAt", -1}, {"jobId", -1}}),
                           index("by_kind", {{"kind"}, {"createdAt", -1}, {"jobId", -1}}),
                           sparse(index("announcements", {{"job.announcements.id"}})),
                           sparse(index("oldest_announcement", {{"job.oldest"}})));
  if (!jobs) return jobs;
  return create(database, kPermits, index("holder", {{"holders.holder"}}));
}

// Records of files are documents like others. Version 1 had a collection for them, which stays where it is and is not made
// where it is not.
Result<void> make_version_2(MongoDatabase& database, const KeepLock& keep_lock) {
  return move_assets(database, keep_lock);
}

// What leads from each version to the next. A published one never changes; a new one is added at the end.
using Step = Result<void> (*)(MongoDatabase&, const KeepLock&);
constexpr std::array<Step, 2> kSteps = {make_version_1, make_version_2};

Document the_schema() {
  Document filter;
  filter.text("_id", "schema");
  return filter;
}

Result<int> version_of(MongoDatabase& database) {
  const auto found = database.find_one(kSchema, the_schema());
  if (!found) return found.error();
  if (!*found) return 0;
  Reader read(**found, "state");
  const int version = read.integer("version");
  if (version < 0) read.refuse("version", "0 or more");
  if (read.fault()) return *read.fault();
  if (version <= mongo_schema_version()) return version;
  return Error(Errc::unsupported, "state: the database has schema version " + std::to_string(version) +
                                      ", this library knows versions up to " + std::to_string(mongo_schema_version()) +
                                      "; use a newer library");
}

// By the server's clock. If it is set two may do the steps at once, which does no harm: each step can be done again,
// and the version only goes up.
Result<bool> lock(MongoDatabase& database, const ObjectId& owner) {
  Document schema = the_schema();
  schema.integer("version", 0).time("lockedUntil", Timestamp{}).id("lockedBy", owner);
  if (const auto made = database.insert(kSchema, schema); !made) return made.error();
  const auto now = database.now();
  if (!now) return now.error();
  auto free = the_schema();
  free.document("lockedUntil", Document().time("$lt", *now));
  Document set;
  set.time("lockedUntil", *now + kLease).id("lockedBy", owner);
  return database.change(kSchema, free, field("$set", set));
}

// So that no other begins while this one goes on.
Result<void> keep_lock(MongoDatabase& database, const ObjectId& owner) {
  const auto now = database.now();
  if (!now) return now.error();
  auto mine = the_schema();
  mine.id("lockedBy", owner);
  const auto kept = database.change(kSchema, mine, field("$set", Document().time("lockedUntil", *now + kLease)));
  if (!kept) return kept.error();
  if (*kept) return {};
  return unavailable("state: another process has gone on with bringing the database up to this version; open it again "
                     "later");
}

Result<void> unlock(MongoDatabase& database, const ObjectId& owner) {
  auto mine = the_schema();
  mine.id("lockedBy", owner);
  const auto unlocked = database.change(kSchema, mine, field("$set", Document().time("lockedUntil", Timestamp{})));
  return unlocked ? Result<void>() : unlocked.error();
}

Result<void> apply(MongoDatabase& database, const ObjectId& owner) {
  const auto version = version_of(database);
  if (!version) return version.error();
  const KeepLock keep = [&] { return keep_lock(database, owner); };
  for (int next = *version + 1; next <= mongo_schema_version(); ++next) {
    if (const auto done = kSteps[static_cast<std::size_t>(next) - 1](database, keep); !done) return done;
    auto before = the_schema();
    before.document("version", Document().integer("$lt", next));
    const auto noted = database.change(kSchema, before, field("$set", Document().integer("version", next)));
    if (!noted) return noted.error();
  }
  return unlock(database, owner);
}

// What processes of version 1 have written since that were not stopped. Where another is at it for so long, it is left to
// that one.
Result<void> move_later_assets(MongoDatabase& database, const ObjectId& owner,
                               std::chrono::steady_clock::time_point limit) {
  const auto any = any_asset_to_move(database);
  if (!any || !*any) return any ? Result<void>() : any.error();
  for (;;) {
    const auto locked = lock(database, owner);
    if (!locked) return locked.error();
    if (*locked) break;
    if (std::chrono::steady_clock::now() >= limit) return {};
    std::this_thread::sleep_for(kBetweenLockLooks);
  }
  const auto moved = move_assets(database, [&] { return keep_lock(database, owner); });
  const auto unlocked = unlock(database, owner);
  return moved ? unlocked : moved;
}

// Not for ever: whoever works with it brings it up.
Error is_older(int version) {
  Error error(Errc::unsupported, "state: the database has schema version " + std::to_string(version) +
                                     ", and this library works with version " + std::to_string(mongo_schema_version()) +
                                     "; the next worker, or other command that writes, brings it up");
  error.retry = Retry::later;
  return error;
}

}  // namespace

int mongo_schema_version() noexcept {
  return static_cast<int>(kSteps.size());
}

Result<void> migrate(MongoDatabase& database, std::chrono::milliseconds wait, StateOpening opening) {
  const auto owner = ObjectId::make();
  const auto limit = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto version = version_of(database);
    if (!version) return version.error();
    if (*version == mongo_schema_version())
      return opening == StateOpening::look ? Result<void>() : move_later_assets(database, owner, limit);
    if (*version == 0 && opening != StateOpening::make)
      return Error(Errc::not_found, "state: the database has nothing of this library, so no jobs are kept there; name "
                                    "the one that is worked with");
    if (opening == StateOpening::look)
      return is_older(*version);
    const auto locked = lock(database, owner);
    if (!locked) return locked.error();
    if (*locked) return apply(database, owner);
    if (std::chrono::steady_clock::now() >= limit)
      return unavailable("state: another process has been bringing the database up to this version for longer than " +
                         std::to_string(wait.count()) + " ms; open it again later");
    std::this_thread::sleep_for(kBetweenLockLooks);
  }
}

}  // namespace imagegen::mongo
