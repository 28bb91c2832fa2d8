// What is recorded of the pictures of prompt jobs, done by a worker.
#include <imagegen/core/digest.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <algorithm>

#include "support/matchers.hpp"
#include "workflow/pictures.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Fails its next writes as told.
class FlakyAssets : public AssetStore {
 public:
  Task<Result<void>> put(AssetRecord asset) override {
    ++puts;
    if (failures-- > 0) co_return error;
    co_return co_await inner_->put(std::move(asset));
  }
  Task<Result<std::optional<AssetRecord>>> find(std::string id) override { return inner_->find(std::move(id)); }
  Task<Result<AssetPage>> list(AssetQuery query) override { return inner_->list(std::move(query)); }
  Task<Result<void>> remove(std::string id) override { return inner_->remove(std::move(id)); }

  int puts = 0, failures = 0;
  Error error{Errc::unavailable, "the database is away"};

 private:
  std::unique_ptr<AssetStore> inner_ = make_memory_asset_store();
};

class PromptRecords : public testing::Test {
 protected:
  PromptServices services() {
    PromptServices made{{providers_, *store_, *ledger_, pool_, system_clock(), prices_}, make_local_enhancer()};
    made.jobs = jobs_.get();
    made.assets = &assets_;
    return made;
  }
  std::string queue(int images) {
    const auto body = R"({"intent":"hero","rawPrompt":"r","finalPrompt":"a boat","imageCount":)";
    const auto answer = io_.run(execute_prompt(services(), options(), "u-1", body + std::to_string(images) + "}"));
    return std::string(boost::json::parse(answer.body).at("jobId").as_string());
  }
  void work(int most_tries = 5) {
    WorkerOptions options;
    options.until_idle = true, options.most_tries = most_tries;
    options.base_delay = options.max_delay = std::chrono::milliseconds(1);
    Worker worker(*jobs_, pool_, system_clock(),
                  {{std::string(kPromptJobKind), prompt_job_handler(services(), this->options())}}, std::move(options));
    ASSERT_THAT(io_.run(worker.run({})), IsOk());
  }
  Job job(const std::string& id) { return jobs_->find(id).value().value(); }
  std::vector<AssetRecord> records(const std::string& id) {
    AssetQuery query;
    query.job_id = id;
    return io_.run(assets_.list(query))->assets;
  }
  static PromptOptions options() {
    PromptOptions made;
    made.size = {48, 32};
    return made;
  }

  IoRunner io_;
  ThreadPool pool_{1};
  int made_ = 0;
  FakeProvider fake_{[this](PixelSize size) { return picture(size, ++made_); }};
  ProviderSet providers_{fake_};
  std::unique_ptr<ObjectStore> store_ = make_memory_store();
  std::unique_ptr<JobStore> jobs_ = make_memory_job_store();
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  FlakyAssets assets_;
  PriceTable prices_ = PriceTable::built_in();
};

TEST_F(PromptRecords, EachPublishedPictureHasOneThatSaysAll) {
  const auto id = queue(2);
  work();
  const auto images = read_prompt_job(job(id))->images;
  const auto all = records(id);
  ASSERT_EQ(all.size(), 2U);
  for (const AssetRecord& record : all) {
    const auto extra = boost::json::parse(record.extra);
    const auto& image = images.at(extra.at("slot").to_number<std::size_t>());
    const auto file = io_.run(store_->get(ObjectKey::parse(record.object_key).value(), 1U << 20U)).value();
    EXPECT_EQ(record.object_key, image.key);
    EXPECT_EQ(record.url, image.url);
    EXPECT_EQ(record.sha256, to_hex(sha256(file)));
    EXPECT_EQ(record.size_bytes, file.size());
    EXPECT_EQ(record.size, (PixelSize{48, 32}));
    EXPECT_EQ(record.kind, "rendition");
    EXPECT_EQ(record.content_type, "image/webp");
    EXPECT_EQ(record.owner, "u-1");
    EXPECT_EQ(record.provider, "fake");
    EXPECT_EQ(record.model, "fake-1");
    EXPECT_EQ(record.prompt_sha256, to_hex(sha256("a boat")));
    EXPECT_EQ(extra.at("purchase").as_string(), image.purchase_id);
    const auto master = ObjectKey::parse(std::string(extra.at("master").as_string())).value();
    EXPECT_TRUE(io_.run(store_->head(master)).value()) << "where the picture is as it was bought";
  }
}

TEST_F(PromptRecords, APictureOfAnotherSizeThanAskedSaysSo) {
  fake_.answer_with_file(picture({24, 16}, 1));
  const auto id = queue(2);
  work();
  const std::string note = "the provider was asked for 48x32 px and made 24x16 px";
  int noted = 0;
  for (const AssetRecord& record : records(id)) {
    const auto extra = boost::json::parse(record.extra).as_object();
    EXPECT_EQ(extra.contains("note"), record.size == (PixelSize{24, 16}));
    if (!extra.contains("note")) continue;
    EXPECT_EQ(extra.at("note").as_string(), note);
    ++noted;
  }
  EXPECT_EQ(noted, 1);
  const auto events = jobs_->events(id).value();
  EXPECT_EQ(std::ranges::count_if(events,
                                  [&](const JobEvent& event) { return event.detail.find(note) != std::string::npos; }),
            1);
}

TEST_F(PromptRecords, WhatCannotBeRecordedIsTriedAgainAndNeverBoughtAgain) {
  assets_.failures = 2;
  const auto id = queue(2);
  work();
  EXPECT_EQ(job(id).state, JobState::succeeded);
  EXPECT_EQ(job(id).attempt, 3);
  EXPECT_EQ(fake_.accepted, 2);
  EXPECT_EQ(records(id).size(), 2U);
}

TEST_F(PromptRecords, AJobThatWasNeverRecordedFailsAndFindsItsPictureOnRetry) {
  assets_.failures = 1000;
  const auto id = queue(1);
  work(2);
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_THAT(job(id).error, StartsWith("UNAVAILABLE: image 1: record of images/"));
  EXPECT_THAT(job(id).error, HasSubstr("the database is away"));
  assets_.failures = 0;
  EXPECT_EQ(io_.run(retry_prompt_job(services(), id)).status, 200);
  work();
  EXPECT_EQ(job(id).state, JobState::succeeded);
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_EQ(records(id).size(), 1U);
}

TEST_F(PromptRecords, ARecordThatIsRefusedIsNotTriedAgainByItself) {
  assets_.failures = 1000, assets_.error = Error(Errc::invalid_argument, "asset url: too long");
  const auto id = queue(1);
  work();
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).attempt, 1);
  EXPECT_EQ(assets_.puts, 1);
}

}  // namespace
}  // namespace imagegen::test
