#include "state/mongo/database.hpp"

#include <ctime>
#include <random>
#include <thread>
#include <utility>

#include "state/mongo/driver.hpp"
#include "state/mongo/errors.hpp"

namespace imagegen::mongo {
namespace {

// Milliseconds after which the server ends a reading of ours: far more than any takes.
constexpr int kReadLimitMs = 30'000;
// How long the server's time is gone on with before it is asked again. Two clocks do not drift apart in that.
constexpr std::chrono::milliseconds kAskForTime{5'000}, kInaccuracy{100};

// Goes on while the machine sleeps, as the server does.
std::chrono::milliseconds since_boot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::milliseconds(std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000);
}

using Cursor = std::unique_ptr<mongoc_cursor_t, void (*)(mongoc_cursor_t*)>;
using Bulk = std::unique_ptr<mongoc_bulk_operation_t, void (*)(mongoc_bulk_operation_t*)>;

struct Reply {
  Reply() = default;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() { bson_destroy(&bson); }
  bson_t bson = BSON_INITIALIZER;  // every call that takes one initialises it anew, and an empty one owns nothing
};

Document unordered() {
  Document opts;
  opts.flag("ordered", false);
  return opts;
}

// Whether nothing has failed but that some were there already.
bool only_duplicates(const bson_t& reply, const bson_error_t& failed) {
  Reader read(&reply, "an answer");
  bool only = is_duplicate(failed) && !read.has("writeConcernErrors.0");
  read.each("writeErrors", [&only](Reader& at) {
    bson_error_t one{};
    one.code = static_cast<std::uint32_t>(at.integer("code"));
    only = only && is_duplicate(one);
  });
  return only && !read.fault();
}

}  // namespace

// A connection, and a collection on it, for one call.
class MongoDatabase::Loan {
 public:
  Loan(MongoDatabase& from, mongoc_client_t* client) noexcept : from_(&from), client_(client) {}
  Loan(Loan&& other) noexcept
      : from_(other.from_),
        client_(std::exchange(other.client_, nullptr)),
        collection_(std::exchange(other.collection_, nullptr)) {}
  Loan& operator=(Loan&&) = delete;
  ~Loan() {
    if (collection_ != nullptr) driver().collection_destroy(collection_);
    if (client_ != nullptr) driver().client_pool_push(from_->pool_, client_);
  }

  mongoc_client_t* client() const noexcept { return client_; }
  const char* database() const noexcept { return from_->address_.database.c_str(); }
  mongoc_collection_t* collection(const char* name) {
    collection_ = driver().client_get_collection(client_, database(), name);
    return collection_;
  }
  Error refused(const bson_error_t& failed) const {
    return mongo::refused(from_->server(), failed, from_->address_.password);
  }

  Result<std::vector<Document>> all_of(Cursor cursor) const {
    std::vector<Document> found;
    const bson_t* document = nullptr;
    while (driver().cursor_next(cursor.get(), &document)) found.emplace_back(*document);
    bson_error_t failed;
    if (driver().cursor_error(cursor.get(), &failed)) return refused(failed);
    return found;
  }

 private:
  MongoDatabase* from_;
  mongoc_client_t* client_;
  mongoc_collection_t* collection_ = nullptr;
};

Result<std::shared_ptr<MongoDatabase>> MongoDatabase::open(MongoAddress address, int connections,
                                                                  const Clock* clock) {
  bson_error_t failed;
  mongoc_client_pool_t* pool = driver().client_pool_new_with_error(address.uri.get(), &failed);
  if (pool == nullptr) {
    // What is wrong may be an option of the URL, and libmongoc's message may quote it.
    return Error(Errc::invalid_argument, address.server +
                                             ": libmongoc takes these options of the URL not together, or "
                                             "the name of the service was not found");
  }
  driver().client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
  driver().client_pool_max_size(pool, static_cast<std::uint32_t>(connections));
  return std::shared_ptr<MongoDatabase>(new MongoDatabase(std::move(address), pool, clock));
}

MongoDatabase::MongoDatabase(MongoAddress address, _mongoc_client_pool_t* pool, const Clock* clock)
    : address_(std::move(address)), pool_(pool), clock_(clock) {}

MongoDatabase::~MongoDatabase() {
  driver().client_pool_destroy(pool_);
}

Result<MongoDatabase::Loan> MongoDatabase::borrow(std::initializer_list<const Document*> given) {
  for (const Document* document : given) {
    if (document->fault()) return *document->fault();
  }
  mongoc_client_t* client = driver().client_pool_pop(pool_);
  if (client == nullptr)
    return unavailable(server() + ": all connections were busy for too long; allow more connections or more time");
  return Loan(*this, client);
}

Result<Timestamp> MongoDatabase::now() {
  if (clock_ != nullptr) return to_timestamp(clock_->wall_now());
  {
    const std::lock_guard lock(time_mutex_);
    if (asked_at_ && since_boot() - *asked_at_ < kAskForTime) return answered_ + (since_boot() - *asked_at_);
  }
  return ask_for_time();
}

// Not under the lock, so that a server that does not answer holds up only who asks it.
Result<Timestamp> MongoDatabase::ask_for_time() {
  Document command;
  command.integer("isMaster", 1);  // "hello" is not known to all versions, and has the same answer
  auto loan = borrow({&command});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  const auto before = since_boot();
  if (!driver().client_read_command_with_opts(loan->client(), loan->database(), command.get(), nullptr, nullptr,
                                              &reply.bson, &failed))
    return loan->refused(failed);
  const auto after = since_boot();
  Reader read(&reply.bson, server());
  Timestamp time = read.time("localTime") + (after - before) / 2;
  if (read.fault()) return *read.fault();
  const std::lock_guard lock(time_mutex_);
  // That an answer took longer than the one before is no reason to go back.
  const auto gone_on = asked_at_ ? answered_ + (after - *asked_at_) : time;
  if (gone_on > time && gone_on - time < kInaccuracy) time = gone_on;
  asked_at_ = after, answered_ = time;
  return time;
}

Result<std::vector<Document>> MongoDatabase::find(const char* collection, const Document& filter,
                                                  const FindOptions& options) {
  auto loan = borrow({&filter, &options.sort, &options.fields});
  if (!loan) return loan.error();
  Document opts;
  opts.integer("maxTimeMS", kReadLimitMs);
  if (!options.sort.empty()) opts.document("sort", options.sort);
  if (!options.fields.empty()) opts.document("projection", options.fields);
  if (options.limit > 0) opts.number("limit", options.limit);
  return loan->all_of(
      Cursor(driver().collection_find_with_opts(loan->collection(collection), filter.get(), opts.get(), nullptr),
             driver().cursor_destroy));
}

Result<std::optional<Document>> MongoDatabase::find_one(const char* collection, const Document& filter,
                                                        Document fields) {
  FindOptions options;
  options.fields = std::move(fields), options.limit = 1;
  auto found = find(collection, filter, options);
  if (!found) return found.error();
  if (found->empty()) return std::optional<Document>();
  return std::optional(std::move(found->front()));
}

Result<std::vector<Document>> MongoDatabase::aggregate(const char* collection, const std::vector<Document>& stages) {
  Document pipeline, opts;
  pipeline.documents("pipeline", stages);
  opts.integer("maxTimeMS", kReadLimitMs);
  auto loan = borrow({&pipeline});
  if (!loan) return loan.error();
  return loan->all_of(Cursor(driver().collection_aggregate(loan->collection(collection), MONGOC_QUERY_NONE,
                                                           pipeline.get(), opts.get(), nullptr),
                             driver().cursor_destroy));
}

Result<std::vector<std::string>> MongoDatabase::distinct(const char* collection, const char* key,
                                                         const Document& filter) {
  Document command;
  command.text("distinct", collection).text("key", key).document("query", filter).integer("maxTimeMS", kReadLimitMs);
  auto loan = borrow({&command});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  if (!driver().client_read_command_with_opts(loan->client(), loan->database(), command.get(), nullptr, nullptr,
                                              &reply.bson, &failed))
    return loan->refused(failed);
  std::vector<std::string> texts;
  bson_iter_t values, value;
  if (!bson_iter_init_find(&values, &reply.bson, "values") || !bson_iter_recurse(&values, &value)) return texts;
  while (bson_iter_next(&value)) {
    if (BSON_ITER_HOLDS_UTF8(&value)) texts.emplace_back(bson_iter_utf8(&value, nullptr));
  }
  return texts;
}

Result<bool> MongoDatabase::insert(const char* collection, const Document& document) {
  auto loan = borrow({&document});
  if (!loan) return loan.error();
  bson_error_t failed;
  if (driver().collection_insert_one(loan->collection(collection), document.get(), nullptr, nullptr, &failed))
    return true;
  if (is_duplicate(failed)) return false;
  return loan->refused(failed);
}

Result<void> MongoDatabase::insert_all(const char* collection, const std::vector<Document>& documents) {
  if (documents.empty()) return {};
  std::vector<const _bson_t*> all;  // the alias has an alignment, which no template argument keeps
  for (const Document& document : documents) {
    if (document.fault()) return *document.fault();
    all.push_back(document.get());
  }
  auto loan = borrow({});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  if (driver().collection_insert_many(loan->collection(collection), all.data(), all.size(), unordered().get(), &reply.bson,
                                      &failed) ||
      only_duplicates(reply.bson, failed))
    return {};
  return loan->refused(failed);
}

Result<void> MongoDatabase::replace_all(const char* collection, const std::vector<Replacement>& replacements) {
  if (replacements.empty()) return {};
  auto loan = borrow({});
  if (!loan) return loan.error();
  const Bulk bulk(driver().collection_create_bulk_operation_with_opts(loan->collection(collection), unordered().get()),
                  driver().bulk_operation_destroy);
  bson_error_t failed;
  for (const auto& [filter, document] : replacements) {
    if (filter.fault() || document.fault()) return filter.fault() ? *filter.fault() : *document.fault();
    if (!driver().bulk_operation_replace_one_with_opts(bulk.get(), filter.get(), document.get(), nullptr, &failed))
      return loan->refused(failed);
  }
  Reply reply;
  if (driver().bulk_operation_execute(bulk.get(), &reply.bson, &failed) != 0) return {};
  return loan->refused(failed);
}

Result<bool> MongoDatabase::change(const char* collection, const Document& filter, const Document& update) {
  Document fields;
  const auto changed = change_and_get(collection, filter, update, fields.integer("_id", 1));
  if (!changed) return changed.error();
  return changed->has_value();
}

Result<std::optional<Document>> MongoDatabase::change_and_get(const char* collection, const Document& filter,
                                                              const Document& update, const Document& fields) {
  Document command;
  command.text("findAndModify", collection).document("query", filter).document("update", update);
  command.document("fields", fields);
  auto loan = borrow({&command});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  if (!driver().client_write_command_with_opts(loan->client(), loan->database(), command.get(), nullptr, &reply.bson,
                                               &failed))
    return loan->refused(failed);
  return Document::inside(reply.bson, "value");
}

Result<bool> MongoDatabase::upsert(const char* collection, const Document& filter, const Document& update) {
  Document opts;
  opts.flag("upsert", true);
  auto loan = borrow({&filter, &update});
  if (!loan) return loan.error();
  bson_error_t failed;
  if (driver().collection_update_one(loan->collection(collection), filter.get(), update.get(), opts.get(), nullptr,
                                     &failed))
    return true;
  if (is_duplicate(failed)) return false;
  return loan->refused(failed);
}

Result<void> MongoDatabase::update_many(const char* collection, const Document& filter, const Document& update,
                                        const std::vector<Document>& array_filters) {
  Document opts;
  if (!array_filters.empty()) opts.documents("arrayFilters", array_filters);
  auto loan = borrow({&filter, &update, &opts});
  if (!loan) return loan.error();
  bson_error_t failed;
  if (driver().collection_update_many(loan->collection(collection), filter.get(), update.get(), opts.get(), nullptr,
                                      &failed))
    return {};
  return loan->refused(failed);
}

Result<bool> MongoDatabase::remove_one(const char* collection, const Document& filter) {
  auto loan = borrow({&filter});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  if (!driver().collection_delete_one(loan->collection(collection), filter.get(), nullptr, &reply.bson, &failed))
    return loan->refused(failed);
  Reader read(&reply.bson, server());
  const bool removed = read.number("deletedCount") > 0;
  if (read.fault()) return *read.fault();
  return removed;
}

Result<void> MongoDatabase::remove_many(const char* collection, const Document& filter) {
  auto loan = borrow({&filter});
  if (!loan) return loan.error();
  bson_error_t failed;
  if (driver().collection_delete_many(loan->collection(collection), filter.get(), nullptr, nullptr, &failed)) return {};
  return loan->refused(failed);
}

Result<void> MongoDatabase::command(const Document& command) {
  auto loan = borrow({&command});
  if (!loan) return loan.error();
  Reply reply;
  bson_error_t failed;
  if (driver().client_write_command_with_opts(loan->client(), loan->database(), command.get(), nullptr, &reply.bson,
                                              &failed))
    return {};
  return loan->refused(failed);
}

void pause_before_retry(int attempt) {
  std::random_device random;
  const unsigned most_ms = 1U << static_cast<unsigned>(std::min(attempt, 6));
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % most_ms));
}

}  // namespace imagegen::mongo
