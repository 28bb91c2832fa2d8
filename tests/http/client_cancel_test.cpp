#include "http/client_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <thread>

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it

// One call that can be cancelled, on a context that the test runs by hand or on a thread.
class CancellableCall {
 public:
  explicit CancellableCall(HttpRequest what, HttpClientOptions options = trusting_options())
      : http_(client(std::move(options))) {
    boost::asio::co_spawn(io_, http_->send(std::move(what), Deadline::never()),
                          boost::asio::bind_cancellation_slot(
                              signal_.slot(), [this](const std::exception_ptr& thrown, Result<HttpResponse> result) {
                                EXPECT_FALSE(thrown);
                                result_.emplace(std::move(result));
                              }));
  }

  void cancel() { signal_.emit(boost::asio::cancellation_type::terminal); }

  /// Runs whatever can run without waiting.
  void run_what_is_ready() { io_.poll(); }

  Result<HttpResponse> finish() {
    run_until(io_, [this] { return result_.has_value(); });
    return std::move(*result_);
  }

  /// Runs the context on a thread, and cancels once `reached()` has returned.
  template <class Reached>
  Result<HttpResponse> cancel_when(Reached reached) {
    std::thread runner([this] { io_.run_for(kTaskLimit); });
    EXPECT_TRUE(reached());
    boost::asio::post(io_, [this] { cancel(); });
    runner.join();
    return result_ ? std::move(*result_) : Result<HttpResponse>(Error{Errc::internal, "it did not end"});
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::cancellation_signal signal_;
  std::unique_ptr<HttpClient> http_;
  std::optional<Result<HttpResponse>> result_;
};

ServerOptions tls() {
  ServerOptions options;
  options.certificate = Certificate::good;
  return options;
}

TEST(Cancel, BeforeAnythingHappened) {
  LoopbackServer server(Reply{});
  CancellableCall call(request("POST", server.url("/")));
  call.cancel();
  EXPECT_THAT(call.finish(), FailsAt(Errc::cancelled, Delivery::not_sent));
  EXPECT_TRUE(server.requests().empty());
}

TEST(Cancel, WhileConnecting) {
  const SilentPort nobody;
  CancellableCall call(request("POST", "http://127.0.0.1:" + std::to_string(nobody.port())));
  call.run_what_is_ready();
  call.cancel();
  EXPECT_THAT(call.finish(), FailsAt(Errc::cancelled, Delivery::not_sent));
}

TEST(Cancel, InTheTlsHandshake) {
  auto options = tls();
  options.hold_on_accept = [](int) { return true; };
  LoopbackServer server(Reply{}, options);
  CancellableCall call(request("POST", server.url("/")));
  EXPECT_THAT(call.cancel_when([&] { return server.wait_for_connections(1); }),
              FailsAt(Errc::cancelled, Delivery::not_sent));
}

TEST(Cancel, WhileUploading) {
  ServerOptions options;
  options.on_head = [](const RecordedRequest&) { return Reply::never(); };
  LoopbackServer server(Reply{}, options);
  CancellableCall call(request("POST", server.url("/"), std::string(20'000'000, 'x')));
  EXPECT_THAT(call.cancel_when([&] { return server.wait_for_requests(1); }),
              FailsAt(Errc::cancelled, Delivery::unknown));
}

TEST(Cancel, WhileWaitingForTheHead) {
  for (const auto& options : {ServerOptions(), tls()}) {
    LoopbackServer server(Reply::never(), options);
    CancellableCall call(request("POST", server.url("/")));
    EXPECT_THAT(call.cancel_when([&] { return server.wait_for_requests(1); }),
                FailsAt(Errc::cancelled, Delivery::unknown));
  }
}

TEST(Cancel, InTheBody) {
  struct Watch final : BodySink {
    CancellableCall* call = nullptr;
    Result<void> on_data(ByteView) override {
      call->cancel();  // meets the coroutine between two reads
      return {};
    }
  };
  for (const auto& options : {ServerOptions(), tls()}) {
    Reply reply = Reply::of(200, "abcdef");
    reply.hold_body_at = 3;
    LoopbackServer server(reply, options);
    Watch sink;
    auto get = request("GET", server.url("/"));
    get.sink = &sink;
    CancellableCall call(std::move(get));
    sink.call = &call;
    EXPECT_THAT(call.finish(), FailsAt(Errc::cancelled, Delivery::answered));
  }
}

TEST(Cancel, IsHeardByACallThatMeetsItBeforeItsOwnBeginning) {
  // Whoever turns Asio's exception off must not lose the cancellation with it.
  LoopbackServer server(Reply::never());
  const auto http = client();
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal signal;
  Result<HttpResponse> result = Error{};
  const auto call_late = [&]() -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    signal.emit(boost::asio::cancellation_type::terminal);
    result = co_await http->send(request("POST", server.url("/")), Deadline::never());
  };
  bool done = false;
  boost::asio::co_spawn(
      io, call_late(),
      boost::asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&) { done = true; }));
  run_until(io, [&] { return done; });
  EXPECT_THAT(result, FailsAt(Errc::cancelled, Delivery::not_sent));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Cancel, ASecondCallIsNotTouched) {
  LoopbackServer server(Reply::of(200, "x"));
  const SilentPort nobody;
  CancellableCall first(request("GET", "http://127.0.0.1:" + std::to_string(nobody.port())));
  CancellableCall second(request("GET", server.url("/")));
  first.run_what_is_ready();
  first.cancel();
  EXPECT_EQ(text_of(second.finish()), "x");
  EXPECT_THAT(first.finish(), FailsWith(Errc::cancelled));
}

TEST(Cancel, AContextThatEndsInTheMiddleTakesTheCallWithIt) {
  LoopbackServer server(Reply::never());
  const auto http = client();
  bool called = false;
  {
    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, http->send(request("GET", server.url("/")), Deadline::never()),
                          [&](const std::exception_ptr&, const Result<HttpResponse>&) { called = true; });
    while (server.requests().empty()) io.run_one_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace imagegen
