#include <imagegen/maker/spend/spool_rules.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace imagegen {
namespace {

class MemorySpool final : public Spool {
 public:
  Result<void> put(const SpooledPicture& picture) override {
    if (const auto checked = check_spooled(picture); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    const auto same = [&](const auto& kept) { return kept.second.picture.purchase_id == picture.purchase_id; };
    const auto found = std::find_if(pictures_.begin(), pictures_.end(), same);
    const auto order = found == pictures_.end() ? ++last_ : found->first;
    pictures_.insert_or_assign(order, Kept{picture, picture.spooled.value_or(to_timestamp(std::chrono::system_clock::now()))});
    return {};
  }

  Result<SpoolPage> list(const SpoolQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_spool_cursor(query.after);
    if (!after) return after.error();
    SpoolPage page;
    const std::lock_guard lock(mutex_);
    for (auto at = pictures_.upper_bound(*after ? (*after)->order : 0); at != pictures_.end(); ++at) {
      if (page.pictures.size() == static_cast<std::size_t>(query.limit)) {
        const auto last = std::prev(at);
        page.next = to_text({last->first, last->second.picture.purchase_id});
        break;
      }
      const auto& [picture, spooled] = at->second;
      page.pictures.push_back({picture.purchase_id, picture.key, picture.content_type, picture.about_json,
                               picture.file.size(), spooled});
    }
    return page;
  }

  Result<std::optional<SpooledPicture>> find(const std::string& purchase_id) override {
    return first([&](const SpooledPicture& picture) { return picture.purchase_id == purchase_id; });
  }
  Result<std::optional<SpooledPicture>> find_key(const ObjectKey& key) override {
    return first([&](const SpooledPicture& picture) { return picture.key == key; });
  }

  Result<void> remove(const std::string& purchase_id) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(pictures_, [&](const auto& kept) { return kept.second.picture.purchase_id == purchase_id; });
    return {};
  }

  std::string description() const override { return "the spool in memory"; }

 private:
  struct Kept {
    SpooledPicture picture;
    Timestamp spooled;
  };

  template <class Wanted>
  std::optional<SpooledPicture> first(const Wanted& wanted) {
    const std::lock_guard lock(mutex_);
    for (const auto& [order, kept] : pictures_) {
      if (wanted(kept.picture)) return kept.picture;
    }
    return std::nullopt;
  }

  std::mutex mutex_;
  std::map<std::int64_t, Kept> pictures_;  // in the order in which they came
  std::int64_t last_ = 0;
};

}  // namespace

std::unique_ptr<Spool> make_memory_spool() {
  return std::make_unique<MemorySpool>();
}

}  // namespace imagegen
