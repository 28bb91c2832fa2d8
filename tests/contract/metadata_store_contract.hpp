#pragma once
#include <imagegen/metadata/metadata_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "contract/io_runner.hpp"
#include "support/matchers.hpp"

namespace imagegen {

/// For GoogleTest.
inline void PrintTo(const AssetRecord& asset, std::ostream* out) {
  *out << asset.kind << " " << asset.id << " of " << to_rfc3339(asset.created) << ", job \"" << asset.job_id << "\"";
}

namespace test {

/// \file What every MetadataStore must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, MetadataStoreContract, MemoryMetadataHarness);
///
/// A harness is default-constructible, gives an empty store, and has
///     MetadataStore& metadata();    // not called when no_store() says something
///     std::string no_store() const; // why there is none here; else empty
/// and run(Task), which IoRunner gives when it is the base.
template <class Harness>
class MetadataStoreContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  MetadataStore& metadata() { return harness_.metadata(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static std::string digest(char digit) { return std::string(64, digit); }
  static AssetRecord asset_named(const std::string& id, int ms = 0) {
    AssetRecord asset;
    asset.id = id, asset.kind = "master", asset.object_key = "masters/" + id + ".png", asset.sha256 = digest('0');
    asset.created = at(ms);
    return asset;
  }
  static AssetRecord full_asset() {
    AssetRecord asset = asset_named("a", 5);
    asset.kind = "rendition", asset.url = "https://cdn.test/a.webp?x='1'", asset.content_type = "image/webp";
    asset.size = {1920, 800}, asset.size_bytes = 5'000'000'000;
    asset.job_id = "j-1", asset.owner = "u 'quoted' ünï", asset.provider = "openai", asset.model = "gpt-image-1";
    asset.prompt_sha256 = digest('f'), asset.extra = R"({"t":"ünï\u0000","n":1.50})";
    return asset;
  }
  Result<void> put(AssetRecord asset) { return harness_.run(metadata().put(std::move(asset))); }
  std::optional<AssetRecord> found(const std::string& id) { return harness_.run(metadata().find(id)).value(); }
  Result<AssetPage> page(AssetQuery query) { return harness_.run(metadata().list(std::move(query))); }
  Result<void> remove(const std::string& id) { return harness_.run(metadata().remove(id)); }
  std::vector<std::string> ids(AssetQuery query) {
    std::vector<std::string> all;
    for (const AssetRecord& asset : page(std::move(query)).value().assets) all.push_back(asset.id);
    return all;
  }

  std::array<IoRunner, 4> runners_;  // of threads; before the harness, whose pool posts to them
  Harness harness_;
};

TYPED_TEST_SUITE_P(MetadataStoreContract);

TYPED_TEST_P(MetadataStoreContract, GivesBackWhatWasPut) {
  ASSERT_THAT(this->put(this->full_asset()), IsOk());
  EXPECT_EQ(this->found("a"), this->full_asset());
  EXPECT_EQ(this->page({}).value().assets, std::vector{this->full_asset()});
}

TYPED_TEST_P(MetadataStoreContract, KeepsWhatIsEmptyEmpty) {
  ASSERT_THAT(this->put(this->asset_named("a")), IsOk());
  EXPECT_EQ(this->found("a"), this->asset_named("a"));
}

TYPED_TEST_P(MetadataStoreContract, ReplacesTheRecordOfAnId) {
  ASSERT_THAT(this->put(this->asset_named("a", 1)), IsOk());
  ASSERT_THAT(this->put(this->asset_named("b", 5)), IsOk());
  AssetRecord later = this->asset_named("a", 9);
  later.owner = "v";
  ASSERT_THAT(this->put(later), IsOk());
  EXPECT_EQ(this->found("a"), later);
  EXPECT_THAT(this->ids({}), testing::ElementsAre("a", "b"));
}

TYPED_TEST_P(MetadataStoreContract, KnowsWhatIsNotThere) {
  EXPECT_FALSE(this->found("a"));
  EXPECT_FALSE(this->found("'; no id"));
  EXPECT_THAT(this->remove("a"), IsOk());
  EXPECT_THAT(this->ids({}), testing::IsEmpty());
}

TYPED_TEST_P(MetadataStoreContract, ForgetsWhatIsRemoved) {
  ASSERT_THAT(this->put(this->asset_named("a")), IsOk());
  ASSERT_THAT(this->put(this->asset_named("b")), IsOk());
  ASSERT_THAT(this->remove("a"), IsOk());
  EXPECT_FALSE(this->found("a"));
  EXPECT_THAT(this->ids({}), testing::ElementsAre("b"));
}

TYPED_TEST_P(MetadataStoreContract, RefusesARecordOutOfItsLimitsAndKeepsNothing) {
  AssetRecord asset = this->asset_named("a");
  asset.extra = std::string((64U << 10U) + 1, ' ');
  EXPECT_THAT(this->put(asset), FailsSaying(Errc::invalid_argument, testing::HasSubstr("extra")));
  EXPECT_FALSE(this->found("a"));
}

TYPED_TEST_P(MetadataStoreContract, ListsTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(this->put(this->asset_named("a" + std::to_string(i), i / 2)), IsOk());
  AssetQuery query;
  query.limit = 2;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("a4", "a3"));
  query.after = this->page(query).value().next;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("a2", "a1"));
  query.after = this->page(query).value().next;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("a0"));
  EXPECT_EQ(this->page(query).value().next, "");
}

TYPED_TEST_P(MetadataStoreContract, AFullLastPageIsTheLast) {
  ASSERT_THAT(this->put(this->asset_named("a")), IsOk());
  AssetQuery query;
  query.limit = 1;
  EXPECT_EQ(this->page(query).value().next, "");
}

TYPED_TEST_P(MetadataStoreContract, OrdersIdsByTheirBytes) {
  for (const auto* id : {"a", "B", "_", "-", "Z", "0", "b.1", "b-1"})
    ASSERT_THAT(this->put(this->asset_named(id)), IsOk());
  EXPECT_THAT(this->ids({}), testing::ElementsAre("b.1", "b-1", "a", "_", "Z", "B", "0", "-"));
  AssetQuery query;
  query.limit = 4;
  query.after = this->page(query).value().next;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("Z", "B", "0", "-"));
}

TYPED_TEST_P(MetadataStoreContract, ListsWhatIsAskedFor) {
  AssetRecord other = this->asset_named("b", 1);
  other.job_id = "j", other.owner = "u", other.kind = "rendition", other.sha256 = this->digest('1');
  ASSERT_THAT(this->put(this->asset_named("a", 0)), IsOk());
  ASSERT_THAT(this->put(other), IsOk());
  AssetQuery of_job, of_owner, of_kind, of_digest, of_none;
  of_job.job_id = "j", of_owner.owner = "u", of_kind.kind = "rendition", of_digest.sha256 = this->digest('1');
  for (const auto& query : {of_job, of_owner, of_kind, of_digest})
    EXPECT_THAT(this->ids(query), testing::ElementsAre("b"));
  of_none.job_id = "j", of_none.kind = "master";
  EXPECT_THAT(this->ids(of_none), testing::IsEmpty());
}

TYPED_TEST_P(MetadataStoreContract, AnEmptyFilterAsksForWhatIsEmpty) {
  AssetRecord owned = this->asset_named("b", 1);
  owned.owner = "u";
  ASSERT_THAT(this->put(this->asset_named("a", 0)), IsOk());
  ASSERT_THAT(this->put(owned), IsOk());
  AssetQuery query;
  query.owner = "";
  EXPECT_THAT(this->ids(query), testing::ElementsAre("a"));
}

TYPED_TEST_P(MetadataStoreContract, KeepsTimesBefore1970InOrder) {
  AssetRecord old = this->asset_named("old"), older = this->asset_named("older");
  old.created = from_unix_ms(-1), older.created = from_unix_ms(-2);
  ASSERT_THAT(this->put(old), IsOk());
  ASSERT_THAT(this->put(older), IsOk());
  AssetQuery query;
  query.limit = 1;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("old"));
  query.after = this->page(query).value().next;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("older"));
}

TYPED_TEST_P(MetadataStoreContract, RefusesAPageOutOfItsLimits) {
  AssetQuery query;
  for (const auto* after : {"x", "12", "12-", "-1-a b", "12-'; drop"}) {
    query.after = after;
    EXPECT_THAT(this->page(query), FailsWith(Errc::invalid_argument)) << after;
  }
  query.after = "";
  for (const int limit : {0, -1, 1001}) {
    query.limit = limit;
    EXPECT_THAT(this->page(query), FailsWith(Errc::invalid_argument)) << limit;
  }
}

TYPED_TEST_P(MetadataStoreContract, MayBeUsedFromManyThreads) {
  constexpr int kThreads = 4, kEach = 25;
  auto& runners = this->runners_;
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        IoRunner& runner = runners.at(static_cast<std::size_t>(t));
        for (int i = 0; i < kEach; ++i) {
          const AssetRecord asset = this->asset_named(std::to_string(t) + "-" + std::to_string(i), i);
          if (!runner.run(this->metadata().put(asset)) || !runner.run(this->metadata().find(asset.id)).value())
            ++failed;
        }
      });
    }
  }
  AssetQuery query;
  query.limit = 1000;
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(this->ids(query).size(), static_cast<std::size_t>(kThreads * kEach));
}

REGISTER_TYPED_TEST_SUITE_P(MetadataStoreContract, GivesBackWhatWasPut, KeepsWhatIsEmptyEmpty, ReplacesTheRecordOfAnId,
                            KnowsWhatIsNotThere, ForgetsWhatIsRemoved, RefusesARecordOutOfItsLimitsAndKeepsNothing,
                            ListsTheNewestFirstInPages, AFullLastPageIsTheLast, OrdersIdsByTheirBytes,
                            ListsWhatIsAskedFor, AnEmptyFilterAsksForWhatIsEmpty, KeepsTimesBefore1970InOrder,
                            RefusesAPageOutOfItsLimits, MayBeUsedFromManyThreads);

}  // namespace test
}  // namespace imagegen
