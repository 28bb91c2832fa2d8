#include <atomic>
#include <thread>

#include "state/support/mongo_harness.hpp"
#include "support/loopback_server.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MongoFaults : public MongoTest {
 protected:
  StateOptions at_port(std::uint16_t port, std::chrono::milliseconds wait = std::chrono::seconds(1)) const {
    auto made = options();
    made.url = Secret("mongodb://u:hush-hush@127.0.0.1:" + std::to_string(port) + "/db");
    made.wait = wait;
    return made;
  }
  // Until it works, or for so long that it never will: the driver looks for its server twice a second.
  template <class Call>
  static bool works_soon(const Call& call) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < limit) {
      if (call()) return true;
    }
    return false;
  }
};

TEST_F(MongoFaults, NobodyListeningIsUnavailableAndNamesHostAndPort) {
  const RefusingPort port;
  const auto refused = open(at_port(port.port()));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(refused.error().retry, Retry::later);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(port.port())), Not(HasSubstr("hush"))));
}

TEST_F(MongoFaults, AServerThatSaysNothingIsUnavailableWhenTheTimeIsUp) {
  const SilentPort port;
  const auto refused = open(at_port(port.port(), std::chrono::milliseconds(200)));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hush")));
}

// mongo-java-server knows no users; a real server says what mongo_error_test.cpp has.
TEST_F(MongoFaults, AServerThatTakesNoPasswordIsAnErrorWithoutIt) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  const auto refused = open(at_port(server().port()));
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("MongoDB at 127.0.0.1"), Not(HasSubstr("hush"))));
}

TEST_F(MongoFaults, AUrlThatCannotBeReadIsNotQuoted) {
  for (const auto* url : {"mongodb://u:hu%zzsh@h/db", "mongodb://u:hush@h:x/db", "mongodb://u:hush@h",
                          "mongodb://u:hush@h/", "mongodb://", "mongodb://u:hush@/db"}) {
    auto options = this->options();
    options.url = Secret(url);
    const auto refused = open(options);
    ASSERT_TRUE(refused.has_error()) << url;
    EXPECT_EQ(refused.error().code, Errc::invalid_argument) << url;
    EXPECT_THAT(refused.error().message, Not(HasSubstr("hu"))) << url;
  }
}

TEST_F(MongoFaults, RefusesOptionsOutOfTheirLimits) {
  const auto refused = open(65);
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error().message, HasSubstr("1 to 64, got 65"));
  auto options = this->options();
  options.wait = std::chrono::milliseconds(0);
  EXPECT_EQ(open(options).error().code, Errc::invalid_argument);
}

TEST_F(MongoFaults, WorksAgainAfterTheServerWasAway) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  auto options = this->options();
  options.wait = std::chrono::milliseconds(500);
  const auto state = open(options).value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  server().stop();
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.jobs->claim(request("w"), at(1)), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.permits->acquire({"w/1", {{"p", 1, 0}}}), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.ledger->used("total"), IsOk()) << "the ledger is elsewhere";
  ASSERT_TRUE(server().start());
  EXPECT_TRUE(works_soon([&] { return state.jobs->find("a").has_value(); }));
  EXPECT_EQ(ids_of(state.jobs->claim(request("w"), at(1)).value()), std::vector<std::string>{"a"});
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)), IsOk());
}

TEST_F(MongoFaults, AWatchHearsAgainAfterTheServerWasAway) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  auto options = this->options();
  options.wait = std::chrono::milliseconds(500);
  const auto state = open(options).value(), other = open(options).value();
  std::atomic<int> calls{0};
  const auto watch = state.jobs->watch([&] { ++calls; });
  server().stop();
  ASSERT_TRUE(server().start());
  ASSERT_TRUE(works_soon([&] { return other.jobs->add(job_named("a"), at(0)).has_value(); }));
  EXPECT_TRUE(works_soon([&] { return calls > 0; }));
}

TEST_F(MongoFaults, AWatchEndsWhileTheServerIsAway) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  auto options = this->options();
  options.wait = std::chrono::milliseconds(500);
  const auto state = open(options).value();
  {
    const auto watch = state.jobs->watch([] {});
    server().stop();
  }
  ASSERT_TRUE(server().start());
  EXPECT_TRUE(works_soon([&] { return state.jobs->list({}).has_value(); }));
}

TEST_F(MongoFaults, MoreThreadsThanConnectionsWaitForEachOther) {
  const auto state = open(1).value();
  std::atomic<int> added{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&, t] { added += state.jobs->add(job_named("j" + std::to_string(t)), at(0)) ? 1 : 0; });
    }
  }
  EXPECT_EQ(added, 16);
}

}  // namespace
}  // namespace imagegen::test
