#pragma once
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/object_values.hpp>
#include <imagegen/testing/fake_http.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace imagegen::test {

inline const std::string kS3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
inline const std::string kS3Token = "a-session-token-0123456789";

inline S3Options fake_s3_options() {
  S3Options options;
  options.bucket = "shop";
  options.prefix = "pre";
  options.endpoint = "https://s3.test";
  options.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  options.secret_access_key = Secret(kS3Secret);
  options.session_token = Secret(kS3Token);
  return options;
}

inline HttpResponse s3_error(int status, const std::string& code, const std::string& message = "text") {
  return fake_response(status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
}

/// As when the connection breaks after the request was written.
inline Error lost_answer() {
  Error error(Errc::unavailable, "connection reset");
  error.delivery = Delivery::unknown;
  return error;
}

/// An S3 store whose server is a script, and whose waits cost no time.
class S3Fake : public testing::Test {
 protected:
  Result<ObjectInfo> put(const std::string& text, PutOptions options = {}) {
    return run_task(store_->put(key_of("a b"), as_bytes(text), std::move(options)));
  }
  Result<Bytes> get(std::size_t max_bytes = 1000) { return run_task(store_->get(key_of("a b"), max_bytes)); }
  Result<std::optional<ObjectInfo>> head() { return run_task(store_->head(key_of("a b"))); }
  Result<void> remove() { return run_task(store_->remove(key_of("a b"))); }
  Result<std::vector<ObjectInfo>> list(const std::string& prefix, std::size_t limit, const std::string& after = {}) {
    return run_task(store_->list(prefix, limit, after));
  }
  void reopen(const std::function<void(S3Options&)>& change) {
    auto options = fake_s3_options();
    change(options);
    store_ = make_s3_store(options, http_, clock_).value();
  }

  FakeHttp http_;
  ManualClock clock_{ManualClock::Mode::jumping};
  std::unique_ptr<ObjectStore> store_ = make_s3_store(fake_s3_options(), http_, clock_).value();
};

}  // namespace imagegen::test
