#pragma once
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

/// \file What to send is apart from sending it: an Exchange has no socket and no clock.
namespace imagegen {

/// Send this, then call on_response().
struct Send {
  HttpRequest request;  ///< Moved from when it is sent.
  /// How long the whole answer may take, where less than the deadline allows: for what can be asked again. Then
  /// on_error() is told Errc::unavailable.
  std::optional<std::chrono::milliseconds> patience = {};
  /// False for what is free whatever comes of it, such as an upload or a poll: it says nothing of what may be owed.
  bool costs = true;
};
/// Get a URL that came out of somebody's answer, through the guard of http's download() and with no header of ours;
/// then call on_fetched(). A relative one is meant on the URL of the last Send; odd characters are encoded.
struct Fetch {
  std::string url;            ///< As it stands in the answer.
  std::size_t max_bytes = 0;  ///< A longer file is Errc::limit_exceeded.
};
/// Wait, then call on_wake().
struct Wait {
  std::chrono::milliseconds delay{};  ///< From now.
};
/// The end.
struct Done {
  Result<Submission> result;  ///< A RemoteTask where the service goes on by itself and is polled later.
};
/// What an Exchange wants done next.
using Step = std::variant<Send, Fetch, Wait, Done>;

/// One conversation with a provider. Used once, by one coroutine.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// The first step. Called once, before all else.
  virtual Step start() = 0;
  /// After a Send: whatever was answered, borrowed for the call.
  virtual Step on_response(const HttpResponse& response) = 0;
  /// After a Wait, when it is over.
  virtual Step on_wake() { return Done{Error{Errc::internal, "this exchange never waits"}}; }
  /// After a Fetch: the file, or why there is none. Where the call is cancelled or too late, on_error() is told
  /// instead.
  virtual Step on_fetched(Result<Bytes>) { return Done{Error{Errc::internal, "this exchange never fetches"}}; }

  /// A request got no complete answer, or the deadline passed, or the caller cancelled (both of which only Done can
  /// follow). The error's `delivery` covers the whole conversation, and its `retry` is `later` only when nothing at all
  /// was sent and the network was at fault.
  virtual Step on_error(Error error) { return Done{std::move(error)}; }
};

/// The one place that moves bytes, for every provider.
///
/// Begins no step after the deadline. An error that comes out has the `delivery` of the whole conversation: `answered`
/// once any answer came. After a 2xx its `billing` is `maybe` unless the exchange says otherwise. Its `where_to_look`
/// is the URL that was to be fetched last, in full.
Task<Result<Submission>> run_exchange(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline);

/// run_exchange() for one that ends in pictures: a RemoteTask is Errc::bad_answer.
Task<Result<GeneratedImages>> run_to_images(HttpClient& http, Clock& clock, Exchange& exchange, Deadline deadline);

}  // namespace imagegen
