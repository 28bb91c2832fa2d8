#pragma once
#include <imagegen/workflow/erase_person.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace imagegen::erasure {

// In the order in which they go: what leads to others comes last.
enum class ItemKind : std::uint8_t { spooled, purchase, record, asset, job };

// Something that is kept of the person.
struct Item {
  ItemKind kind{};
  std::string id;
  const RecordCollection* collection = nullptr;  // of a record
  std::set<std::string> objects = {};            // keys that it names
  std::string holder = {};                       // name() of what leads to it, which goes after it; empty: nothing does
  std::optional<Error> fault = {};               // why it cannot go

  // "job j-1", for messages.
  std::string name() const;
};

// All that was found.
class Holdings {
 public:
  void add(Item item);
  bool has(ItemKind kind, const std::string& id, const RecordCollection* collection = nullptr) const;
  std::vector<Item>& items() { return items_; }
  const std::vector<Item>& items() const { return items_; }
  // All keys that are named.
  std::set<std::string> objects() const;
  std::vector<std::string> left = {};  // EraseReport::left

 private:
  std::vector<Item> items_;
  std::set<std::pair<ItemKind, std::string>> known_;
};

// Looks for all that is kept of the person. Jobs that are queued or run are left out. Errors of the stores.
Task<Result<Holdings>> find_holdings(EraseServices& services, const std::vector<PersonalData>& data,
                                     const Person& person);

// Those of `keys` that something of somebody else names.
Task<Result<std::set<std::string>>> find_shared(EraseServices& services, const std::vector<PersonalData>& data,
                                                const Holdings& holdings, std::set<std::string> keys);

// The objects that these name.
std::set<std::string> objects_of(const AssetRecord& asset);
std::set<std::string> objects_of(const Purchase& purchase);

}  // namespace imagegen::erasure
