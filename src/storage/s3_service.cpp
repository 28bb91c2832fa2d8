#include "storage/s3_service.hpp"

#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <random>

namespace imagegen::detail {
namespace {

constexpr std::chrono::seconds kLongestWait{30};

double random_fraction() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0.0, 1.0)(device);
}

bool asks_for_too_long(const Error& error) {
  return error.retry_after && *error.retry_after > kLongestWait;
}

}  // namespace

Task<std::variant<S3Failure, HttpResponse>> S3Service::try_once(const S3Call& call) {
  auto request = endpoint_.request(call, clock_.wall_now());
  auto response = co_await http_.send(std::move(request), deadline_after(clock_, try_timeout_));
  if (!response) co_return failure_of_network(call, response.error());
  if (auto failure = failure_of_answer(call, *response, endpoint_, clock_.wall_now())) co_return std::move(*failure);
  co_return std::move(*response);
}

Task<Result<void>> S3Service::wait_after(const S3Failure& failure, int attempt) {
  const auto asked = failure.error.retry_after.value_or(std::chrono::milliseconds(0));
  const auto delay = std::max(asked, full_jitter(attempt, random_fraction()));
  co_return co_await sleep_for(clock_, delay, Deadline::never());
}

Task<S3Outcome> S3Service::send(const S3Call& call) {
  // Cancellation is a result here, and must not come as an exception from the next wait.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  S3Outcome outcome;
  for (int attempt = 1;; ++attempt) {
    outcome.end = co_await try_once(call);
    if (outcome.response() != nullptr) co_return outcome;
    auto& failure = std::get<S3Failure>(outcome.end);
    outcome.may_have_arrived |= failure.may_have_arrived;
    if (failure.error.retry != Retry::later || asks_for_too_long(failure.error)) co_return outcome;
    if (attempt >= max_attempts_) {
      failure.error.retry = Retry::exhausted;
      co_return outcome;
    }
    const auto waited = co_await wait_after(failure, attempt);
    if (!waited || co_await is_cancelled()) {
      failure.error = Error{Errc::cancelled, "S3 " + call.what + ": cancelled between two tries"};
      co_return outcome;
    }
  }
}

}  // namespace imagegen::detail
