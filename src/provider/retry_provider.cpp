#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/provider/retry_provider.hpp>

#include <boost/asio/this_coro.hpp>

namespace imagegen {
namespace {

using std::chrono::milliseconds;

// A second purchase is worse than a failure: what may be billed is not repeated, whatever the error says.
bool may_repeat(const Error& error) {
  return error.retry == Retry::later && billing_of(error) == Billing::no;
}

// Ends a back-off: the try before it is known to cost nothing, and there is no other.
Error owing_nothing(Error error) {
  error.delivery = Delivery::not_sent;
  error.billing = Billing::no;
  return error;
}

Task<Result<void>> tell(const CallContext& context, bool in_flight) {
  if (context.flight) co_return co_await context.flight(in_flight);
  co_return Result<void>{};
}

class RetryProvider final : public ImageProvider {
 public:
  RetryProvider(std::unique_ptr<ImageProvider> inner, RetryPolicy policy, Clock& clock)
      : inner_(std::move(inner)),
        policy_(policy),
        clock_(clock),
        backoff_(policy.base_delay, policy.max_delay, policy.jitter_seed) {}

  const ProviderCapability& capability() const override { return inner_->capability(); }

  Task<Result<Submission>> submit(ImageRequest request, CallContext context) override {
    // A cancelled call ends with a Result, not with an exception from the next co_await.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    for (int attempt = 1;; ++attempt) {
      auto result = co_await inner_->submit(request, context);
      if (result) co_return result;
      auto error = std::move(result).error();
      set_retry_after(error, error.retry_after);  // of a provider of somebody else's it may be anything
      if (!may_repeat(error)) co_return error;
      if (attempt >= policy_.max_attempts) {
        error.retry = Retry::exhausted;
        co_return error;
      }
      if (error.retry_after.value_or(milliseconds{0}) > policy_.max_retry_after) co_return error;
      // Whether it could be noted does not matter: without the note the try counts as in flight, which is safe.
      static_cast<void>(co_await tell(context, false));
      const auto slept = co_await pause(backoff_.delay(attempt, error.retry_after), context.deadline);
      if (!slept) co_return interrupted(std::move(error), slept.error());
      const auto told = co_await tell(context, true);
      if (!told) co_return owing_nothing(told.error());
    }
  }

  Task<Result<bool>> wait(RemoteTask task, CallContext context) override {
    return inner_->wait(std::move(task), std::move(context));
  }
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context) override {
    return inner_->resume(std::move(task), std::move(context));
  }
  Task<Result<void>> cancel(RemoteTask task, Deadline deadline) override {
    return inner_->cancel(std::move(task), deadline);
  }
  Task<Result<void>> check(Deadline deadline) override { return inner_->check(deadline); }
  Task<Result<void>> check_model(std::string model, Deadline deadline) override {
    return inner_->check_model(std::move(model), deadline);
  }

 private:
  // A cancellation that came before the wait began would not end it.
  Task<Result<void>> pause(milliseconds delay, Deadline deadline) {
    const bool cancelled = co_await is_cancelled();  // named: GCC 12 crashes on it inside the `if`
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before the next attempt"};
    co_return co_await sleep_for(clock_, delay, deadline);
  }

  // No time for another attempt: what the provider said is worth more than "too late". A cancellation is passed on.
  static Error interrupted(Error last, Error why) {
    return why.code == Errc::cancelled ? owing_nothing(std::move(why)) : last;
  }

  std::unique_ptr<ImageProvider> inner_;
  RetryPolicy policy_;
  Clock& clock_;
  Backoff backoff_;
};

}  // namespace

std::unique_ptr<ImageProvider> with_retry(std::unique_ptr<ImageProvider> inner, RetryPolicy policy, Clock& clock) {
  return std::make_unique<RetryProvider>(std::move(inner), policy, clock);
}

}  // namespace imagegen
