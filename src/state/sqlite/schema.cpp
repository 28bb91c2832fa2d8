#include "state/sqlite/schema.hpp"

#include <array>
#include <thread>

#include "state/sqlite/log_guard.hpp"

namespace imagegen::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x696D6773;  // "imgs"

// Inputs and outputs are apart from their jobs, because SQLite writes a row anew with every change of it. `ready` is 1
// once not_before has passed, so that a claim finds the next job at the head of job_ready and not behind others that
// wait. Every list has an index that ends in (created, id), so that a page is read from one place.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE job(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, owner TEXT NOT NULL, priority INTEGER NOT NULL,
  state TEXT NOT NULL, error TEXT NOT NULL, attempt INTEGER NOT NULL, crashes INTEGER NOT NULL,
  cancel_requested INTEGER NOT NULL, worker TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  not_before INTEGER NOT NULL, lease_until INTEGER NOT NULL, events INTEGER NOT NULL, last_hash TEXT NOT NULL,
  rank INTEGER NOT NULL, ready INTEGER NOT NULL);
CREATE TABLE job_input(seq INTEGER PRIMARY KEY, input TEXT NOT NULL);
CREATE TABLE job_output(seq INTEGER PRIMARY KEY, output TEXT NOT NULL);
CREATE TABLE job_event(
  seq INTEGER NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL,
  hash TEXT NOT NULL, PRIMARY KEY(seq, number)) WITHOUT ROWID;
CREATE INDEX job_ready ON job(kind, rank, id, owner, not_before) WHERE state = 'queued' AND ready = 1;
CREATE INDEX job_ready_owner ON job(kind, owner, rank, id, not_before) WHERE state = 'queued' AND ready = 1;
CREATE INDEX job_due ON job(kind, ready, not_before) WHERE state = 'queued';
CREATE INDEX job_lease ON job(lease_until) WHERE state = 'running';
CREATE INDEX job_worker ON job(worker) WHERE state = 'running';
CREATE INDEX job_running_owner ON job(owner) WHERE state = 'running';
CREATE INDEX job_newest ON job(created, id);
CREATE INDEX job_by_kind ON job(kind, created, id);
CREATE INDEX job_by_owner ON job(owner, created, id);
CREATE INDEX job_by_owner_kind ON job(owner, kind, created, id);
CREATE INDEX job_by_state ON job(state, created, id);
CREATE INDEX job_by_kind_state ON job(kind, state, created, id);
CREATE INDEX job_by_owner_state ON job(owner, state, created, id);

CREATE TABLE permit(
  holder TEXT NOT NULL, name TEXT NOT NULL, lease_until INTEGER NOT NULL, PRIMARY KEY(holder, name)) WITHOUT ROWID;
CREATE INDEX permit_place ON permit(name, lease_until);
CREATE TABLE permit_rate(name TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX permit_rate_next ON permit_rate(next);

CREATE TABLE purchase(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL, slot TEXT NOT NULL, number INTEGER NOT NULL,
  user TEXT NOT NULL, attempt INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  request_hash TEXT NOT NULL, estimate INTEGER, images INTEGER NOT NULL, state TEXT NOT NULL, blocks INTEGER NOT NULL,
  remote_id TEXT NOT NULL, resume_url TEXT NOT NULL, actual INTEGER, actual_source TEXT NOT NULL, note TEXT NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, UNIQUE(job_id, slot, number));
CREATE UNIQUE INDEX purchase_blocking ON purchase(job_id, slot) WHERE blocks = 1;
CREATE INDEX purchase_oldest ON purchase(created, id);
CREATE INDEX purchase_by_job ON purchase(job_id, created, id);
CREATE INDEX purchase_by_user ON purchase(user, created, id);
CREATE TABLE budget(scope TEXT NOT NULL PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE asset(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, object_key TEXT NOT NULL, url TEXT NOT NULL,
  content_type TEXT NOT NULL, sha256 TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL, job_id TEXT NOT NULL, owner TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  prompt_sha256 TEXT NOT NULL, extra TEXT NOT NULL, created INTEGER NOT NULL);
CREATE INDEX asset_newest ON asset(created, id);
CREATE INDEX asset_by_job ON asset(job_id, created, id);
CREATE INDEX asset_by_owner ON asset(owner, created, id);
CREATE INDEX asset_by_kind ON asset(kind, created, id);
CREATE INDEX asset_by_sha256 ON asset(sha256, created, id);
)sql";

// What is to be told to the world outside, in its order, until it has been told.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE announcement(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
)sql";

// One purchase for each picture, over all jobs; and why purchases are as they are.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE purchase ADD COLUMN master_key TEXT NOT NULL DEFAULT '';
ALTER TABLE purchase ADD COLUMN history TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX purchase_blocking_master ON purchase(master_key) WHERE blocks = 1 AND master_key <> '';
CREATE INDEX purchase_by_state ON purchase(state, created, id);
)sql";

// What the steady clock's 0 is, for each start of the machine.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE steady_clock(name TEXT NOT NULL PRIMARY KEY, begin INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// Whether all changes are in the file itself, or some in the log beside it; see log_guard.hpp.
constexpr const char* kVersion5 = R"sql(
CREATE TABLE log_guard(state INTEGER NOT NULL);
INSERT INTO log_guard(state) VALUES(2);
)sql";

// Purchases that fill several slots: each further one is a row that is part of its purchase and keeps slot and key.
constexpr const char* kVersion6 = R"sql(
ALTER TABLE purchase ADD COLUMN also TEXT NOT NULL DEFAULT '';
ALTER TABLE purchase ADD COLUMN part_of TEXT NOT NULL DEFAULT '';
)sql";

// Documents in collections that the store does not know, and the fields of them that are looked up by.
constexpr const char* kVersion7 = R"sql(
CREATE TABLE record(
  collection TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, created INTEGER NOT NULL,
  revision INTEGER NOT NULL, PRIMARY KEY(collection, id));
CREATE INDEX record_newest ON record(collection, created, id);
CREATE TABLE record_key(
  collection TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY(collection, id, key)) WITHOUT ROWID;
CREATE INDEX record_by_key ON record_key(collection, key, value, created, id);
)sql";

// Records of files are documents like others, and views of records. Who reads files with SQL finds the table that they
// had, as a view. A row that no record can be made of, because another program wrote it, is laid aside as it is.
constexpr const char* kVersion8 = R"sql(
CREATE TABLE asset_unmoved AS SELECT * FROM asset WHERE NOT (
  typeof(id) = 'text' AND length(id) BETWEEN 1 AND 128 AND id NOT GLOB '*[^A-Za-z0-9._-]*' AND typeof(kind) = 'text' AND
  typeof(object_key) = 'text' AND typeof(url) = 'text' AND typeof(content_type) = 'text' AND typeof(sha256) = 'text' AND
  typeof(width) = 'integer' AND width BETWEEN -2147483648 AND 2147483647 AND typeof(height) = 'integer' AND
  height BETWEEN -2147483648 AND 2147483647 AND typeof(size_bytes) = 'integer' AND size_bytes >= 0 AND
  typeof(job_id) = 'text' AND typeof(owner) = 'text' AND typeof(provider) = 'text' AND typeof(model) = 'text' AND
  typeof(prompt_sha256) = 'text' AND typeof(extra) = 'text' AND typeof(created) = 'integer');
DELETE FROM asset WHERE seq IN (SELECT seq FROM asset_unmoved);
INSERT INTO record(collection, id, document, created, revision)
  SELECT 'assets', id, json_object('kind', kind, 'objectKey', object_key, 'url', url, 'contentType', content_type,
    'sha256', sha256, 'width', width, 'height', height, 'sizeBytes', size_bytes, 'jobId', job_id, 'owner', owner,
    'provider', provider, 'model', model, 'promptSha256', prompt_sha256, 'extra', extra), created, 1 FROM asset;
INSERT INTO record_key(collection, id, key, value, created)
  SELECT 'assets', id, 'sha256', sha256, created FROM asset UNION ALL
  SELECT 'assets', id, 'jobId', job_id, created FROM asset UNION ALL
  SELECT 'assets', id, 'owner', owner, created FROM asset UNION ALL
  SELECT 'assets', id, 'kind', kind, created FROM asset;
DROP TABLE asset;
CREATE VIEW asset AS SELECT
  rowid AS seq, id, json_extract(document, '$.kind') AS kind, json_extract(document, '$.objectKey') AS object_key,
  json_extract(document, '$.url') AS url, json_extract(document, '$.contentType') AS content_type,
  json_extract(document, '$.sha256') AS sha256, json_extract(document, '$.width') AS width,
  json_extract(document, '$.height') AS height, json_extract(document, '$.sizeBytes') AS size_bytes,
  json_extract(document, '$.jobId') AS job_id, json_extract(document, '$.owner') AS owner,
  json_extract(document, '$.provider') AS provider, json_extract(document, '$.model') AS model,
  json_extract(document, '$.promptSha256') AS prompt_sha256, json_extract(document, '$.extra') AS extra, created
  FROM record WHERE collection = 'assets';
CREATE TABLE record_view(name TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// Which state this is, and whether it is a copy of another or was moved to one; see copy/mark.hpp.
constexpr const char* kVersion9 = R"sql(
CREATE TABLE state_mark(
  id TEXT NOT NULL, mark TEXT NOT NULL, copy TEXT NOT NULL, other TEXT NOT NULL, other_id TEXT NOT NULL,
  reached TEXT NOT NULL, changed INTEGER NOT NULL);
INSERT INTO state_mark VALUES(lower(hex(randomblob(16))), '', '', '', '', '', 0);
)sql";

void drop_if_empty(Connection& connection) {
  if (connection.number("SELECT count(*) FROM asset_unmoved") == 0) connection.run_script("DROP TABLE asset_unmoved");
}

struct SchemaStep {
  const char* script;
  void (*after)(Connection&) = nullptr;  // where a script does not do
};

// One for each step: kSteps[i] goes from version i to i + 1. What has been released is never changed.
constexpr std::array<SchemaStep, 9> kSteps = {{{kVersion1},
                                               {kVersion2},
                                               {kVersion3},
                                               {kVersion4},
                                               {kVersion5},
                                               {kVersion6},
                                               {kVersion7},
                                               {kVersion8, drop_if_empty},
                                               {kVersion9}}};
constexpr auto kVersion = static_cast<std::int64_t>(kSteps.size());

std::int64_t version_of(Connection& connection) {
  return connection.number("PRAGMA user_version");
}

// Before anything is written, so that nobody else's file is changed.
void check_ours(Connection& connection) {
  const std::string name = "state: SQLite file " + connection.file().name + ": ";
  const bool empty = connection.number("SELECT count(*) FROM sqlite_master") == 0;
  const bool ours = connection.number("PRAGMA application_id") == kApplicationId;
  if (!ours && !empty)
    throw ErrorException(
        Error(Errc::invalid_argument, name + "it is the database of another program; name another file"));
  if (empty)
    throw ErrorException(Error(Errc::corrupt_data, name + "it has no tables, and this library leaves none so: its log " +
                                                       connection.file().name +
                                                       "-wal was deleted, or another program has made it. Restore it "
                                                       "from a copy; or delete it to begin anew"));
  if (const auto version = version_of(connection); version > kVersion)
    throw ErrorException(Error(Errc::unsupported, name + "expected a schema of version " + std::to_string(kVersion) +
                                                      " or older, got version " + std::to_string(version) +
                                                      "; a newer imagegen wrote it, so use that one"));
}

// Where waiting could be a deadlock SQLite answers busy at once, without its busy handler; nobody holds anything here.
void use_write_ahead_log(Connection& connection) {
  const auto until = std::chrono::steady_clock::now() + connection.file().wait;
  for (;;) {
    try {
      return connection.run_script("PRAGMA journal_mode=WAL");
    } catch (const ErrorException& thrown) {
      if (thrown.error().code != Errc::unavailable || std::chrono::steady_clock::now() >= until) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void bring_up(Connection& connection) {
  for (auto at = version_of(connection); at < kVersion; ++at) {
    const SchemaStep& step = kSteps[static_cast<std::size_t>(at)];
    connection.run_script(step.script);
    if (step.after != nullptr) step.after(connection);
  }
}

void set_version(Connection& connection, std::int64_t version) {
  const std::string script = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                             "; PRAGMA user_version=" + std::to_string(version);  // a PRAGMA takes no parameters
  connection.run_script(script.c_str());
}

// Not for ever: whoever works with it brings it up.
Error is_older(const DatabaseFile& file, std::int64_t version) {
  Error error(Errc::unsupported, "state: SQLite file " + file.name + ": expected a schema of version " +
                                     std::to_string(kVersion) + ", got version " + std::to_string(version) +
                                     "; the next worker, or other command that writes, brings it up");
  error.retry = Retry::later;
  return error;
}

}  // namespace

void make_schema(Connection& connection) {
  Transaction transaction(connection);
  bring_up(connection);
  set_version(connection, kVersion);
  transaction.commit();
}

void prepare_schema(Connection& connection, bool may_change) {
  check_ours(connection);
  check_log(connection);
  const auto version = version_of(connection);
  if (version < kVersion && !may_change)
    throw ErrorException(is_older(connection.file(), version));
  use_write_ahead_log(connection);
  if (version < kVersion) {
    Transaction transaction(connection);
    check_ours(connection);  // somebody else may have been quicker
    bring_up(connection);
    set_version(connection, kVersion);
    transaction.commit();
  }
}

}  // namespace imagegen::sqlite
