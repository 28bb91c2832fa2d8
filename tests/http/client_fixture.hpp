#pragma once
#include <imagegen/http/http_client.hpp>

#include <boost/asio/io_context.hpp>

#include "http/socket_client.hpp"
#include "support/loopback_server.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

#include <map>
#include <string>

/// \file What the tests of the client have in common.
namespace imagegen::test {

inline HttpRequest request(std::string method, std::string_view url, std::string_view body = {}) {
  HttpRequest out;
  out.method = std::move(method);
  out.url = parse_url(url).value();
  out.body = to_bytes(body);
  return out;
}

inline Deadline soon(std::chrono::milliseconds time) {
  return deadline_after(system_clock(), time);
}

inline HttpClientOptions trusting_options() {
  HttpClientOptions options;
  options.ca_file = LoopbackServer::ca_file();
  return options;
}

inline std::unique_ptr<HttpClient> client(HttpClientOptions options = {}) {
  return make_http_client(std::move(options)).value();
}

/// One call on an io_context of its own.
inline Result<HttpResponse> send(HttpClient& http, HttpRequest what, Deadline deadline = Deadline::never()) {
  return run_task(http.send(std::move(what), deadline));
}

/// One call by a client of its own.
inline Result<HttpResponse> send(HttpRequest what, Deadline deadline = Deadline::never()) {
  const auto http = client();
  return send(*http, std::move(what), deadline);
}

/// The same, with a deadline that begins when the client is made: that takes a while, and is not what a test is about.
inline Result<HttpResponse> send_within(std::chrono::milliseconds time, HttpRequest what) {
  const auto http = client();
  return send(*http, std::move(what), soon(time));
}

inline std::string text_of(const Result<HttpResponse>& response) {
  return response ? std::string(as_text(response->body)) : "failed: " + response.error().message;
}

/// An error of that code whose request came that far.
MATCHER_P2(FailsAt, code, delivery, std::string("fails with ").append(to_string(code))) {
  if (arg.has_value()) {
    *result_listener << "it has status " << arg->status;
    return false;
  }
  *result_listener << "it is " << arg.error() << ", with delivery " << static_cast<int>(arg.error().delivery);
  return arg.error().code == code && arg.error().delivery == delivery;
}

/// DNS that says what the test wants; a name it does not know is not found.
class FakeResolver final : public Resolver {
 public:
  using Answers = std::map<std::string, std::vector<std::string>>;
  explicit FakeResolver(Answers answers) : answers_(std::move(answers)) {}

  Task<Resolved> resolve(std::string host, std::chrono::steady_clock::time_point) override {
    Resolved out;
    for (const auto& text : answers_[host]) out.addresses.push_back(boost::asio::ip::make_address(text));
    if (out.addresses.empty()) out.error = boost::asio::error::host_not_found;
    co_return out;
  }

 private:
  Answers answers_;
};

inline std::unique_ptr<HttpClient> client_with_dns(FakeResolver::Answers answers, HttpClientOptions options = {}) {
  return make_socket_client(std::move(options), std::make_unique<FakeResolver>(std::move(answers))).value();
}

}  // namespace imagegen::test
