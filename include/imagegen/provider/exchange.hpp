#pragma once
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <variant>

/// \file What to send is apart from sending it: an Exchange has no socket and no clock.
namespace imagegen {

/// Send this, then call on_response().
struct Send {
  HttpRequest request;
};
/// Wait, then call on_wake().
struct Wait {
  std::chrono::milliseconds delay{};
};
/// The end.
struct Done {
  Result<GeneratedImages> result;
};
using Step = std::variant<Send, Wait, Done>;

/// One conversation with a provider. Used once, by one coroutine.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Step start() = 0;
  virtual Step on_response(const HttpResponse& response) = 0;
  virtual Step on_wake() { return Done{Error{Errc::internal, "this exchange never waits"}}; }
};

/// The one place that moves bytes, for every provider.
Task<Result<GeneratedImages>> run_exchange(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline);

}  // namespace imagegen
