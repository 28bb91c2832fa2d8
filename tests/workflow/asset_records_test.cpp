#include "workflow/asset_records.hpp"

#include <gmock/gmock.h>

#include <set>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

AssetRecord record(int ms) {
  AssetRecord asset;
  asset.id = asset_id("job", "0"), asset.kind = "rendition", asset.object_key = "images/a.webp";
  asset.sha256 = std::string(64, 'a'), asset.created = from_unix_ms(ms);
  return asset;
}

TEST(AssetRecords, AnIdIsOfOneJobAndPlaceWhateverTheyHold) {
  EXPECT_EQ(asset_id("job", "0"), asset_id("job", "0"));
  const std::set<std::string> ids{asset_id("ab", "c"),   asset_id("a", "bc"), asset_id("", "abc"),
                                  asset_id("1:a", "b"),  asset_id("a", "b"),  asset_id("a b/ü", std::string(300, 'x')),
                                  asset_id("a", "1/b\n")};
  EXPECT_EQ(ids.size(), 7U);
  for (const auto& id : ids) {
    auto asset = record(1);
    asset.id = id;
    EXPECT_THAT(check_asset(asset), IsOk());
  }
}

TEST(AssetRecords, WithoutAStoreNothingIsRecorded) {
  EXPECT_THAT(run_task(record_asset(nullptr, record(1))), IsOk());
}

TEST(AssetRecords, ARepetitionLeavesARecordWithItsTime) {
  const auto store = make_memory_asset_store();
  EXPECT_THAT(run_task(record_asset(store.get(), record(1))), IsOk());
  EXPECT_THAT(run_task(record_asset(store.get(), record(9))), IsOk());
  EXPECT_EQ(run_task(store->find(record(1).id)).value(), record(1));
}

TEST(AssetRecords, AnotherFileInThePlaceReplacesIt) {
  const auto store = make_memory_asset_store();
  EXPECT_THAT(run_task(record_asset(store.get(), record(1))), IsOk());
  auto other = record(9);
  other.object_key = "images/b.webp", other.sha256 = std::string(64, 'b');
  EXPECT_THAT(run_task(record_asset(store.get(), other)), IsOk());
  EXPECT_EQ(run_task(store->find(other.id)).value(), other);
}

TEST(AssetRecords, ARefusedRecordNamesItsFile) {
  const auto store = make_memory_asset_store();
  auto wrong = record(1);
  wrong.url = std::string(5000, 'u');
  EXPECT_THAT(run_task(record_asset(store.get(), wrong)),
              FailsSaying(Errc::invalid_argument, testing::HasSubstr("record of images/a.webp: asset url")));
}

}  // namespace
}  // namespace imagegen::test
