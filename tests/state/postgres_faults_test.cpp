#include <atomic>
#include <thread>

#include "state/support/postgres_harness.hpp"
#include "support/loopback_server.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PostgresFaults : public PostgresTest {
 protected:
  static std::string url_at(std::uint16_t port) {
    return "postgres://u:hush-hush@127.0.0.1:" + std::to_string(port) + "/db";
  }
};

TEST_F(PostgresFaults, NobodyListeningIsUnavailableAndNamesHostAndPort) {
  const RefusingPort port;
  const auto refused = open(url_at(port.port()));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(refused.error().retry, Retry::later);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(port.port())), Not(HasSubstr("hush"))));
}

TEST_F(PostgresFaults, AServerThatSaysNothingIsUnavailableWhenTheTimeIsUp) {
  const SilentPort port;
  auto options = postgres_options(url_at(port.port()));
  options.wait = std::chrono::milliseconds(100);
  const auto refused = open_state(options, pool_);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("100 ms"), Not(HasSubstr("hush"))));
}

TEST_F(PostgresFaults, AWrongPasswordIsDeniedAndNotPrinted) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  const auto url = [&](const std::string& password) {
    return "postgres://locked:" + password + "@127.0.0.1:" + std::to_string(server().port()) + "/postgres";
  };
  const auto refused = open(url("hush-hush"));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::permission_denied);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("password"), Not(HasSubstr("hush"))));
  // The right one gets in, and is then told that it may not make tables there.
  const auto in = open(url("right"));
  ASSERT_TRUE(in.has_error());
  EXPECT_THAT(in.error().message, AllOf(HasSubstr("42501"), Not(HasSubstr("right password"))));
}

TEST_F(PostgresFaults, AUrlThatCannotBeReadIsNotQuoted) {
  for (const auto* url : {"postgres://u:hu%zzsh@h/db", "postgres://u:hu@sh:1@h/db", "postgres://u:hush@h:x@y/db",
                          "postgres://u:hush@h/db?no_such_option=1"}) {
    const auto refused = open(url);
    ASSERT_TRUE(refused.has_error()) << url;
    EXPECT_EQ(refused.error().code, Errc::invalid_argument) << url;
    EXPECT_THAT(refused.error().message, Not(HasSubstr("sh"))) << url;
  }
}

TEST_F(PostgresFaults, RefusesOptionsOutOfTheirLimits) {
  auto options = postgres_options(server().url("postgres"));
  options.connections = 65;
  const auto refused = open_state(options, pool_);
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error().message, HasSubstr("1 to 64, got 65"));
}

TEST_F(PostgresFaults, ATextThatCannotBeStoredIsRefusedByName) {
  const TestSchema schema;
  const auto state = open(schema.url()).value();
  auto job = job_named("a");
  job.input = std::string("{\"a\":\"\0\"}", 9);
  EXPECT_THAT(state.jobs->add(job, at(0)), FailsSaying(Errc::invalid_argument, HasSubstr("job input")));
  job.input = "\xC3(";
  EXPECT_THAT(state.jobs->add(job, at(0)), FailsSaying(Errc::invalid_argument, HasSubstr("job input")));
  EXPECT_FALSE(state.jobs->find("a").value());
  auto purchase = intent("j");
  purchase.user = std::string("u\0v", 3);
  EXPECT_THAT(state.ledger->reserve(purchase, {}, at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(state.ledger->used("total").value().used, Usd{});
}

TEST_F(PostgresFaults, QuotesAndBackslashesTravelUnharmed) {
  const TestSchema schema;
  const auto state = open(schema.url()).value();
  const std::string odd = R"(a"b\c'd,{}NULL)";
  ASSERT_THAT(state.jobs->add(job_named("a", odd), at(0)), IsOk());
  auto request = this->request(odd);
  request.kinds = {odd, "prompt"}, request.max_running_per_owner = 1;
  const auto claimed = state.jobs->claim(request, at(1)).value();
  ASSERT_EQ(claimed.size(), 1U);
  JobUpdate update;
  update.error = odd, update.output = odd, update.notes = {{odd, odd}};
  ASSERT_THAT(state.jobs->update(claim_of(claimed[0]), update, at(2)), IsOk());
  const Job found = state.jobs->find("a").value().value();
  EXPECT_EQ(found.owner, odd);
  EXPECT_EQ(found.worker, odd);
  EXPECT_EQ(found.error, odd);
  EXPECT_EQ(found.output, odd);
  EXPECT_EQ(state.jobs->events("a").value().back().detail, odd);
}

TEST_F(PostgresFaults, ALockThatAnotherHoldsEndsAsUnavailable) {
  const TestDatabase database;
  auto options = postgres_options(database.url());
  options.wait = std::chrono::milliseconds(50);
  const auto state = open_state(options, pool_).value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  {
    const TestSession other(database.url());
    other.run("BEGIN; SELECT * FROM imagegen_jobs FOR UPDATE");
    EXPECT_THAT(state.jobs->cancel("a", at(1)), FailsWith(Errc::unavailable));
  }
  EXPECT_THAT(state.jobs->cancel("a", at(1)), IsOk());
}

TEST_F(PostgresFaults, TheTestServerIsKnownByItsFolder) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  const TempFolder another;
  EXPECT_TRUE(PostgresServer::serves(server().port(), server().data()));
  EXPECT_FALSE(PostgresServer::serves(server().port(), another.path().string())) << "a stranger's is not ours";
}

TEST_F(PostgresFaults, WorksAgainAfterTheServerWasAway) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  const TestSchema schema;
  const auto state = open(schema.url()).value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  server().stop();
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.jobs->claim(request("w"), at(1)), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.ledger->used("total"), FailsWith(Errc::unavailable));
  ASSERT_TRUE(server().start());
  EXPECT_EQ(ids_of(state.jobs->claim(request("w"), at(1)).value()), std::vector<std::string>{"a"});
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)), IsOk());
}

TEST_F(PostgresFaults, AWatchHearsAgainAfterTheServerWasAway) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  const TestDatabase database;
  const auto state = open(database.url()).value(), other = open(database.url()).value();
  std::atomic<int> calls{0};
  const auto watch = state.jobs->watch([&] { ++calls; });
  const auto called = [&](int before) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (calls <= before && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return calls > before;
  };
  EXPECT_TRUE(called(0)) << "it begins by saying that there may be work";
  server().stop();
  ASSERT_TRUE(server().start());
  EXPECT_TRUE(called(1)) << "it says the same when it is connected again";
  const int before = calls;
  ASSERT_THAT(other.jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_TRUE(called(before));
}

}  // namespace
}  // namespace imagegen::test
