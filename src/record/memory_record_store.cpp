#include <imagegen/record/record_store.hpp>
#include <imagegen/maker/record/store_parts.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace imagegen {
namespace {

struct KeptRecord {
  Record record;
  std::vector<RecordKey> keys;
};

bool has_all(const KeptRecord& kept, const RecordQuery& query) {
  return std::all_of(query.where.begin(), query.where.end(), [&kept](const auto& filter) {
    const RecordKey wanted{filter.first, filter.second};
    return std::find(kept.keys.begin(), kept.keys.end(), wanted) != kept.keys.end();
  });
}

// The records of one collection.
class Shelf {
 public:
  const KeptRecord* find(std::string_view id) const {
    const auto place = places_.find(id);
    return place == places_.end() ? nullptr : &newest_.at(place->second);
  }

  void put(KeptRecord kept) {
    erase(kept.record.id);
    const RecordCursor place{kept.record.created, kept.record.id};
    places_[place.id] = place;
    newest_.emplace(place, std::move(kept));
  }

  void erase(std::string_view id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    newest_.erase(place->second);
    places_.erase(place);
  }

  // One more than wanted, if there are so many.
  std::vector<Record> list(const RecordQuery& query, const std::optional<RecordCursor>& after) const {
    std::vector<Record> found;
    for (auto at = after ? newest_.upper_bound(*after) : newest_.begin(); at != newest_.end(); ++at) {
      if (has_all(at->second, query)) found.push_back(at->second.record);
      if (found.size() > static_cast<std::size_t>(query.limit)) break;
    }
    return found;
  }

 private:
  std::map<RecordCursor, KeptRecord> newest_;
  std::map<std::string, RecordCursor, std::less<>> places_;
};

class MemoryRecordStore final : public RecordStore {
 public:
  RecordCapability capability() const override { return {true}; }

  Task<Result<std::vector<std::int64_t>>> write(std::vector<RecordChange> changes) override {
    auto checked = check_changes(std::move(changes));
    if (!checked) co_return checked.error();
    const std::lock_guard lock(mutex_);
    const auto states = next_states(*checked);
    if (!states) co_return states.error();
    std::vector<std::int64_t> revisions(checked->size());
    for (std::size_t i = 0; i < checked->size(); ++i) {
      revisions[(*checked)[i].place] = (*states)[i].revision;
      apply(std::move((*checked)[i]), (*states)[i]);
    }
    co_return revisions;
  }

  Task<Result<std::optional<Record>>> find(const RecordCollection& collection, std::string id) override {
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find(collection.name);
    const auto* kept = shelf == shelves_.end() ? nullptr : shelf->second.find(id);
    co_return kept == nullptr ? std::optional<Record>() : std::optional(kept->record);
  }

  Task<Result<RecordPage>> list(RecordQuery query) override {
    const auto after = check_query(query);
    if (!after) co_return after.error();
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find(query.collection->name);
    if (shelf == shelves_.end()) co_return RecordPage();
    co_return to_page(shelf->second.list(query, *after), query.limit);
  }

 private:
  Result<std::vector<RecordState>> next_states(const std::vector<CheckedChange>& changes) const {
    std::vector<RecordState> states;
    for (const CheckedChange& checked : changes) {
      const auto shelf = shelves_.find(checked.change.collection->name);
      const auto* kept = shelf == shelves_.end() ? nullptr : shelf->second.find(checked.change.id);
      const RecordState now =
          kept == nullptr ? RecordState() : RecordState{kept->record.revision, kept->record.created};
      const auto next = next_state(checked.change, now);
      if (!next) return next.error();
      states.push_back(*next);
    }
    return states;
  }

  void apply(CheckedChange checked, const RecordState& state) {
    RecordChange& change = checked.change;
    Shelf& shelf = shelves_[std::string(change.collection->name)];
    if (!change.document) return shelf.erase(change.id);
    shelf.put({{change.id, std::move(*change.document), state.created, state.revision}, std::move(checked.keys)});
  }

  std::mutex mutex_;
  std::map<std::string, Shelf, std::less<>> shelves_;
};

}  // namespace

std::unique_ptr<RecordStore> make_memory_record_store() {
  return std::make_unique<MemoryRecordStore>();
}

}  // namespace imagegen
