#include <imagegen/maker/core/shield.hpp>
#include <imagegen/maker/http/download.hpp>
#include <imagegen/maker/provider/exchange.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cassert>
#include <optional>

#include "provider/sniff_image.hpp"

namespace imagegen {
namespace {

// How much each outcome says about what may be owed.
int weight(Delivery delivery) {
  switch (delivery) {
    case Delivery::not_sent:
      return 0;
    case Delivery::unknown:
      return 1;
    case Delivery::answered:
      return 2;
  }
  return 2;
}
Delivery further(Delivery a, Delivery b) {
  return weight(a) < weight(b) ? b : a;
}

// An answer that cannot have done work. 408 is what gateways say when whoever works behind them is slow, and 303 names
// where the answer will be.
bool is_refusal(int status) {
  return status >= 300 && status < 500 && status != 408 && status != 303;
}

bool is_final(Errc code) {
  return code == Errc::cancelled || code == Errc::deadline_exceeded;
}

/// Takes the steps of one exchange, and remembers how far its requests came.
class Runner {
 public:
  Runner(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline)
      : http_(http), clock_(clock), exchange_(exchange), deadline_(deadline) {}

  Task<Step> take(Step step) {
    if (const auto* fetch = std::get_if<Fetch>(&step)) where_ = fetch->url;
    auto reason = co_await reason_to_stop();
    if (reason) co_return failed(std::move(*reason));
    if (auto* send = std::get_if<Send>(&step)) co_return co_await take_send(std::move(*send));
    if (auto* fetch = std::get_if<Fetch>(&step)) co_return co_await take_fetch(std::move(*fetch));
    const auto* wait = std::get_if<Wait>(&step);
    assert(wait != nullptr);  // run_exchange() keeps Done for itself
    const auto slept = co_await sleep_for(clock_, wait->delay, deadline_);
    if (!slept) co_return failed(slept.error());
    co_return exchange_.on_wake();
  }

  Result<Submission> finish(Result<Submission> result) const {
    if (result) return result;
    auto error = std::move(result).error();
    error.delivery = further(reached_, error.delivery);
    error.billing = billing_after(error);
    if (error.where_to_look.empty()) error.where_to_look = where_;
    return error;
  }

 private:
  Task<Step> take_send(Send send) {
    asked_ = send.request.url;
    const auto until = send.patience ? std::min(deadline_.at, clock_.now() + *send.patience) : deadline_.at;
    auto sending = http_.send(std::move(send.request), {until});
    const auto response = co_await std::move(sending);
    if (!response) co_return failed(response.error(), send.costs, until < deadline_.at);
    if (send.costs) {
      reached_ = Delivery::answered;
      may_owe_ = may_owe_ || !is_refusal(response->status);
      is_paid_ = is_paid_ || response->status / 100 == 2;
    }
    co_return exchange_.on_response(*response);
  }

  Task<Step> take_fetch(Fetch fetch) {
    auto file = co_await get(fetch);
    if (file) co_return exchange_.on_fetched(std::move(file));
    auto error = std::move(file).error();
    error.where_to_look = where_;
    if (is_final(error.code)) co_return failed(std::move(error));
    co_return exchange_.on_fetched(std::move(error));
  }

  // A URL in an answer means what it would mean on the page that was asked.
  Task<Result<Bytes>> get(const Fetch& fetch) {
    const auto url = resolve_url(asked_, encode_url(fetch.url));
    if (!url) co_return Error{Errc::bad_answer, url.error().message};
    where_ = url->str();
    co_return co_await download(http_, where_, fetch.max_bytes, deadline_, is_whole_image);
  }

  // Looked at before each step, because a wait that begins after the cancellation would not hear of it.
  Task<std::optional<Error>> reason_to_stop() {
    const bool cancelled = co_await is_cancelled();  // named: GCC 12 crashes on it inside the `if`
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before the next request"};
    const bool late = clock_.now() >= deadline_.at;
    if (late) co_return Error{Errc::deadline_exceeded, "the deadline passed before the next request"};
    co_return std::nullopt;
  }

  // After a 2xx nothing is free unless the exchange knows better.
  Billing billing_after(const Error& error) const {
    if (error.billing != Billing::by_delivery || !is_paid_) return error.billing;
    return Billing::maybe;
  }

  // What was refused is not in flight any more: who is stopped after that owes nothing for it.
  Billing billing_when_stopped(const Error& error) const {
    if (error.billing != Billing::by_delivery) return error.billing;
    if (error.delivery == Delivery::answered) return Billing::maybe;
    if (error.delivery == Delivery::unknown || reached_ != Delivery::answered) return Billing::by_delivery;
    return may_owe_ ? Billing::maybe : Billing::no;
  }

  // \param is_impatient What it was given was less than the deadline allows.
  Step failed(Error error, bool costs = true, bool is_impatient = false) {
    if (is_impatient && error.code == Errc::deadline_exceeded) {
      error.code = Errc::unavailable;
      error.message = "no answer came in the time that it was given";
    }
    if (!costs) error.delivery = Delivery::not_sent;
    error.billing = billing_when_stopped(error);
    reached_ = further(reached_, error.delivery);
    error.delivery = reached_;
    error.retry = reached_ == Delivery::not_sent && error.code == Errc::unavailable ? Retry::later : Retry::never;
    const bool final = is_final(error.code);
    Step step = exchange_.on_error(error);
    if (final && !std::holds_alternative<Done>(step)) return Done{std::move(error)};
    return step;
  }

  HttpClient& http_;
  Clock& clock_;
  Exchange& exchange_;
  Deadline deadline_;
  Url asked_;          // of the last request of the exchange
  std::string where_;  // what the last answer gave in place of a picture
  Delivery reached_ = Delivery::not_sent;
  bool may_owe_ = false;  // something was answered that was no refusal
  bool is_paid_ = false;  // something was answered 2xx
};

}  // namespace

Task<Result<Submission>> run_exchange(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline) {
  // A cancelled wait ends with a Result; an exception from the next co_await would lose what is known about the call.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  Runner runner(http, clock, exchange, deadline);
  Step step = exchange.start();
  while (!std::holds_alternative<Done>(step)) step = co_await runner.take(std::move(step));
  co_return runner.finish(std::move(std::get<Done>(step).result));
}

Task<Result<GeneratedImages>> run_to_images(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline) {
  auto ended = co_await run_exchange(http, clock, exchange, deadline);
  if (!ended) co_return ended.error();
  if (auto* images = std::get_if<GeneratedImages>(&*ended)) co_return std::move(*images);
  Error error(Errc::bad_answer, "expected pictures, got a task that goes on");
  error.delivery = Delivery::answered, error.billing = Billing::maybe;
  co_return error;
}

}  // namespace imagegen
