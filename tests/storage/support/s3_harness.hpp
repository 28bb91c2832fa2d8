#pragma once
#include <imagegen/testing/contract/object_store_contract.hpp>

#include "storage/support/s3_test_server.hpp"

namespace imagegen::test {

/// An S3 store in the test server, empty, over real sockets.
class S3Harness final : public ObjectStoreHarness {
 public:
  ObjectStore& store() override { return *store_; }
  std::string no_store() const override { return S3TestServer::shared().problem(); }
  std::size_t max_key_bytes() const override { return 1024 - prefix_bytes_ - 1; }
  HttpClient& http() { return *http_; }

 private:
  std::unique_ptr<ObjectStore> open() {
    const auto options = S3TestServer::shared().options();
    prefix_bytes_ = options.prefix.size();
    return no_store().empty() ? make_s3_store(options, *http_, system_clock()).value() : nullptr;
  }

  std::size_t prefix_bytes_ = 0;
  std::unique_ptr<HttpClient> http_ = make_http_client({}).value();
  std::unique_ptr<ObjectStore> store_ = open();
};

}  // namespace imagegen::test
