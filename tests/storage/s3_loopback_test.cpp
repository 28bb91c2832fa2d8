#include <imagegen/core/digest.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/contract/object_values.hpp>

#include "support/loopback_server.hpp"
#include "support/matchers.hpp"

#include <map>

// Faults on real sockets, which a script cannot show: lost answers, cut bodies, dead kept-alive connections.
namespace imagegen::test {
namespace {

/// One object behind a server that can lose answers and cut bodies.
class S3Loopback : public testing::Test {
 protected:
  Reply answer(const RecordedRequest& request) {
    if (request.method == "PUT") return answer_put(request);
    if (!stored_) return Reply::of(404, "<Error><Code>NoSuchKey</Code></Error>");
    HeaderList headers = {{"ETag", "\"e\""}};
    for (const auto* name : {"x-amz-meta-imagegen-sha256", "x-amz-meta-imagegen-put"}) {
      headers.emplace_back(name, stored_->header(name));
    }
    auto reply = Reply::of(200, stored_->body, headers);
    if (cut_bodies_-- > 0) reply.cut_body_at = 3;
    return reply;
  }

  Reply answer_put(const RecordedRequest& request) {
    if (stored_ && request.header("if-none-match") == "*") {
      return Reply::of(412, "<Error><Code>PreconditionFailed</Code></Error>");
    }
    stored_ = request;
    return lost_answers_-- > 0 ? Reply::dropped(Ending::reset) : Reply::of(200, "", {{"ETag", "\"e\""}});
  }

  S3Options options() {
    S3Options out;
    out.bucket = "shop";
    out.endpoint = server_.url();
    out.path_style = true;
    out.access_key_id = "id";
    out.secret_access_key = Secret("secret");
    return out;
  }

  std::optional<RecordedRequest> stored_;
  int lost_answers_ = 0;
  int cut_bodies_ = 0;
  LoopbackServer server_{[this](const RecordedRequest& request) { return answer(request); }};
  IoRunner io_;
  std::unique_ptr<HttpClient> http_ = make_http_client({}).value();
  std::unique_ptr<ObjectStore> store_ = make_s3_store(options(), *http_, system_clock()).value();
};

TEST_F(S3Loopback, ConditionalPutSurvivesALostAnswer) {
  lost_answers_ = 1;
  EXPECT_THAT(io_.run(store_->put(key_of("a"), as_bytes("picture"), if_absent())), IsOk());
  EXPECT_EQ(stored_->body, "picture");
}

TEST_F(S3Loopback, ConditionalPutSurvivesALostAnswerOnAKeptConnection) {
  ASSERT_FALSE(io_.run(store_->head(key_of("a"))).value().has_value());
  lost_answers_ = 1;
  EXPECT_THAT(io_.run(store_->put(key_of("a"), as_bytes("picture"), if_absent())), IsOk());
  EXPECT_THAT(io_.run(store_->put(key_of("a"), as_bytes("picture"), if_absent())),
              FailsWith(Errc::already_exists));
}

TEST_F(S3Loopback, GetReadsAgainWhenTheBodyWasCut) {
  ASSERT_THAT(io_.run(store_->put(key_of("a"), as_bytes("picture"), {})), IsOk());
  cut_bodies_ = 2;
  EXPECT_EQ(as_text(io_.run(store_->get(key_of("a"), 100)).value()), "picture");
}

TEST_F(S3Loopback, GetFindsAByteThatChanged) {
  ASSERT_THAT(io_.run(store_->put(key_of("a"), as_bytes("picture"), {})), IsOk());
  stored_->body[0] ^= 1;
  EXPECT_THAT(io_.run(store_->get(key_of("a"), 100)), FailsWith(Errc::corrupt_data));
}

TEST_F(S3Loopback, SendsTheTargetAsItWasSigned) {
  ASSERT_THAT(io_.run(store_->put(key_of("a b/%41+é?"), as_bytes("x"), {})), IsOk());
  EXPECT_EQ(stored_->target, "/shop/a%20b/%2541%2B%C3%A9%3F");
  EXPECT_EQ(stored_->header("host"), "127.0.0.1:" + std::to_string(server_.port()));
}

}  // namespace
}  // namespace imagegen::test
