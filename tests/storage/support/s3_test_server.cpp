#include "storage/support/s3_test_server.hpp"

#include <imagegen/http/http_client.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <filesystem>
#include <random>
#include <stdexcept>
#include <utility>

namespace imagegen::test {
namespace {

std::string random_word() {
  std::random_device device;
  return std::to_string(device()) + std::to_string(device());
}

}  // namespace

S3TestServer& S3TestServer::shared() {
  static S3TestServer server;
  return server;
}

S3TestServer::S3TestServer() {
  options_.path_style = true;
  options_.bucket = environment("IMAGEGEN_TEST_S3_BUCKET", "imagegen-test");
  options_.region = environment("IMAGEGEN_TEST_S3_REGION", "us-east-1");
  options_.endpoint = environment("IMAGEGEN_TEST_S3");
  options_.access_key_id = environment("IMAGEGEN_TEST_S3_ACCESS_KEY");
  options_.secret_access_key = Secret(environment("IMAGEGEN_TEST_S3_SECRET_KEY"));
  if (options_.endpoint.empty()) {
    launch_ours();
  } else if (const auto why = problem_with(options_); !why.empty()) {
    // Whoever names a server wants it used: nothing is skipped then, and no test waits for a bucket that is not there.
    throw std::runtime_error(why);
  }
}

std::string S3TestServer::problem_with(S3Options options) {
  options.max_attempts = 1;
  IoRunner io;
  const auto http = make_http_client({}).value();
  const auto store = make_s3_store(options, *http, system_clock());
  if (!store) return "IMAGEGEN_TEST_S3: " + store.error().message;
  const auto listed = io.run((*store)->list("", 1, ""));
  if (listed) return {};
  return "IMAGEGEN_TEST_S3: bucket " + options.bucket + " at " + options.endpoint +
         " cannot be used; make it, and let the key write there (" + listed.error().message + ")";
}

void S3TestServer::launch_ours() {
  const auto binary = last_line_of("'" IMAGEGEN_GET_VERSITYGW "'");
  if (binary.empty()) return cannot("get-versitygw.sh failed, and IMAGEGEN_TEST_S3 is not set");
  options_.access_key_id = "test-access";
  options_.secret_access_key = Secret("test-secret-" + random_word());
  std::filesystem::create_directories(path_of("data") + "/" + options_.bucket);
  ServerKind kind;
  kind.name = "versitygw";
  kind.environment = {{"ROOT_ACCESS_KEY", options_.access_key_id},
                      {"ROOT_SECRET_KEY", options_.secret_access_key.reveal()},
                      {"HOME", path_of("")}};
  kind.command = [binary, data = path_of("data")](std::uint16_t port) {
    return std::vector<std::string>{binary, "--quiet", "--port", "127.0.0.1:" + std::to_string(port), "posix", data};
  };
  launch(std::move(kind));
  options_.endpoint = "http://127.0.0.1:" + std::to_string(port());
}

S3Options S3TestServer::options() const {
  auto out = options_;
  out.prefix = "test-" + random_word();
  return out;
}

}  // namespace imagegen::test
