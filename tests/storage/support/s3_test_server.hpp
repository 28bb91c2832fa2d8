#pragma once
#include <imagegen/storage/stores.hpp>

#include <string>

#include "support/test_server.hpp"

/// \file A real S3 server for tests.
namespace imagegen::test {

/// Either the one that the environment names: IMAGEGEN_TEST_S3 (its endpoint), IMAGEGEN_TEST_S3_ACCESS_KEY,
/// IMAGEGEN_TEST_S3_SECRET_KEY, and where they differ from "imagegen-test" and "us-east-1" IMAGEGEN_TEST_S3_BUCKET and
/// IMAGEGEN_TEST_S3_REGION. Or a versitygw of ours, got by get-versitygw.sh.
class S3TestServer : public TestServer {
 public:
  /// The server of this test program, started by the first call. Throws where the environment names a server that cannot
  /// be used.
  static S3TestServer& shared();

  /// Why a server that somebody has named cannot be used, such as a bucket that is not there; empty when it can.
  static std::string problem_with(S3Options options);

  /// What opens a store in it, path style, under a prefix that nobody else uses.
  S3Options options() const;

 private:
  S3TestServer();
  void launch_ours();

  S3Options options_;
};

}  // namespace imagegen::test
