#pragma once
#include <imagegen/http/http_client.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace imagegen {

/// An HttpClient without a network. It answers from a script or a handler, and keeps what it was asked.
///
/// It holds the real client's promises about limits and sinks: a body above max_response_bytes is Errc::limit_exceeded,
/// a 2xx body goes to the sink in pieces, a cancelled or late call ends. A call that nothing was said about is
/// Errc::internal and names the request, so a test that sends too much fails. Calls from one thread or strand, like the
/// real one; the other members from any thread.
class FakeHttp final : public HttpClient {
 public:
  /// Answers a request at once.
  using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;
  /// Answers it when it has waited for something; cancelled with the call.
  using TaskHandler = std::function<Task<Result<HttpResponse>>(HttpRequest, Deadline)>;

  FakeHttp();
  ~FakeHttp() override;

  /// Puts an answer, or a failure, at the end of the script; each is given once.
  FakeHttp& will_answer(Result<HttpResponse> answer);
  /// Puts a call into the script that ends only when it is cancelled, or, in real time, at its deadline.
  FakeHttp& will_hang();
  /// Asked when the script is empty.
  void on_request(Handler handler);
  /// The same, for a handler that waits, for example on a ManualClock.
  void on_request_task(TaskHandler handler);
  /// Largest piece that a sink is given, at least 1; at first as large as the body.
  void set_piece_bytes(std::size_t bytes);

  Task<Result<HttpResponse>> send(HttpRequest request, Deadline deadline) override;

  /// What was sent, in order; sinks are null in these copies.
  std::vector<HttpRequest> requests() const;
  /// The request at `index`; throws std::out_of_range when there were fewer.
  HttpRequest request(std::size_t index) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A response of these parts, for scripts.
HttpResponse fake_response(int status, std::string_view body = {}, std::vector<HttpHeader> headers = {});

}  // namespace imagegen
