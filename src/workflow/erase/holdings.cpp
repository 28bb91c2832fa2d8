#include "workflow/erase/holdings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "workflow/erase/named_objects.hpp"
#include "workflow/erase/person_jobs.hpp"

namespace imagegen::erasure {
namespace {

constexpr int kRecordsAtATime = 200, kPurchasesAtATime = 1000, kSpooledAtATime = 100;

std::string known_name(const std::string& id, const RecordCollection* collection) {
  return collection == nullptr ? id : std::string(collection->name) + "/" + id;
}

// A purchase that brought several pictures has an entry for each: its id, then "+1" and so on.
std::string purchase_of(const std::string& spooled) {
  const auto plus = spooled.rfind('+');
  const bool is_number = plus != std::string::npos && plus + 1 < spooled.size() &&
                         spooled.find_first_not_of("0123456789", plus + 1) == std::string::npos;
  return is_number ? spooled.substr(0, plus) : spooled;
}

std::string name_of_item(ItemKind kind, const std::string& id, const RecordCollection* collection = nullptr) {
  constexpr std::array<std::string_view, 5> kNames = {"spooled picture of purchase", "purchase", "record", "file record",
                                                      "job"};
  return std::string(kNames[static_cast<std::size_t>(kind)]) + " " + known_name(id, collection);
}

class Finder {
 public:
  Finder(EraseServices& services, const std::vector<PersonalData>& data, const Person& person)
      : services_(services), data_(data), person_(person) {}

  Task<Result<Holdings>> find() {
    using Step = Task<Result<void>> (Finder::*)();
    for (const Step step : {&Finder::find_jobs, &Finder::find_purchases, &Finder::find_given_away, &Finder::find_spooled,
                            &Finder::find_assets, &Finder::find_records}) {
      const auto found = co_await (this->*step)();
      if (!found) co_return found.error();
    }
    co_return std::move(found_);
  }

 private:
  bool is_user() const { return person_.kind == Person::Kind::user; }

  Task<Result<void>> find_jobs() {
    TakeJob take = [this](const Job& job) -> Task<Result<void>> { co_return co_await take_job(job); };
    co_return co_await each_job(services_, data_, person_, std::nullopt, std::move(take));
  }

  Task<Result<void>> take_job(const Job& job) {
    job_ids_.push_back(job.id);
    if (!has_ended(job.state)) co_return Result<void>();
    Item item{ItemKind::job, job.id};
    const auto* declared = declared_jobs(data_, job.kind);
    if (declared == nullptr) {
      item.fault = Error(Errc::unsupported, "its kind is " + job.kind + ", of which this program does not know which files "
                                                "it has; use one that knows it");
    } else {
      auto list = [&] { return services_.jobs.events(job.id); };
      const auto events = co_await services_.pool.run(list);
      if (!events) co_return events.error();
      add_objects(job.output, declared->objects, item.objects);
      for (const JobEvent& event : *events) add_objects(event.detail, declared->objects, item.objects);
    }
    found_.add(std::move(item));
    co_return Result<void>();
  }

  Task<Result<void>> find_purchases() {
    LedgerQuery query;
    query.limit = kPurchasesAtATime;
    if (is_user()) {
      query.user = person_.id;
      const auto found = co_await find_purchases(query);
      if (!found) co_return found;
      query.user.reset();
    }
    for (const std::string& id : job_ids_) {
      query.job_id = id;
      const auto found = co_await find_purchases(query);
      if (!found) co_return found;
    }
    co_return Result<void>();
  }

  Task<Result<void>> find_purchases(LedgerQuery query) {
    do {
      auto list = [&] { return services_.ledger.list(query); };
      const auto page = co_await services_.pool.run(list);
      if (!page) co_return page.error();
      for (const Purchase& purchase : page->purchases) take_purchase(purchase);
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  // What another user has bought for a job that is now this one's is that one's.
  void take_purchase(const Purchase& purchase) {
    const bool is_theirs = !is_user() || purchase.user.empty() || purchase.user == person_.id;
    if (is_theirs) bought_for_.insert(purchase.job_id);
    if (!is_theirs || is_erased(purchase)) return;
    Item item{ItemKind::purchase, purchase.id, nullptr, objects_of(purchase)};
    item.holder = name_of_item(ItemKind::job, purchase.job_id);
    found_.add(std::move(item));
  }

  // Jobs that were the person's when something was bought for them.
  Task<Result<void>> find_given_away() {
    for (const std::string& id : is_user() ? bought_for_ : std::set<std::string>()) {
      auto find = [&] { return services_.jobs.find(id); };
      const auto job = co_await services_.pool.run(find);
      if (!job) co_return job.error();
      if (!*job || is_erased(**job) || (*job)->owner == person_.id) continue;
      found_.left.push_back("job " + id + ": it was ordered again for somebody else; what was noted before goes with that one");
    }
    co_return Result<void>();
  }

  Task<Result<void>> find_spooled() {
    if (services_.spool == nullptr) co_return Result<void>();
    SpoolQuery query;
    query.limit = kSpooledAtATime;
    do {
      auto list = [&] { return services_.spool->list(query); };
      const auto page = co_await services_.pool.run(list);
      if (!page) co_return page.error();
      for (const SpoolEntry& entry : page->pictures) take_spooled(entry.purchase_id);
      found_.left.insert(found_.left.end(), page->damaged.begin(), page->damaged.end());
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  void take_spooled(const std::string& id) {
    const auto purchase = purchase_of(id);
    if (!found_.has(ItemKind::purchase, purchase)) return;
    Item item{ItemKind::spooled, id};
    item.holder = name_of_item(ItemKind::purchase, purchase);
    found_.add(std::move(item));
  }

  Task<Result<void>> find_assets() {
    AssetQuery query;
    query.limit = kRecordsAtATime;
    if (is_user()) {
      query.owner = person_.id;
      co_return co_await find_assets(query);
    }
    for (const std::string& id : job_ids_) {
      query.job_id = id;
      const auto found = co_await find_assets(query);
      if (!found) co_return found;
    }
    co_return Result<void>();
  }

  Task<Result<void>> find_assets(AssetQuery query) {
    do {
      const auto page = co_await services_.assets.list(query);
      if (!page) co_return page.error();
      for (const AssetRecord& asset : page->assets) {
        Item item{ItemKind::asset, asset.id, nullptr, objects_of(asset)};
        item.holder = name_of_item(ItemKind::job, asset.job_id);
        found_.add(std::move(item));
      }
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  Task<Result<void>> find_records() {
    for (const PersonalData& one : data_) {
      for (const RecordCollection* collection : one.collections) {
        const auto found = co_await find_records(*collection);
        if (!found) co_return found;
      }
    }
    co_return Result<void>();
  }

  Task<Result<void>> find_records(const RecordCollection& collection) {
    const auto key = is_user() ? collection.personal->user : collection.personal->character;
    if (key.empty()) co_return Result<void>();
    if (key == "$id") co_return co_await find_own_record(collection);
    RecordQuery query;
    query.collection = &collection, query.limit = kRecordsAtATime;
    query.where.emplace_back(key, person_.id);
    do {
      const auto page = co_await services_.records.list(query);
      if (!page) co_return page.error();
      for (const Record& record : page->records) take_record(collection, record);
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  Task<Result<void>> find_own_record(const RecordCollection& collection) {
    const auto found = co_await services_.records.find(collection, person_.id);
    if (!found) co_return found.error();
    if (*found) take_record(collection, **found);
    co_return Result<void>();
  }

  void take_record(const RecordCollection& collection, const Record& record) {
    Item item{ItemKind::record, record.id, &collection};
    add_objects(record.document, collection.personal->objects, item.objects);
    found_.add(std::move(item));
  }

  EraseServices& services_;
  const std::vector<PersonalData>& data_;
  const Person& person_;
  std::vector<std::string> job_ids_;
  std::set<std::string> bought_for_;  // jobs
  Holdings found_;
};

}  // namespace

std::string Item::name() const {
  return name_of_item(kind, id, collection);
}

void Holdings::add(Item item) {
  if (known_.emplace(item.kind, known_name(item.id, item.collection)).second) items_.push_back(std::move(item));
}

bool Holdings::has(ItemKind kind, const std::string& id, const RecordCollection* collection) const {
  return known_.contains({kind, known_name(id, collection)});
}

std::set<std::string> Holdings::objects() const {
  std::set<std::string> keys;
  for (const Item& item : items_) keys.insert(item.objects.begin(), item.objects.end());
  return keys;
}

std::set<std::string> objects_of(const Purchase& purchase) {
  std::set<std::string> keys;
  for (const PurchasePlace& place : places_of(purchase))
    if (!place.master_key.empty()) keys.insert(place.master_key);
  return keys;
}

std::set<std::string> objects_of(const AssetRecord& asset) {
  constexpr std::array<std::string_view, 1> kNamed = {"master"};
  std::set<std::string> keys;
  if (!asset.object_key.empty()) keys.insert(asset.object_key);
  add_objects(asset.extra, kNamed, keys);
  return keys;
}

Task<Result<Holdings>> find_holdings(EraseServices& services, const std::vector<PersonalData>& data,
                                     const Person& person) {
  Finder finder(services, data, person);
  co_return co_await finder.find();
}

}  // namespace imagegen::erasure
