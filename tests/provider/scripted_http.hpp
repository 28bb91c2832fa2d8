#pragma once
#include <imagegen/http/http_client.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace imagegen::test {

/// An HttpClient without sockets: gives the answers it was told, in turn, and keeps what it was asked.
class ScriptedHttp final : public HttpClient {
 public:
  using Answer = std::function<Result<HttpResponse>()>;

  void answer(HttpResponse response) {
    answers_.push_back([response]() -> Result<HttpResponse> { return response; });
  }
  void fail(Error error) {
    answers_.push_back([error]() -> Result<HttpResponse> { return error; });
  }
  void answer_with(Answer answer) { answers_.push_back(std::move(answer)); }

  Task<Result<HttpResponse>> send(HttpRequest request, Deadline deadline) override {
    requests.push_back(request);
    deadlines.push_back(deadline);
    if (answers_.empty()) throw std::logic_error("an unexpected request: " + request.method + " " + request.url.target);
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    auto response = answer();
    if (response && request.sink != nullptr && response->status / 100 == 2) {
      const auto taken = request.sink->on_data(response->body);
      if (!taken) co_return taken.error();
      response->body.clear();
    }
    co_return response;
  }

  std::vector<HttpRequest> requests;
  std::vector<Deadline> deadlines;

 private:
  std::deque<Answer> answers_;
};

inline HttpResponse http_response(int status, std::string_view body = {}, std::vector<HttpHeader> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = to_bytes(body);
  for (auto& header : headers) response.headers.add(std::move(header.name), std::move(header.value));
  return response;
}

inline Error error_of(Errc code, Delivery delivery) {
  Error error(code, "as scripted");
  error.delivery = delivery;
  return error;
}

}  // namespace imagegen::test
