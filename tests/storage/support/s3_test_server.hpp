#pragma once
#include <imagegen/storage/stores.hpp>

#include <memory>
#include <string>

/// \file A real S3 server for tests.
namespace imagegen::test {

/// The server of this test program.
///
/// Either the one that the environment names: IMAGEGEN_TEST_S3 (its endpoint), IMAGEGEN_TEST_S3_ACCESS_KEY,
/// IMAGEGEN_TEST_S3_SECRET_KEY, and where they differ from "imagegen-test" and "us-east-1" IMAGEGEN_TEST_S3_BUCKET and
/// IMAGEGEN_TEST_S3_REGION. Or a versitygw on a free port of 127.0.0.1 over a temporary folder, got by
/// get-versitygw.sh, that ends with this process, however that ends.
class S3TestServer {
 public:
  /// Started by the first call. Throws where the environment names a server that cannot be used.
  static S3TestServer& shared();

  ~S3TestServer();
  S3TestServer(const S3TestServer&) = delete;
  S3TestServer& operator=(const S3TestServer&) = delete;

  /// Why there is none; empty when there is one.
  const std::string& problem() const noexcept { return problem_; }

  /// Why a server that somebody has named cannot be used, such as a bucket that is not there; empty when it can.
  static std::string problem_with(S3Options options);

  /// What opens a store in it, path style, under a prefix that nobody else uses.
  S3Options options() const;

 private:
  struct Process;
  S3TestServer();
  bool use_environment();
  void start();

  S3Options options_;
  std::string problem_;
  std::unique_ptr<Process> process_;
};

}  // namespace imagegen::test
