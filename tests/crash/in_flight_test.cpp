// Thousands of jobs at a provider at one moment, by the program of benchmarks/jobs: it has a process of its own, so
// that its memory is its own.
#include <boost/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "support/program.hpp"

namespace imagegen::test {
namespace {

constexpr int kJobs = 2000;

boost::json::object fly() {
  ProgramOptions options;
  options.out = true;
  Program program({IMAGEGEN_IN_FLIGHT, "--hurried", "--side", "48", "--seconds", "2", "--jobs", std::to_string(kJobs)},
                  options);
  const auto text = program.read_out();
  if (program.wait() != 0) throw std::runtime_error("jobs_in_flight failed");
  return boost::json::parse(text).as_object();
}

// Sends one request to a port of 127.0.0.1, and reads until the server closes.
void call(int port, const std::string& request) {
  const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::write(peer, request.data(), request.size()), std::ssize(request));
  ::shutdown(peer, SHUT_WR);  // it keeps a connection for as long as more may come
  for (char part[256]; ::read(peer, part, sizeof part) > 0;) {
  }
  ::close(peer);
}

// How the provider's process ends that was sent this.
int end_of_provider(const std::string& request) {
  ProgramOptions options;
  options.in = options.out = true;
  Program provider({IMAGEGEN_IN_FLIGHT, "--serve", "1", "0", "0"}, options);
  std::string url;
  for (char c = 0; ::read(provider.out(), &c, 1) == 1 && c != '\n';) url += c;
  call(std::stoi(url.substr(url.rfind(':') + 1)), request);
  provider.close_in();
  return provider.wait();
}

TEST(InFlightProvider, EndsBadlyWhenItWasSentWhatNoClientSends) {
  const std::string rest = " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  EXPECT_EQ(end_of_provider("GET /report" + rest), 0);
  EXPECT_EQ(end_of_provider("GET /reports" + rest), 1);
}

class InFlight : public testing::Test {
 protected:
  static void SetUpTestSuite() { found_ = fly(); }
  static std::int64_t number(const char* name) { return found_.at(name).to_number<std::int64_t>(); }

  static boost::json::object found_;
};
boost::json::object InFlight::found_;

TEST_F(InFlight, AllSucceedUnderOneClaimEach) {
  EXPECT_EQ(number("succeeded"), kJobs) << found_.at("error");
  EXPECT_EQ(number("claimedAgain"), 0) << "a lease was lost";
}

TEST_F(InFlight, EachPictureIsBoughtOnceAndTheLedgerAgrees) {
  EXPECT_EQ(number("accepted"), kJobs);
  EXPECT_EQ(number("twice"), 0);
  EXPECT_EQ(number("purchases"), kJobs);
  EXPECT_EQ(number("purchasesNotSettled"), 0);
  EXPECT_EQ(found_.at("ledgerUsd").as_string(), "80");
}

// One for I/O, two for what blocks, one that looks for jobs of other processes, one of Asio's resolver.
TEST_F(InFlight, ThreadsAreFewHoweverManyJobs) {
  EXPECT_LE(number("threads"), 5);
}

TEST_F(InFlight, PollsAreSpread) {
  std::vector<int> polls;
  for (const auto& bucket : found_.at("polls").as_array()) polls.push_back(bucket.to_number<int>());
  ASSERT_GE(polls.size(), 20U) << "the tasks took two seconds";
  polls.resize(20);
  const double mean = std::accumulate(polls.begin(), polls.end(), 0.0) / 20;
  EXPECT_GT(mean, kJobs / 200.0) << "each task is polled about once a second, and on a busy machine less often";
  EXPECT_THAT(polls, testing::Each(testing::Le(4 * mean)));
}

#if defined(NDEBUG) && !defined(IMAGEGEN_SANITIZED)
TEST_F(InFlight, AJobThatWaitsHoldsLittleMemory) {
  EXPECT_LT(number("heapForEachWaiting"), 36'000);
  EXPECT_LT(number("bytesForEachWaiting"), 48'000) << "resident: 37,000 to 42,000, as the allocator has it";
}
#endif

}  // namespace
}  // namespace imagegen::test
