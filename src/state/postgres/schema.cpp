#include "state/postgres/schema.hpp"

#include <imagegen/asset/asset_store.hpp>

#include <array>

#include "state/postgres/record_views.hpp"

namespace imagegen::state {
namespace {

// Texts are compared byte by byte, as std::string compares them: pages and orders depend on it. Times are Unix
// milliseconds. Indexes on queued and running jobs are partial, so that millions of ended jobs do not weigh on claims.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE imagegen_jobs (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  input text COLLATE "C" NOT NULL,
  priority int NOT NULL,
  state text COLLATE "C" NOT NULL,
  output text COLLATE "C" NOT NULL,
  error text COLLATE "C" NOT NULL,
  attempt int NOT NULL,
  crashes int NOT NULL,
  cancel_requested boolean NOT NULL,
  worker text COLLATE "C" NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  not_before bigint NOT NULL,
  lease_until bigint NOT NULL,
  events int NOT NULL,
  last_hash text COLLATE "C" NOT NULL,
  rank bigint NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX imagegen_jobs_queued ON imagegen_jobs (kind, rank, id) WHERE state = 'queued';
CREATE INDEX imagegen_jobs_owners ON imagegen_jobs (kind, owner, rank, id) WHERE state = 'queued';
CREATE INDEX imagegen_jobs_due ON imagegen_jobs (kind, not_before) WHERE state = 'queued';
CREATE INDEX imagegen_jobs_worker ON imagegen_jobs (worker) WHERE state = 'running';
CREATE INDEX imagegen_jobs_running_owner ON imagegen_jobs (owner) WHERE state = 'running';
CREATE INDEX imagegen_jobs_lease ON imagegen_jobs (lease_until) WHERE state = 'running';
CREATE INDEX imagegen_jobs_newest ON imagegen_jobs (created, id);
CREATE INDEX imagegen_jobs_by_state ON imagegen_jobs (state, created, id);
CREATE INDEX imagegen_jobs_by_owner ON imagegen_jobs (owner, created, id);
CREATE INDEX imagegen_jobs_by_kind ON imagegen_jobs (kind, created, id);
CREATE TABLE imagegen_job_events (
  job_id text COLLATE "C" NOT NULL,
  number int NOT NULL,
  time bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  detail text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (job_id, number)
);
CREATE TABLE imagegen_permit_limits (
  name text COLLATE "C" PRIMARY KEY,
  next bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE imagegen_permits (
  holder text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  lease_until bigint NOT NULL,
  PRIMARY KEY (holder, name)
) WITH (fillfactor = 50);
CREATE INDEX imagegen_permits_name ON imagegen_permits (name);
CREATE TABLE imagegen_budgets (
  scope text COLLATE "C" PRIMARY KEY,
  used bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE imagegen_purchases (
  id text COLLATE "C" PRIMARY KEY,
  job_id text COLLATE "C" NOT NULL,
  slot text COLLATE "C" NOT NULL,
  number int NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  attempt int NOT NULL,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  request_hash text COLLATE "C" NOT NULL,
  estimate bigint,
  images int NOT NULL,
  state text COLLATE "C" NOT NULL,
  blocks boolean NOT NULL,
  remote_id text COLLATE "C" NOT NULL,
  resume_url text COLLATE "C" NOT NULL,
  actual bigint,
  actual_source text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  UNIQUE (job_id, slot, number)
);
CREATE UNIQUE INDEX imagegen_purchases_blocking ON imagegen_purchases (job_id, slot) WHERE blocks;
CREATE INDEX imagegen_purchases_oldest ON imagegen_purchases (created, id);
CREATE INDEX imagegen_purchases_by_job ON imagegen_purchases (job_id, created, id);
CREATE INDEX imagegen_purchases_by_user ON imagegen_purchases (user_id, created, id);
CREATE TABLE imagegen_assets (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  object_key text COLLATE "C" NOT NULL,
  url text COLLATE "C" NOT NULL,
  content_type text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  width int NOT NULL,
  height int NOT NULL,
  size_bytes bigint NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  prompt_sha256 text COLLATE "C" NOT NULL,
  extra text COLLATE "C" NOT NULL,
  created bigint NOT NULL
);
CREATE INDEX imagegen_assets_newest ON imagegen_assets (created, id);
CREATE INDEX imagegen_assets_by_job ON imagegen_assets (job_id, created, id);
CREATE INDEX imagegen_assets_by_owner ON imagegen_assets (owner, created, id);
CREATE INDEX imagegen_assets_by_kind ON imagegen_assets (kind, created, id);
CREATE INDEX imagegen_assets_by_sha256 ON imagegen_assets (sha256, created, id);
)sql";

// What is to be told to the world outside, in its order, until it has been told.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE imagegen_announcements (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  text text COLLATE "C" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);
)sql";

// One purchase for each picture, over all jobs; and why purchases are as they are.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE imagegen_purchases ADD COLUMN master_key text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE imagegen_purchases ADD COLUMN history text COLLATE "C" NOT NULL DEFAULT '';
CREATE UNIQUE INDEX imagegen_purchases_blocking_master ON imagegen_purchases (master_key)
  WHERE blocks AND master_key <> '';
CREATE INDEX imagegen_purchases_by_state ON imagegen_purchases (state, created, id);
)sql";

// Pictures that are paid for and that no store has taken yet. They are compressed already, and are read in pieces.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE imagegen_spool (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  purchase_id text COLLATE "C" PRIMARY KEY,
  object_key text COLLATE "C" NOT NULL,
  content_type text COLLATE "C" NOT NULL,
  about text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  spooled bigint NOT NULL,
  file bytea NOT NULL
);
ALTER TABLE imagegen_spool ALTER COLUMN file SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX imagegen_spool_oldest ON imagegen_spool (seq);
CREATE INDEX imagegen_spool_by_key ON imagegen_spool (object_key, seq);
)sql";

// Purchases that fill several slots: each further one is a row that is part of its purchase and keeps slot and key.
constexpr const char* kVersion5 = R"sql(
ALTER TABLE imagegen_purchases ADD COLUMN also text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE imagegen_purchases ADD COLUMN part_of text COLLATE "C" NOT NULL DEFAULT '';
)sql";

// Documents in collections that the store does not know, and the fields of them that are looked up by.
constexpr const char* kVersion6 = R"sql(
CREATE TABLE imagegen_records (
  collection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  document json NOT NULL,
  created bigint NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (collection, id)
);
CREATE INDEX imagegen_records_newest ON imagegen_records (collection, created, id);
CREATE TABLE imagegen_record_keys (
  collection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  created bigint NOT NULL,
  PRIMARY KEY (collection, id, key)
);
CREATE INDEX imagegen_record_keys_newest ON imagegen_record_keys (collection, key, value, created, id);
)sql";

// Records of files are documents like others; views of records, and which of them there are.
//
// imagegen_write_record() makes one change in one round trip. Each of its statements sees what was committed before it,
// which those of one statement with several parts would not: of two writers that meet, the second finds the keys of the
// first. It decides as next_state() does, and gives the revision that there is now, or was when it was not the one
// expected.
constexpr const char* kVersion7 = R"sql(
DROP TABLE imagegen_assets;
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM imagegen_assets_unmoved) THEN DROP TABLE imagegen_assets_unmoved; END IF;
END $do$;
CREATE TABLE imagegen_record_views (
  name text COLLATE "C" PRIMARY KEY,
  version int NOT NULL
);
CREATE FUNCTION imagegen_write_record(
  of_collection text, of_id text, new_document json, new_created bigint, moves boolean, expected bigint,
  new_keys text[], new_values text[], lock_wait_ms text, OUT done boolean, OUT new_revision bigint)
LANGUAGE plpgsql AS $write$
DECLARE
  was_created bigint;
  was_revision bigint;
BEGIN
  PERFORM set_config('lock_timeout', lock_wait_ms, true);
  FOR attempt IN 1..20 LOOP
    SELECT r.created, r.revision INTO was_created, was_revision FROM imagegen_records AS r
      WHERE r.collection = of_collection AND r.id = of_id FOR UPDATE;
    new_revision := coalesce(was_revision, 0);
    done := expected IS NULL OR expected = new_revision;
    -- What is not there is not held either: somebody else may add it at any moment.
    IF NOT done OR (new_document IS NULL AND new_revision = 0) THEN RETURN; END IF;
    IF new_document IS NULL THEN
      DELETE FROM imagegen_record_keys AS k WHERE k.collection = of_collection AND k.id = of_id;
      DELETE FROM imagegen_records AS r WHERE r.collection = of_collection AND r.id = of_id;
      new_revision := 0;
      RETURN;
    END IF;
    new_revision := new_revision + 1;
    IF new_revision = 1 THEN
      INSERT INTO imagegen_records (collection, id, document, created, revision)
        VALUES (of_collection, of_id, new_document, new_created, 1) ON CONFLICT (collection, id) DO NOTHING;
      CONTINUE WHEN NOT FOUND;  -- somebody has added it since it was looked for
    ELSE
      IF NOT moves THEN new_created := was_created; END IF;
      UPDATE imagegen_records AS r SET document = new_document, created = new_created, revision = new_revision
        WHERE r.collection = of_collection AND r.id = of_id;
      DELETE FROM imagegen_record_keys AS k WHERE k.collection = of_collection AND k.id = of_id;
    END IF;
    INSERT INTO imagegen_record_keys (collection, id, key, value, created)
      SELECT of_collection, of_id, given.key, given.value, new_created FROM unnest(new_keys, new_values) AS given(key, value);
    RETURN;
  END LOOP;
  RAISE EXCEPTION 'others added and removed a record again and again' USING ERRCODE = 'serialization_failure';
END $write$;
)sql";

// Which state this is, and whether it is a copy of another or was moved to one; see copy/mark.hpp. Where nobody may work,
// triggers call the function; who makes the copy says so in its transaction.
constexpr const char* kVersion8 = R"sql(
CREATE TABLE imagegen_state_mark (
  id text COLLATE "C" NOT NULL,
  mark text COLLATE "C" NOT NULL,
  copy text COLLATE "C" NOT NULL,
  other text COLLATE "C" NOT NULL,
  other_id text COLLATE "C" NOT NULL,
  reached text COLLATE "C" NOT NULL,
  changed bigint NOT NULL
);
INSERT INTO imagegen_state_mark VALUES (replace(gen_random_uuid()::text, '-', ''), '', '', '', '', '', 0);
CREATE FUNCTION imagegen_forbid_work() RETURNS trigger LANGUAGE plpgsql AS $forbid$
BEGIN
  IF current_setting('imagegen.copies', true) IS DISTINCT FROM 'yes' THEN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'IG001';
  END IF;
  RETURN NULL;
END $forbid$;
)sql";

// Some rows after $1; gives the last of them. One that a record cannot be made of is laid aside as it is: nobody could
// find it, or its keys do not fit into their index.
constexpr const char* kMoveAssets = R"sql(
WITH batch AS (SELECT *, id ~ '^[A-Za-z0-9._-]{1,128}$' AND size_bytes >= 0 AND octet_length(sha256) <= 1024 AND
    octet_length(job_id) <= 1024 AND octet_length(owner) <= 1024 AND octet_length(kind) <= 1024 AS sound
  FROM imagegen_assets WHERE $1::text IS NULL OR id > $1 ORDER BY id LIMIT 10000),
moved AS (INSERT INTO imagegen_records (collection, id, document, created, revision)
  SELECT 'assets', id, ('{"kind":' || to_json(kind) || ',"objectKey":' || to_json(object_key) || ',"url":' || to_json(url) ||
    ',"contentType":' || to_json(content_type) || ',"sha256":' || to_json(sha256) || ',"width":' || width ||
    ',"height":' || height || ',"sizeBytes":' || size_bytes || ',"jobId":' || to_json(job_id) || ',"owner":' ||
    to_json(owner) || ',"provider":' || to_json(provider) || ',"model":' || to_json(model) || ',"promptSha256":' ||
    to_json(prompt_sha256) || ',"extra":' || to_json(extra) || '}')::json, created, 1 FROM batch WHERE sound),
keyed AS (INSERT INTO imagegen_record_keys (collection, id, key, value, created)
  SELECT 'assets', id, has.key, has.value, created FROM batch,
    LATERAL (VALUES ('sha256', sha256), ('jobId', job_id), ('owner', owner), ('kind', kind)) AS has(key, value)
  WHERE sound),
aside AS (INSERT INTO imagegen_assets_unmoved SELECT id, kind, object_key, url, content_type, sha256, width, height,
    size_bytes, job_id, owner, provider, model, prompt_sha256, extra, created FROM batch WHERE NOT sound)
SELECT id FROM batch ORDER BY id DESC LIMIT 1)sql";

// From here on nobody writes there: what workers of an older version put behind the move would be lost, and what they
// removed would come back. Whether the table can go is tried at once, not after millions of rows.
Result<void> hold_assets(PgConnection& connection) {
  const auto held = connection.run_script(
      "LOCK TABLE imagegen_assets IN ACCESS EXCLUSIVE MODE; "
      "SAVEPOINT imagegen_move; DROP TABLE imagegen_assets; ROLLBACK TO SAVEPOINT imagegen_move");
  return held ? Result<void>() : held.error();
}

// Not in one statement, because millions of rows take longer than one may.
Result<void> move_assets(PgConnection& connection) {
  if (const auto made = connection.run("CREATE TABLE imagegen_assets_unmoved (LIKE imagegen_assets)"); !made)
    return made.error();
  std::optional<std::string> last;
  for (;;) {
    const auto moved = connection.run(kMoveAssets, PgParams().maybe_text(last, "asset id"));
    if (!moved) return moved.error();
    if (moved->empty()) return {};
    last = moved->text(0, 0);
  }
}

// The grants of the table that others read it by, as statements that give them for its view. The columns are those that it
// was made with.
constexpr const char* kReadersOfAssets = R"sql(
SELECT coalesce(string_agg(format('GRANT SELECT%s ON imagegen_assets TO %s%s', those, CASE grantee WHEN 0 THEN 'PUBLIC'
    ELSE quote_ident(pg_get_userbyid(grantee)) END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END), '; '), '')
FROM (
  SELECT '' AS those, given.* FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) AS given
    WHERE oid = 'imagegen_assets'::regclass
  UNION ALL SELECT ' (' || quote_ident(attname) || ')', given.* FROM pg_attribute, aclexplode(attacl) AS given
    WHERE attrelid = 'imagegen_assets'::regclass AND attnum BETWEEN 1 AND 16 AND NOT attisdropped) AS all_given
WHERE privilege_type = 'SELECT' AND grantee <> (SELECT oid FROM pg_roles WHERE rolname = current_user))sql";

Result<void> make_version_7(PgConnection& connection, const char* script) {
  if (auto held = hold_assets(connection); !held) return held;
  if (auto moved = move_assets(connection); !moved) return moved;
  const auto readers = connection.run(kReadersOfAssets);
  if (!readers) return readers.error();
  if (const auto applied = connection.run_script(script); !applied) return applied.error();
  const auto grants = readers->text(0, 0);
  if (grants.empty()) return {};
  if (auto made = make_view(connection, asset_collection()); !made) return made;
  const auto granted = connection.run_script(grants);
  return granted ? Result<void>() : granted.error();
}

struct SchemaStep {
  const char* script;
  Result<void> (*make)(PgConnection&, const char* script) = nullptr;  // where a script alone does not do
};

// What leads from each version to the next. A published one never changes; a new one is added at the end.
constexpr std::array<SchemaStep, 8> kSteps = {
    {{kVersion1}, {kVersion2}, {kVersion3}, {kVersion4}, {kVersion5}, {kVersion6}, {kVersion7, make_version_7}, {kVersion8}}};

Result<void> make(PgConnection& connection, const SchemaStep& step) {
  if (step.make != nullptr) return step.make(connection, step.script);
  const auto applied = connection.run_script(step.script);
  return applied ? Result<void>() : applied.error();
}

// 0 for an empty schema.
Result<int> version_of(PgConnection& connection) {
  auto found = connection.run(
      "SELECT to_regclass(quote_ident(current_schema()) || '.imagegen_schema') IS NULL, "
      "current_schema() IS NULL");
  if (!found) return found.error();
  PgRow row(*found, 0);
  const bool no_table = row.flag();
  if (row.flag())
    return Error(Errc::invalid_argument,
                 "state: no schema of the search_path exists in the database, or may be used; create it first");
  if (no_table) return 0;
  const auto newest = connection.run("SELECT coalesce(max(version), 0) FROM imagegen_schema");
  if (!newest) return newest.error();
  return static_cast<int>(newest->number(0, 0));
}

Result<void> apply(PgConnection& connection, int from) {
  if (from == 0) {
    const auto made = connection.run(
        "CREATE TABLE imagegen_schema (version int PRIMARY KEY, applied timestamptz NOT NULL "
        "DEFAULT now())");
    if (!made) return made.error();
  }
  for (int version = from + 1; version <= postgres_schema_version(); ++version) {
    if (auto made = make(connection, kSteps[static_cast<std::size_t>(version) - 1]); !made) return made;
    PgParams params;
    params.number(version);
    const auto noted = connection.run("INSERT INTO imagegen_schema (version) VALUES ($1)", params);
    if (!noted) return noted.error();
  }
  return {};
}

// Not for ever: whoever works with it brings it up.
Error is_older(int version) {
  Error error(Errc::unsupported, "state: the database has schema version " + std::to_string(version) +
                                     ", and this library works with version " +
                                     std::to_string(postgres_schema_version()) +
                                     "; the next worker, or other command that writes, brings it up");
  error.retry = Retry::later;
  return error;
}

Result<void> check_version(int version, StateOpening opening) {
  if (version == 0 && opening != StateOpening::make)
    return Error(Errc::not_found,
                 "state: the database has no tables of this library, so no jobs or purchases are kept there; name the "
                 "one that is worked with, and the schema by ?options=-csearch_path%3DNAME");
  if (version < postgres_schema_version() && opening == StateOpening::look)
    return is_older(version);
  if (version <= postgres_schema_version()) return {};
  return Error(Errc::unsupported, "state: the database has schema version " + std::to_string(version) +
                                      ", this library knows versions up to " +
                                      std::to_string(postgres_schema_version()) + "; use a newer library");
}

// Each table by itself, so that the error names the one that is missing or forbidden. The lock is that of who writes.
Result<void> examine_table(PgConnection& connection, const std::string& name) {
  const auto read = connection.run_script("SELECT 1 FROM " + name + " LIMIT 1");
  if (!read) return read.error();
  const auto written =
      connection.run_script("DELETE FROM " + name + " WHERE false; LOCK TABLE " + name + " IN ROW EXCLUSIVE MODE");
  if (!written) return written.error();
  const auto allowed = connection.run_script("SELECT has_table_privilege('" + name +
                                             "', 'INSERT') AND has_table_privilege('" + name + "', 'UPDATE')");
  if (!allowed) return allowed.error();
  if (allowed->text(0, 0) == "t") return {};
  return Error(Errc::permission_denied,
               "state: this user may not insert into and update table " + name + "; give it the rights on the schema");
}

// A copy of the tables alone has no functions.
Result<void> examine_write(PgConnection& connection) {
  const auto found = connection.run(
      "SELECT had IS NOT NULL, coalesce(has_function_privilege(had, 'EXECUTE'), false) FROM to_regprocedure("
      "'imagegen_write_record(text, text, json, bigint, boolean, bigint, text[], text[], text)') AS had");
  if (!found) return found.error();
  PgRow at(*found, 0);
  const bool is_there = at.flag(), is_allowed = at.flag();
  if (!is_there)
    return Error(Errc::corrupt_data,
                 "state: function imagegen_write_record is missing, without which no record can be written: it was deleted, "
                 "or the search_path leads elsewhere; restore it");
  if (is_allowed) return {};
  return Error(Errc::permission_denied,
               "state: this user may not execute function imagegen_write_record; give it the rights on the schema");
}

}  // namespace

int postgres_schema_version() noexcept {
  return static_cast<int>(kSteps.size());
}

Result<void> lock_schema(PgConnection& connection) {
  const auto locked = connection.run(
      "SELECT pg_advisory_xact_lock(hashtextextended('imagegen schema ' || coalesce(current_schema(), ''), 0))");
  return locked ? Result<void>() : locked.error();
}

Result<void> migrate(PgDatabase& database, StateOpening opening) {
  return database.transact(Durable::yes, [opening](PgConnection& connection) -> Result<void> {
    // The lock first: whoever comes second then sees what the first has made.
    if (auto locked = lock_schema(connection); !locked) return locked;
    const auto version = version_of(connection);
    if (!version) return version.error();
    if (const auto known = check_version(*version, opening); !known) return known;
    if (*version == postgres_schema_version()) return {};
    return apply(connection, *version);
  });
}

Result<void> examine(PgDatabase& database) {
  return database.transact(Durable::no, [](PgConnection& connection) -> Result<void> {
    for (const char* table : {"imagegen_jobs", "imagegen_job_events", "imagegen_permits", "imagegen_permit_limits",
                              "imagegen_budgets", "imagegen_purchases", "imagegen_announcements",
                              "imagegen_spool", "imagegen_records", "imagegen_record_keys"}) {
      if (auto examined = examine_table(connection, table); !examined) return examined;
    }
    // Who does not make views only reads which there are.
    if (const auto read = connection.run("SELECT 1 FROM imagegen_record_views LIMIT 1"); !read) return read.error();
    return examine_write(connection);
  });
}

}  // namespace imagegen::state
