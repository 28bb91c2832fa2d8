#pragma once
#include "storage/s3_failure.hpp"

#include <variant>

namespace imagegen::detail {

/// How a call ended, after all its tries.
struct S3Outcome {
  std::variant<S3Failure, HttpResponse> end;  ///< A response is always 2xx.
  bool may_have_arrived = false;              ///< A try that failed may have done its work nevertheless.

  const HttpResponse* response() const noexcept { return std::get_if<HttpResponse>(&end); }
  HttpResponse* response() noexcept { return std::get_if<HttpResponse>(&end); }
  const S3Failure& failure() const { return std::get<S3Failure>(end); }
};

/// Sends calls, again where that may help. The one place of this store that moves bytes.
class S3Service {
 public:
  /// \param http, clock must outlive it.
  S3Service(S3Endpoint endpoint, int max_attempts, std::chrono::milliseconds try_timeout, HttpClient& http,
            Clock& clock)
      : endpoint_(std::move(endpoint)),
        max_attempts_(max_attempts),
        try_timeout_(try_timeout),
        http_(http),
        clock_(clock) {}

  /// Waits between tries as full_jitter() says, or as long as the server asks for. When it asks for more than 30 s the
  /// call fails, so that whoever made it can decide.
  Task<S3Outcome> send(const S3Call& call);

  const S3Endpoint& endpoint() const noexcept { return endpoint_; }

 private:
  Task<std::variant<S3Failure, HttpResponse>> try_once(const S3Call& call);
  Task<Result<void>> wait_after(const S3Failure& failure, int attempt);

  S3Endpoint endpoint_;
  int max_attempts_;
  std::chrono::milliseconds try_timeout_;
  HttpClient& http_;
  Clock& clock_;
};

}  // namespace imagegen::detail
