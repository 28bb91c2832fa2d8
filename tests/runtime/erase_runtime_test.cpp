// A user of a runtime, erased after a worker has done the user's jobs.
#include <imagegen/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include "runtime/two_shots.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::TempFolder;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EraseOfARuntime : public testing::Test {
 protected:
  EraseOfARuntime() {
    RuntimeConfig config;
    config.state.url = Secret("sqlite:" + (folder_ / "state.db"));
    config.store = "file:" + (folder_ / "store");
    runtime_ = Runtime::open(config).value();
  }

  void draw(const std::string& owner, const std::string& prompt) {
    const auto body = R"({"intent":"hero","rawPrompt":"an animal","finalPrompt":")" + prompt + R"(","imageCount":2})";
    const auto answer = runtime_->wait(
        execute_prompt(prompt_services(*runtime_).value(), prompt_options(*runtime_), owner, body));
    ASSERT_EQ(answer.status, 202) << answer.body;
    WorkerOptions options;
    options.until_idle = true;
    ASSERT_THAT(runtime_->work(options, {}), test::IsOk());
  }
  HeroResult make_heroes(const std::string& owner) {
    auto options = hero_options(*runtime_);
    options.booking.user = owner;
    return std::get<HeroResult>(run_heroes(*runtime_, options, "wi-1", test::two_shots(), {}));
  }
  EraseReport erase(const std::string& user) {
    EraseRequest request;
    request.person.id = user;
    return runtime_->wait(erase_person(*runtime_, std::move(request))).value();
  }
  std::vector<std::string> files() {
    std::vector<std::string> found;
    for (const auto& object : runtime_->wait(runtime_->store().list("", 1000, "")).value()) found.push_back(object.key);
    return found;
  }
  std::string bytes() {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      if (entry.is_regular_file()) all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  TempFolder folder_;
  std::unique_ptr<Runtime> runtime_;
};

TEST_F(EraseOfARuntime, LeavesNothingOfPromptJobs) {
  draw("ada", "a fox in deep snow");
  draw("bo", "an owl at night");
  const auto before = files();
  const auto report = erase("ada");
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.jobs, 1);
  EXPECT_EQ(report.purchases, 2);
  EXPECT_EQ(report.assets, 2);
  EXPECT_EQ(files().size(), before.size() / 2) << "bo's are there";
  EXPECT_EQ(bytes().find("a fox in deep snow"), std::string::npos);
  EXPECT_NE(bytes().find("an owl at night"), std::string::npos);
  EXPECT_TRUE(erase("ada").found_nothing());
  erase("bo");
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(EraseOfARuntime, AWorkItemCanBeMadeAgainAfterwards) {
  ASSERT_THAT(make_heroes("ada").generated, SizeIs(2));
  const auto report = erase("ada");
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.jobs, 1);
  EXPECT_THAT(files(), IsEmpty());
  const auto again = make_heroes("bo");
  EXPECT_THAT(again.generated, SizeIs(2));
  EXPECT_THAT(again.failed, IsEmpty());
  EXPECT_EQ(again.cost.images_bought, 2) << "the ones before are gone";
}

TEST_F(EraseOfARuntime, WhatAUserAndNobodyHaveBothMadeStays) {
  ASSERT_THAT(make_heroes("").generated, SizeIs(2));
  const auto before = files();
  EXPECT_TRUE(erase("ada").found_nothing());
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace imagegen
