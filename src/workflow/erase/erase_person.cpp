#include <imagegen/workflow/erase_person.hpp>

#include <imagegen/maker/core/shield.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/maker/record/store_parts.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "workflow/erase/holdings.hpp"
#include "workflow/erase/object_remover.hpp"
#include "workflow/erase/person_jobs.hpp"

namespace imagegen {
namespace erasure {
namespace {

constexpr std::size_t kLongestId = 256;  // bytes, as of Job::owner

Result<void> check(const EraseRequest& request) {
  const auto& id = request.person.id;
  const auto name = std::string(to_string(request.person.kind));
  if (id.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    return Error(Errc::invalid_argument, name + ": expected the id of one, got a blank one");
  if (id.size() > kLongestId)
    return Error(Errc::invalid_argument, name + ": expected at most 256 bytes, got " + std::to_string(id.size()));
  if (!is_valid_utf8(id) || id.find('\0') != std::string::npos)
    return Error(Errc::invalid_argument, name + ": expected UTF-8 without NUL, got other bytes");
  if (request.patience.count() >= 0) return {};
  return Error(Errc::invalid_argument, "patience: expected 0 ms or more, got " + std::to_string(request.patience.count()));
}

Result<void> check(const std::vector<PersonalData>& data) {
  for (const PersonalData& one : data) {
    for (const RecordCollection* collection : one.collections) {
      if (const auto checked = check_collection(*collection); !checked) return checked;
      if (collection->personal == nullptr)
        return Error(Errc::invalid_argument, "record collection " + std::string(collection->name) +
                                                 ": expected one that says what of it is personal");
    }
  }
  return {};
}

class Eraser {
 public:
  Eraser(EraseServices& services, const std::vector<PersonalData>& data, const EraseRequest& request)
      : services_(services), data_(data), request_(request), objects_(services, report_) {
    report_.person = request.person, report_.dry_run = request.dry_run;
  }

  Task<Result<EraseReport>> erase() {
    const auto free = co_await end_what_runs();
    if (!free) co_return free.error();
    const auto removed = co_await remove_all();
    if (!removed) co_return in_context(removed.error(), name_of(request_.person) + " is erased in part; erase it again");
    if (request_.dry_run) co_return std::move(report_);
    co_await scrub();
    const auto looked = co_await look_again();
    if (!looked) co_return looked.error();
    co_return std::move(report_);
  }

 private:
  Task<Result<void>> end_what_runs() {
    auto live = co_await live_jobs(services_, data_, request_.person);
    if (!live) co_return live.error();
    if (request_.dry_run) report_.live = std::move(*live);
    if (request_.dry_run || live->empty()) co_return Result<void>();
    if (!request_.cancel_jobs)
      co_return Error(Errc::conflict, name_of(request_.person) + ": " + list_of(*live) +
                                          " are queued or run, and would write down again what is removed; nothing was "
                                          "removed. Wait until they have ended, or have them cancelled (cancelJobs)");
    const auto ended = co_await end_jobs(services_, data_, request_.person, request_.patience);
    if (!ended) co_return ended.error();
    report_.cancelled = *ended;
    co_return Result<void>();
  }

  Task<Result<void>> remove_all() {
    auto found = co_await find_holdings(services_, data_, request_.person);
    if (!found) co_return found.error();
    const auto further = co_await add_further_pictures(services_, *found);
    if (!further) co_return further;
    auto keys = found->objects();
    const auto shared = co_await find_shared(services_, data_, *found, keys);
    if (!shared) co_return shared.error();
    for (const std::string& key : *shared) keys.erase(key);
    report_.left = std::move(found->left);
    report_.shared.assign(shared->begin(), shared->end());
    const auto files = co_await objects_.remove_all(keys);
    if (!files) co_return files;
    std::stable_sort(found->items().begin(), found->items().end(),
                     [](const Item& a, const Item& b) { return a.kind < b.kind; });
    co_return co_await remove_items(found->items());
  }

  Task<Result<void>> remove_items(const std::vector<Item>& items) {
    for (const Item& item : items) {
      const bool cancelled = co_await is_cancelled();
      if (cancelled) co_return Error(Errc::cancelled, "stopped while records were removed");
      if (may_go(item)) {
        const auto removed = co_await remove(item);
        if (removed) {
          count(item);
          continue;
        }
        report_.failed.push_back({item.name(), removed.error()});
      }
      staying_.insert(item.holder);
    }
    co_return Result<void>();
  }

  bool may_go(const Item& item) {
    if (item.fault) report_.failed.push_back({item.name(), *item.fault});
    return !item.fault && !objects_.has_failed(item.objects) && !staying_.contains(item.name());
  }

  Task<Result<void>> remove(const Item& item) {
    if (request_.dry_run) co_return Result<void>();
    auto removing = remove_one(item);
    const auto removed = co_await shielded(std::move(removing));
    if (removed && services_.on_step) services_.on_step(step_of(item.kind));
    co_return removed;
  }

  Task<Result<void>> remove_one(const Item& item) {
    if (item.kind == ItemKind::asset) co_return co_await services_.assets.remove(item.id);
    if (item.kind == ItemKind::record) co_return co_await remove_record(item);
    auto call = [&] { return remove_blocking(item); };
    co_return co_await services_.pool.run(call);
  }

  Task<Result<void>> remove_record(const Item& item) {
    RecordChange removal;
    removal.collection = item.collection, removal.id = item.id;
    std::vector<RecordChange> changes;
    changes.push_back(std::move(removal));
    const auto removed = co_await services_.records.write(std::move(changes));
    co_return removed ? Result<void>() : removed.error();
  }

  Result<void> remove_blocking(const Item& item) {
    const auto now = to_timestamp(services_.clock.wall_now());
    if (item.kind == ItemKind::spooled) return services_.spool->remove(item.id);
    if (item.kind == ItemKind::purchase) return services_.ledger.erase(item.id, now);
    JobErasure erasure;
    erasure.owner = request_.person.kind == Person::Kind::user;
    const auto erased = services_.jobs.erase(item.id, erasure, now);
    return erased ? Result<void>() : erased.error();
  }

  static std::string_view step_of(ItemKind kind) {
    constexpr std::string_view kSteps[] = {"spooled", "purchase", "record", "asset", "job"};
    return kSteps[static_cast<std::size_t>(kind)];
  }

  void count(const Item& item) {
    switch (item.kind) {
      case ItemKind::spooled:
        ++report_.spooled;
        break;
      case ItemKind::purchase:
        ++report_.purchases;
        break;
      case ItemKind::record:
        ++report_.records[std::string(item.collection->name)];
        break;
      case ItemKind::asset:
        ++report_.assets;
        break;
      case ItemKind::job:
        ++report_.jobs;
        break;
    }
  }

  Task<void> scrub() {
    if (!services_.scrub) co_return;
    auto call = [this] { return services_.scrub(); };
    const auto scrubbed = co_await services_.pool.run(call);
    if (!scrubbed) report_.failed.push_back({"database", scrubbed.error()});
    if (services_.on_step) services_.on_step("scrubbed");
  }

  Task<Result<void>> look_again() {
    const auto live = co_await live_jobs(services_, data_, request_.person);
    if (!live) co_return live.error();
    for (const std::string& id : *live)
      report_.failed.push_back({"job " + id, Error(Errc::conflict, "it was ordered meanwhile")});
    co_return Result<void>();
  }

  EraseServices& services_;
  const std::vector<PersonalData>& data_;
  const EraseRequest& request_;
  EraseReport report_;
  ObjectRemover objects_;
  std::set<std::string> staying_;  // names of items that lead to what could not be removed
};

}  // namespace
}  // namespace erasure

std::string_view to_string(Person::Kind kind) noexcept {
  return kind == Person::Kind::user ? "user" : "character";
}

bool EraseReport::found_nothing() const noexcept {
  return jobs + purchases + assets + spooled + cancelled == 0 && records.empty() && removed.empty() && failed.empty() &&
         live.empty();
}

Task<Result<EraseReport>> erase_person(EraseServices services, std::vector<PersonalData> data, EraseRequest request) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  if (const auto checked = erasure::check(request); !checked) co_return checked.error();
  if (const auto checked = erasure::check(data); !checked) co_return checked.error();
  erasure::Eraser eraser(services, data, request);
  co_return co_await eraser.erase();
}

}  // namespace imagegen
