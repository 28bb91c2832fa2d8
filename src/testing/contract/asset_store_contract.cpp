#include <imagegen/testing/contract/asset_store_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace imagegen::test {

AssetRecord AssetStoreContract::asset_named(const std::string& id, int ms) {
  AssetRecord asset;
  asset.id = id, asset.kind = "master", asset.object_key = "masters/" + id + ".png", asset.sha256 = digest('0');
  asset.created = at(ms);
  return asset;
}

AssetRecord AssetStoreContract::full_asset() {
  AssetRecord asset = asset_named("a", 5);
  asset.kind = "rendition", asset.url = "https://cdn.test/a.webp?x='1'", asset.content_type = "image/webp";
  asset.size = {1920, 800}, asset.size_bytes = 5'000'000'000;
  asset.job_id = "j-1", asset.owner = "u 'quoted' ünï", asset.provider = "openai", asset.model = "gpt-image-1";
  asset.prompt_sha256 = digest('f'), asset.extra = R"({"t":"ünï\u0000","n":1.50})";
  return asset;
}

Result<void> AssetStoreContract::put(AssetRecord asset) {
  return harness_->run(assets().put(std::move(asset)));
}

std::optional<AssetRecord> AssetStoreContract::found(const std::string& id) {
  return harness_->run(assets().find(id)).value();
}

Result<AssetPage> AssetStoreContract::page(AssetQuery query) {
  return harness_->run(assets().list(std::move(query)));
}

Result<void> AssetStoreContract::remove(const std::string& id) {
  return harness_->run(assets().remove(id));
}

std::vector<std::string> AssetStoreContract::ids(AssetQuery query) {
  std::vector<std::string> all;
  for (const AssetRecord& asset : page(std::move(query)).value().assets) all.push_back(asset.id);
  return all;
}

void AssetStoreContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AssetStoreContract);

TEST_P(AssetStoreContract, GivesBackWhatWasPut) {
  ASSERT_THAT(put(full_asset()), IsOk());
  EXPECT_EQ(found("a"), full_asset());
  EXPECT_EQ(page({}).value().assets, std::vector{full_asset()});
}

TEST_P(AssetStoreContract, KeepsWhatIsEmptyEmpty) {
  ASSERT_THAT(put(asset_named("a")), IsOk());
  EXPECT_EQ(found("a"), asset_named("a"));
}

TEST_P(AssetStoreContract, ReplacesTheRecordOfAnId) {
  ASSERT_THAT(put(asset_named("a", 1)), IsOk());
  ASSERT_THAT(put(asset_named("b", 5)), IsOk());
  AssetRecord later = asset_named("a", 9);
  later.owner = "v";
  ASSERT_THAT(put(later), IsOk());
  EXPECT_EQ(found("a"), later);
  EXPECT_THAT(ids({}), testing::ElementsAre("a", "b"));
}

TEST_P(AssetStoreContract, KnowsWhatIsNotThere) {
  EXPECT_FALSE(found("a"));
  EXPECT_FALSE(found("'; no id"));
  EXPECT_THAT(remove("a"), IsOk());
  EXPECT_THAT(ids({}), testing::IsEmpty());
}

TEST_P(AssetStoreContract, ForgetsWhatIsRemoved) {
  ASSERT_THAT(put(asset_named("a")), IsOk());
  ASSERT_THAT(put(asset_named("b")), IsOk());
  ASSERT_THAT(remove("a"), IsOk());
  EXPECT_FALSE(found("a"));
  EXPECT_THAT(ids({}), testing::ElementsAre("b"));
}

TEST_P(AssetStoreContract, RefusesARecordOutOfItsLimitsAndKeepsNothing) {
  AssetRecord asset = asset_named("a");
  asset.extra = std::string((64U << 10U) + 1, ' ');
  EXPECT_THAT(put(asset), FailsSaying(Errc::invalid_argument, testing::HasSubstr("extra")));
  EXPECT_FALSE(found("a"));
}

TEST_P(AssetStoreContract, ListsTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(put(asset_named("a" + std::to_string(i), i / 2)), IsOk());
  AssetQuery query;
  query.limit = 2;
  EXPECT_THAT(ids(query), testing::ElementsAre("a4", "a3"));
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), testing::ElementsAre("a2", "a1"));
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), testing::ElementsAre("a0"));
  EXPECT_EQ(page(query).value().next, "");
}

TEST_P(AssetStoreContract, AFullLastPageIsTheLast) {
  ASSERT_THAT(put(asset_named("a")), IsOk());
  AssetQuery query;
  query.limit = 1;
  EXPECT_EQ(page(query).value().next, "");
}

TEST_P(AssetStoreContract, OrdersIdsByTheirBytes) {
  for (const auto* id : {"a", "B", "_", "-", "Z", "0", "b.1", "b-1"})
    ASSERT_THAT(put(asset_named(id)), IsOk());
  EXPECT_THAT(ids({}), testing::ElementsAre("b.1", "b-1", "a", "_", "Z", "B", "0", "-"));
  AssetQuery query;
  query.limit = 4;
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), testing::ElementsAre("Z", "B", "0", "-"));
}

TEST_P(AssetStoreContract, ListsWhatIsAskedFor) {
  AssetRecord other = asset_named("b", 1);
  other.job_id = "j", other.owner = "u", other.kind = "rendition", other.sha256 = digest('1');
  ASSERT_THAT(put(asset_named("a", 0)), IsOk());
  ASSERT_THAT(put(other), IsOk());
  AssetQuery of_job, of_owner, of_kind, of_digest, of_none;
  of_job.job_id = "j", of_owner.owner = "u", of_kind.kind = "rendition", of_digest.sha256 = digest('1');
  for (const auto& query : {of_job, of_owner, of_kind, of_digest})
    EXPECT_THAT(ids(query), testing::ElementsAre("b"));
  of_none.job_id = "j", of_none.kind = "master";
  EXPECT_THAT(ids(of_none), testing::IsEmpty());
}

TEST_P(AssetStoreContract, AnEmptyFilterAsksForWhatIsEmpty) {
  AssetRecord owned = asset_named("b", 1);
  owned.owner = "u";
  ASSERT_THAT(put(asset_named("a", 0)), IsOk());
  ASSERT_THAT(put(owned), IsOk());
  AssetQuery query;
  query.owner = "";
  EXPECT_THAT(ids(query), testing::ElementsAre("a"));
}

TEST_P(AssetStoreContract, KeepsTimesBefore1970InOrder) {
  AssetRecord old = asset_named("old"), older = asset_named("older");
  old.created = from_unix_ms(-1), older.created = from_unix_ms(-2);
  ASSERT_THAT(put(old), IsOk());
  ASSERT_THAT(put(older), IsOk());
  AssetQuery query;
  query.limit = 1;
  EXPECT_THAT(ids(query), testing::ElementsAre("old"));
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), testing::ElementsAre("older"));
}

TEST_P(AssetStoreContract, RefusesAPageOutOfItsLimits) {
  AssetQuery query;
  for (const auto* after : {"x", "12", "12-", "-1-a b", "12-'; drop"}) {
    query.after = after;
    EXPECT_THAT(page(query), FailsWith(Errc::invalid_argument)) << after;
  }
  query.after = "";
  for (const int limit : {0, -1, 1001}) {
    query.limit = limit;
    EXPECT_THAT(page(query), FailsWith(Errc::invalid_argument)) << limit;
  }
}

TEST_P(AssetStoreContract, MayBeUsedFromManyThreads) {
  constexpr int kThreads = 4, kEach = 25;
  auto& runners = runners_;
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        IoRunner& runner = runners.at(static_cast<std::size_t>(t));
        for (int i = 0; i < kEach; ++i) {
          const AssetRecord asset = asset_named(std::to_string(t) + "-" + std::to_string(i), i);
          if (!runner.run(assets().put(asset)) || !runner.run(assets().find(asset.id)).value())
            ++failed;
        }
      });
    }
  }
  AssetQuery query;
  query.limit = 1000;
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(ids(query).size(), static_cast<std::size_t>(kThreads * kEach));
}

}  // namespace imagegen::test
