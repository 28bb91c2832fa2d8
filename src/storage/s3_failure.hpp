#pragma once
#include <imagegen/http/http_message.hpp>

#include "storage/s3_endpoint.hpp"

#include <chrono>
#include <optional>
#include <string>

/// \file What a failed S3 call means, and whether to try again. Pure.
namespace imagegen::detail {

struct S3Failure {
  Error error;                   ///< Its `retry` is `later` where another try may succeed.
  int status = 0;                ///< HTTP status; 0 when there was no answer.
  std::string code;              ///< S3's own word, such as "NoSuchKey"; empty when it said none.
  bool may_have_arrived = true;  ///< False when the request certainly changed nothing.
};

/// Nothing for a 2xx answer.
std::optional<S3Failure> failure_of_answer(const S3Call& call, const HttpResponse& response, const S3Endpoint& endpoint,
                                           std::chrono::system_clock::time_point now);

/// What HttpClient::send() gave instead of an answer.
S3Failure failure_of_network(const S3Call& call, Error error);

/// How long to wait before try number `attempt` + 1: a random part (`random` in [0, 1)) of 100 ms doubled with each
/// attempt, at most 10 s. Full jitter, because many workers fail at the same moment.
/// Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
std::chrono::milliseconds full_jitter(int attempt, double random);

}  // namespace imagegen::detail
