#include <imagegen/job/permit_store.hpp>

#include <algorithm>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/stores.hpp"

namespace imagegen::mongo {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskAgain{100};        // when a place is free cannot be known
constexpr int kMostPermitTries = 1000;              // each that fails means that somebody else was let in or went
constexpr std::size_t kMostHolders = 40'000;  // of one limit, so that its document stays below 15 MiB

struct Holder {
  std::string name;
  Timestamp until;
};

// One limit is one document, so what is counted together changes together.
struct StoredLimit {
  std::optional<ObjectId> revision;  // nothing when there is none yet
  PermitRate rate;
  std::vector<Holder> holders;  // whose lease has not ended

  Holder* find(const std::string& name) {
    const auto at = std::find_if(holders.begin(), holders.end(), [&](const Holder& one) { return one.name == name; });
    return at == holders.end() ? nullptr : &*at;
  }
};

Document with_name(const std::string& name) {
  Document filter;
  filter.text("_id", name, "permit name");
  return filter;
}

// Holders whose lease has ended are left out here, and so are written no more: no late heartbeat brings them back.
Result<StoredLimit> load(MongoDatabase& database, const std::string& name, Timestamp now) {
  const auto found = database.find_one(kPermits, with_name(name));
  if (!found) return found.error();
  StoredLimit limit;
  if (!*found) return limit;
  Reader read(**found, "permit " + name);
  limit.revision = read.id("revision");
  limit.rate = PermitRate{read.time("next")};
  read.each("holders", [&](Reader& at) {
    Holder holder{at.text("holder"), at.time("until")};
    if (holder.until >= now) limit.holders.push_back(std::move(holder));
  });
  if (read.fault()) return *read.fault();
  return limit;
}

// False when somebody else has changed it since it was loaded.
Result<bool> save(MongoDatabase& database, const std::string& name, const StoredLimit& limit) {
  std::vector<Document> holders;
  for (const Holder& holder : limit.holders) {
    Document made;
    made.text("holder", holder.name, "permit holder").time("until", holder.until);
    holders.push_back(std::move(made));
  }
  Document values;
  values.id("revision", ObjectId::make()).time("next", limit.rate.next).documents("holders", holders);
  auto filter = with_name(name);
  if (!limit.revision) return database.insert(kPermits, filter.all_of(values));
  filter.id("revision", *limit.revision);
  return database.change(kPermits, filter, field("$set", values));
}

class Acquisition {
 public:
  Acquisition(MongoDatabase& database, const PermitRequest& request, Timestamp now)
      : database_(database), request_(request), now_(now), limits_(request.limits) {
    // One order for all, so that two who want the same limits are not each refused because of the other.
    std::sort(limits_.begin(), limits_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  // Looks at all limits first, because what is full most often stays so for a while.
  Result<PermitAnswer> run() {
    milliseconds wait{};
    for (const PermitLimit& limit : limits_) {
      auto stored = load(database_, limit.name, now_);
      if (!stored) return stored.error();
      wait = std::max(wait, wait_for(limit, *stored));
    }
    if (wait.count() > 0) return PermitAnswer{false, wait};
    return take_all();
  }

 private:
  enum class Entry : std::uint8_t { kept, taken };

  milliseconds wait_for(const PermitLimit& limit, StoredLimit& stored) const {
    if (stored.find(request_.holder) != nullptr) return {};
    milliseconds wait{};
    if (limit.per_minute > 0) wait = stored.rate.wait(limit.per_minute, now_);
    const auto holders = stored.holders.size();
    const bool full = limit.max_concurrent > 0 && holders >= static_cast<std::size_t>(limit.max_concurrent);
    return full || holders >= kMostHolders ? std::max(wait, kAskAgain) : wait;
  }

  Result<PermitAnswer> take_all() {
    for (const PermitLimit& limit : limits_) {
      const auto wait = take(limit);
      if (wait && wait->count() == 0) continue;
      const auto back = give_back();
      if (!wait) return wait.error();
      if (!back) return back.error();
      return PermitAnswer{false, *wait};
    }
    return PermitAnswer{true, {}};
  }

  // 0 when it was taken.
  Result<milliseconds> take(const PermitLimit& limit) {
    for (int attempt = 1; attempt <= kMostPermitTries; ++attempt) {
      auto stored = load(database_, limit.name, now_);
      if (!stored) return stored.error();
      const auto wait = wait_for(limit, *stored);
      if (wait.count() > 0) return wait;
      const bool is_new = enter(limit, *stored);
      const auto saved = save(database_, limit.name, *stored);
      if (!saved) return saved.error();
      if (*saved && is_new) taken_.push_back(&limit);
      if (*saved) return milliseconds{};
      pause_before_retry(attempt);
    }
    return too_busy("permit " + limit.name);
  }

  // \return Whether it is a new permit, and not one that its holder has already.
  bool enter(const PermitLimit& limit, StoredLimit& stored) const {
    const auto until = now_ + request_.lease;
    if (Holder* held = stored.find(request_.holder)) {
      held->until = until;
      return false;
    }
    stored.holders.push_back({request_.holder, until});
    if (limit.per_minute > 0) stored.rate = stored.rate.after(limit.per_minute, now_);
    return true;
  }

  // A limit further on refused. What cannot be given back now ends with its lease.
  Result<void> give_back() {
    for (const PermitLimit* limit : taken_) {
      const auto given = give_back(*limit);
      if (!given) return given.error();
    }
    return {};
  }

  Result<void> give_back(const PermitLimit& limit) {
    for (int attempt = 1; attempt <= kMostPermitTries; ++attempt) {
      auto stored = load(database_, limit.name, now_);
      if (!stored) return stored.error();
      std::erase_if(stored->holders, [&](const Holder& one) { return one.name == request_.holder; });
      if (limit.per_minute > 0)
        stored->rate.next -= PermitRate{}.after(limit.per_minute, Timestamp{}).next - Timestamp{};
      const auto saved = save(database_, limit.name, *stored);
      if (!saved) return saved.error();
      if (*saved) return {};
      pause_before_retry(attempt);
    }
    return too_busy("permit " + limit.name);
  }

  MongoDatabase& database_;
  const PermitRequest& request_;
  Timestamp now_;
  std::vector<PermitLimit> limits_;
  std::vector<const PermitLimit*> taken_;
};

class MongoPermitStore final : public PermitStore {
 public:
  explicit MongoPermitStore(std::shared_ptr<MongoDatabase> database) : database_(std::move(database)) {}

  Result<PermitAnswer> acquire(const PermitRequest& request) override {
    if (const auto checked = check_permit(request); !checked) return checked.error();
    const auto now = database_->now();
    if (!now) return now.error();
    return Acquisition(*database_, request, *now).run();
  }

  // All that begins with "worker/" lies between that and "worker0", because '0' follows '/'.
  Result<void> renew(const std::string& worker, milliseconds lease) override {
    const auto now = database_->now();
    if (!now) return now.error();
    Document range, filter, element, set;
    range.text("$gte", worker + "/", "worker").text("$lt", worker + "0", "worker");
    filter.document("holders", field("$elemMatch", field("holder", range)));
    set.time("holders.$[mine].until", *now + lease).id("revision", ObjectId::make());
    std::vector<Document> mine;
    mine.push_back(field("mine.holder", range));
    return database_->update_many(kPermits, filter, field("$set", set), mine);
  }

  Result<void> release(const std::string& holder) override {
    Document one, filter, set, update;
    one.text("holder", holder, "permit holder");
    filter.text("holders.holder", holder);
    update.document("$pull", field("holders", one));
    update.document("$set", set.id("revision", ObjectId::make()));
    return database_->update_many(kPermits, filter, update);
  }

 private:
  const std::shared_ptr<MongoDatabase> database_;
};

}  // namespace

std::unique_ptr<PermitStore> make_permit_store(std::shared_ptr<MongoDatabase> database) {
  return std::make_unique<MongoPermitStore>(std::move(database));
}

}  // namespace imagegen::mongo
