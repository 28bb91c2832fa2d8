// What all providers with tasks have in common, over real sockets: the service counts what it would send a bill for.
#include <imagegen/testing/contract/image_provider_contract.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gmock/gmock.h>

#include "support/faults.hpp"
#include "support/matchers.hpp"
#include "support/tasks/task_provider.hpp"
#include "support/tasks/task_server.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Lt;
using ::testing::Pair;

HttpClientOptions allowing(const TaskServer& server) {
  HttpClientOptions options;
  options.allowed_hosts = {server.host()};
  return options;
}

struct TasksHarness : ImageProviderHarness {
  ImageProvider& provider() override { return provider_; }
  Clock& clock() override { return system_clock(); }
  int requests() const override { return server_.calls("submit"); }
  bool is_remote() const override { return true; }
  void hold_next() override { server_.fail_next("submit", faults::silence()); }

  TaskServer server_;
  std::unique_ptr<HttpClient> http_ = make_http_client(allowing(server_)).value();
  TaskProvider provider_{*http_, system_clock(), server_.url(), true};
};

INSTANTIATE_TEST_SUITE_P(Tasks, ImageProviderContract, testing::Values(harness<TasksHarness>()));

class TasksTest : public ::testing::Test {
 protected:
  Result<Submission> submit(const std::string& id = "t-1") {
    ImageRequest request;
    request.prompt.text = "a boat", request.task_id = id;
    return io_.run(provider_.submit(std::move(request), {}));
  }
  Result<GeneratedImages> resume(const std::string& id = "t-1") {
    return io_.run(provider_.resume({"tasks", id, {}}, {}));
  }
  // That the task, whatever goes wrong with calls of this name, is bought once and comes to its whole picture.
  void expect_in_spite_of(const std::string& call, const Fault& fault) {
    SCOPED_TRACE(call + ": " + fault.name);
    const auto id = "t-" + std::to_string(++tasks_);
    ASSERT_THAT(submit(id), IsOk());
    server_.fail_next(call, fault);
    const auto made = resume(id);
    ASSERT_THAT(made, IsOk());
    EXPECT_TRUE(as_text(made->images.at(0).file).ends_with("IEND\xAE\x42\x60\x82"));
    EXPECT_EQ(server_.accepted(), tasks_);
    EXPECT_THAT(server_.take_faults(), IsEmpty()) << "nothing went wrong";
  }

  IoRunner io_;
  ManualClock clock_{ManualClock::Mode::jumping};
  TaskServer server_;
  std::unique_ptr<HttpClient> http_ = make_http_client(allowing(server_)).value();
  TaskProvider provider_{*http_, clock_, server_.url(), true};
  int tasks_ = 0;
};

TEST_F(TasksTest, APollThatFailsIsAskedAgain) {
  for (const auto& fault : {faults::reset_after_request(), faults::closed_after_request(), faults::bad_gateway(),
                            faults::gateway_timeout()})
    expect_in_spite_of("poll", fault);
}

TEST_F(TasksTest, APictureThatBreaksOffIsFetchedAgain) {
  for (const auto& fault : {faults::cut_short(), faults::reset_in_body(), faults::closed_after_request(),
                            faults::bad_gateway()})
    expect_in_spite_of("picture", fault);
}

TEST_F(TasksTest, AfterSomethingElseThanAPictureTheTaskIsStillThere) {
  ASSERT_THAT(submit(), IsOk());
  server_.fail_next("picture", faults::html());
  EXPECT_THAT(resume(), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(resume(), IsOk());
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(TasksTest, APictureMayComeInAnyFraming) {
  for (const auto& fault :
       {faults::chunked(), faults::wrong_content_type(), faults::drip(std::chrono::milliseconds(0))})
    expect_in_spite_of("picture", fault);
}

TEST_F(TasksTest, ComesBackWhenTheServiceSaysSo) {
  for (const auto& headers : faults::forms_of_retry_after())
    expect_in_spite_of("poll", faults::refused("429", Reply::of(429, "too many", headers)));
  const auto second = std::chrono::milliseconds(1000), more = std::chrono::milliseconds(1500);
  EXPECT_THAT(clock_.sleeps(), Contains(AllOf(Ge(second), Lt(more))));
  EXPECT_THAT(clock_.sleeps(), Contains(Ge(more)));
}

TEST_F(TasksTest, ASubmissionWhoseAnswerIsLostIsFoundByItsIdAndNotSentAgain) {
  server_.fail_next("submit", faults::reset_after_request());
  const auto lost = submit();
  ASSERT_TRUE(lost.has_error());
  EXPECT_EQ(lost.error().delivery, Delivery::unknown);
  EXPECT_THAT(resume(), IsOk());
  EXPECT_THAT(server_.purchases(), ElementsAre(Pair("a boat#0", 1)));
  EXPECT_EQ(server_.calls("submit"), 1);
}

TEST_F(TasksTest, ASubmissionThatIsRefusedIsNoPurchase) {
  server_.fail_next("submit", faults::refused("422", Reply::json(R"({"detail":"no"})", 422)));
  EXPECT_TRUE(submit().has_error());
  EXPECT_EQ(server_.accepted(), 0);
  EXPECT_THAT(resume(), FailsWith(Errc::not_found));
}

}  // namespace
}  // namespace imagegen::test
