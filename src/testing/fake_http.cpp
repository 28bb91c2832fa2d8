#include <imagegen/testing/fake_http.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace imagegen {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxErrorBodyBytes = 64U << 10U;  // what the real client keeps beside a sink

Error with_delivery(Error error, Delivery delivery) {
  error.delivery = delivery;
  return error;
}

// Like a server that accepts and never answers.
Task<Result<HttpResponse>> hang(Deadline deadline) {
  asio::steady_timer gate(co_await asio::this_coro::executor, deadline.at);
  const auto [cancelled] = co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
  if (cancelled) co_return with_delivery({Errc::cancelled, "fake http: cancelled"}, Delivery::unknown);
  co_return with_delivery({Errc::deadline_exceeded, "fake http: the deadline has passed"}, Delivery::unknown);
}

Result<void> feed(BodySink& sink, ByteView body, std::size_t piece_bytes) {
  while (!body.empty()) {
    const auto piece = body.first(std::min(piece_bytes, body.size()));
    if (auto taken = sink.on_data(piece); !taken) return with_delivery(taken.error(), Delivery::answered);
    body = body.subspan(piece.size());
  }
  return {};
}

// What the real client does to an answer on its way to the caller.
Result<HttpResponse> deliver(HttpResponse response, const HttpRequest& request, std::size_t piece_bytes) {
  const bool to_sink = request.sink != nullptr && response.status / 100 == 2;
  if (request.sink != nullptr && !to_sink) {
    response.body.resize(std::min(response.body.size(), kMaxErrorBodyBytes));
    return response;
  }
  if (response.body.size() > request.max_response_bytes) {
    return with_delivery({Errc::limit_exceeded, "fake http: the body is longer than the " +
                                                    std::to_string(request.max_response_bytes) + " bytes allowed"},
                         Delivery::answered);
  }
  if (!to_sink) return response;
  if (auto fed = feed(*request.sink, response.body, piece_bytes); !fed) return fed.error();
  response.body.clear();
  return response;
}

Error unexpected(const HttpRequest& request, std::size_t number) {
  return {Errc::internal, "fake http: request " + std::to_string(number) + " was not expected: " + request.method +
                              ' ' + request.url.authority() + request.url.target};
}

struct Hang {};
using Scripted = std::variant<Result<HttpResponse>, Hang>;

}  // namespace

struct FakeHttp::State {
  mutable std::mutex mutex;
  std::deque<Scripted> script;
  TaskHandler handler;
  std::size_t piece_bytes = std::numeric_limits<std::size_t>::max();
  std::vector<HttpRequest> requests;

  /// Notes the request. \return What the script has for it.
  std::optional<Scripted> take(const HttpRequest& request) {
    const std::lock_guard lock(mutex);
    requests.push_back(request);
    requests.back().sink = nullptr;
    if (script.empty()) return std::nullopt;
    Scripted first = std::move(script.front());
    script.pop_front();
    return first;
  }
};

FakeHttp::FakeHttp() : state_(std::make_unique<State>()) {}
FakeHttp::~FakeHttp() = default;

FakeHttp& FakeHttp::will_answer(Result<HttpResponse> answer) {
  const std::lock_guard lock(state_->mutex);
  state_->script.emplace_back(std::move(answer));
  return *this;
}

FakeHttp& FakeHttp::will_hang() {
  const std::lock_guard lock(state_->mutex);
  state_->script.emplace_back(Hang{});
  return *this;
}

void FakeHttp::on_request(Handler handler) {
  on_request_task([handler = std::move(handler)](HttpRequest request, Deadline) -> Task<Result<HttpResponse>> {
    co_return handler(request);
  });
}

void FakeHttp::on_request_task(TaskHandler handler) {
  const std::lock_guard lock(state_->mutex);
  state_->handler = std::move(handler);
}

void FakeHttp::set_piece_bytes(std::size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->piece_bytes = std::max<std::size_t>(bytes, 1);
}

Task<Result<HttpResponse>> FakeHttp::send(HttpRequest request, Deadline deadline) {
  auto scripted = state_->take(request);
  Result<HttpResponse> answer = unexpected(request, requests().size());
  if (scripted && std::holds_alternative<Hang>(*scripted)) co_return co_await hang(deadline);
  if (scripted) {
    answer = std::move(std::get<Result<HttpResponse>>(*scripted));
  } else {
    std::unique_lock lock(state_->mutex);
    const auto handler = state_->handler;
    lock.unlock();
    if (handler) answer = co_await handler(request, deadline);
  }
  if (!answer) co_return answer;
  std::unique_lock lock(state_->mutex);
  const auto piece_bytes = state_->piece_bytes;
  lock.unlock();
  co_return deliver(std::move(*answer), request, piece_bytes);
}

std::vector<HttpRequest> FakeHttp::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

HttpRequest FakeHttp::request(std::size_t index) const {
  return requests().at(index);
}

HttpResponse fake_response(int status, std::string_view body, std::vector<HttpHeader> headers) {
  HttpResponse out;
  out.status = status;
  for (auto& header : headers) out.headers.add(std::move(header.name), std::move(header.value));
  out.body = to_bytes(body);
  return out;
}

}  // namespace imagegen
