#include <imagegen/maker/http/download.hpp>
#include <imagegen/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it

// What the second of two requests was told, where the first one was redirected.
bool second_is_encrypted_only(const std::string& from, const std::string& to) {
  FakeHttp http;
  http.will_answer(fake_response(302, "", {{"Location", to}})).will_answer(fake_response(200, "x"));
  EXPECT_THAT(run_task(download(http, from, 100, Deadline::never())), IsOk());
  EXPECT_FALSE(http.request(0).encrypted_only);
  return http.request(1).encrypted_only;
}

TEST(Download, DoesNotGoFromHttpsToHttp) {
  EXPECT_TRUE(second_is_encrypted_only("https://a.test/", "http://a.test/"));
  EXPECT_TRUE(second_is_encrypted_only("https://a.test/", "/b"));
  EXPECT_FALSE(second_is_encrypted_only("http://a.test/", "http://b.test/"));
}

}  // namespace
}  // namespace imagegen
