#include "storage/s3_endpoint.hpp"
#include "storage/support/s3_harness.hpp"
#include "support/matchers.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/parallel.hpp>

// The S3 store against a real server, which checks every signature.
namespace imagegen::test {

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreContract, testing::Values(harness<S3Harness>()));

using testing::HasSubstr;

class S3Server : public testing::Test {
 protected:
  void SetUp() override { fail_or_skip(harness_.no_store()); }

  ObjectStore& store() { return harness_.store(); }
  Result<ObjectInfo> put_with(const S3Options& options) {
    const auto other = make_s3_store(options, harness_.http(), system_clock()).value();
    return harness_.run(other->put(key_of("a"), as_bytes("x"), {}));
  }

  S3Harness harness_;
};

TEST_F(S3Server, ListsMoreThanOnePage) {
  constexpr std::size_t kObjects = 1'003;
  auto put_every_eighth = [&](std::size_t worker) -> Task<void> {
    for (auto i = worker; i < kObjects; i += 8) {
      PutOptions options;
      const auto key = "many/" + std::to_string(10'000 + i);
      EXPECT_THAT(co_await store().put(key_of(key), as_bytes(key), options), IsOk());
    }
  };
  harness_.run(for_each_concurrently(8, 8, put_every_eighth));
  const auto found = harness_.run(store().list("many/", 5'000, "")).value();
  ASSERT_EQ(found.size(), kObjects);
  EXPECT_EQ(found.front().key, "many/10000");
  EXPECT_EQ(found.back().key, "many/11002");
}

TEST_F(S3Server, RefusesAWrongSecretAndNeverShowsIt) {
  auto options = S3TestServer::shared().options();
  options.secret_access_key = Secret("not-the-secret-of-this-server");
  const auto refused = put_with(options);
  EXPECT_THAT(refused, FailsSaying(Errc::permission_denied, HasSubstr("secret_access_key is wrong")));
  EXPECT_THAT(refused.error().message + refused.error().provider_text, Not(HasSubstr("not-the-secret")));
}

TEST_F(S3Server, RefusesAKeyItDoesNotKnow) {
  auto options = S3TestServer::shared().options();
  options.access_key_id = "nobody";
  EXPECT_THAT(put_with(options), FailsSaying(Errc::permission_denied, HasSubstr("access_key_id")));
}

TEST_F(S3Server, SaysWhenThereIsNoSuchBucket) {
  auto options = S3TestServer::shared().options();
  options.bucket = "no-such-bucket";
  EXPECT_THAT(put_with(options), FailsSaying(Errc::not_found, HasSubstr("the bucket does not exist")));
}

TEST_F(S3Server, OfAnotherIsRefusedByTheTestsWhenItsBucketIsMissing) {
  auto options = S3TestServer::shared().options();
  EXPECT_EQ(S3TestServer::problem_with(options), "");
  options.bucket = "no-such-bucket";
  EXPECT_THAT(S3TestServer::problem_with(options), testing::AllOf(HasSubstr("no-such-bucket"), HasSubstr("make it")));
}

/// The machine's time, shifted.
class ShiftedClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return system_clock().now(); }
  std::chrono::system_clock::time_point wall_now() const override {
    return system_clock().wall_now() + std::chrono::hours(1);
  }
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override {
    return system_clock().sleep_until(when);
  }
};

TEST_F(S3Server, SaysWhenTheClockIsWrong) {
  ShiftedClock clock;
  const auto late = make_s3_store(S3TestServer::shared().options(), harness_.http(), clock).value();
  EXPECT_THAT(harness_.run(late->put(key_of("a"), as_bytes("x"), {})),
              FailsSaying(Errc::permission_denied, HasSubstr("clock is wrong")));
}

TEST_F(S3Server, KeepsStoresWithDifferentPrefixesApart) {
  const auto other = make_s3_store(S3TestServer::shared().options(), harness_.http(), system_clock()).value();
  ASSERT_THAT(harness_.run(store().put(key_of("a"), as_bytes("mine"), {})), IsOk());
  EXPECT_FALSE(harness_.run(other->head(key_of("a"))).value().has_value());
  EXPECT_THAT(harness_.run(other->list("", 10, "")).value(), testing::IsEmpty());
}

TEST_F(S3Server, KeepsCacheControl) {
  const auto options = S3TestServer::shared().options();
  const auto other = make_s3_store(options, harness_.http(), system_clock()).value();
  PutOptions put_options;
  put_options.cache_control = "public, max-age=31536000, immutable";
  ASSERT_THAT(harness_.run(other->put(key_of("a"), as_bytes("x"), put_options)), IsOk());

  detail::S3Call head;
  head.method = "HEAD";
  head.key = options.prefix + "/a";
  head.body_sha256 = to_hex(sha256(std::string_view()));
  auto request = detail::S3Endpoint::from(options)->request(head, system_clock().wall_now());
  const auto answer = harness_.run(harness_.http().send(std::move(request), Deadline::never()));
  ASSERT_TRUE(answer.has_value()) << answer.error();
  EXPECT_EQ(answer->headers.get("cache-control"), put_options.cache_control);
}

}  // namespace imagegen::test
