#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/http/url.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// A field of a head (RFC 9110, section 5).
struct HttpHeader {
  std::string name;   ///< As it came or is to be sent: upper and lower case are told apart by nobody.
  std::string value;  ///< Without control characters.
};

/// Headers in the order they came or are to be sent.
class HttpHeaders {
 public:
  /// Puts one at the end, also where there is one of that name.
  void add(std::string name, std::string value) { entries_.push_back({std::move(name), std::move(value)}); }
  /// The first value under `name`, any case; empty when there is none.
  std::string_view get(std::string_view name) const noexcept;
  /// Whether there is one under `name`, any case; its value may be empty.
  bool has(std::string_view name) const noexcept;
  /// All of them, in order, borrowed until this object changes.
  const std::vector<HttpHeader>& entries() const noexcept { return entries_; }

 private:
  std::vector<HttpHeader> entries_;
};

/// How far a body has come, by what is in it.
enum class BodyState : std::uint8_t {
  waiting,    ///< Nothing that matters: a silence may still be work, and only the deadline ends it.
  under_way,  ///< A silence, or an end before the last byte, is a broken line.
  enough,     ///< The same; but should it break off here, what came can be used.
  complete,   ///< Nothing more is needed: what follows is waited for a moment only, and need not be well-formed.
};

/// Takes a response body while it arrives, so that it need not be held.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// The next bytes, borrowed for the call. An error ends the exchange with that error.
  virtual Result<void> on_data(ByteView data) = 0;
  /// Asked between calls of on_data(), and before the first. From `enough` on an exchange that fails ends well.
  virtual BodyState state() const { return BodyState::under_way; }
};

class BodyGate;  // in http_client.hpp

/// What HttpClient::send() is asked to send, and what it may do with the answer.
struct HttpRequest {
  std::string method = "GET";  ///< In upper case; any token is sent.
  Url url;                     ///< Where to.
  /// Host, Content-Length, Connection and Transfer-Encoding are the client's to send, and refused here. User-Agent,
  /// Accept (anything) and Accept-Encoding (identity) are added where they are missing.
  HttpHeaders headers;
  Bytes body;                                   ///< Sent with its length; empty: a request without a body.
  std::size_t max_response_bytes = 16U << 20U;  ///< A longer body is Errc::limit_exceeded.
  /// Where the body of a 2xx answer goes instead of HttpResponse::body; borrowed until send() returns.
  BodySink* sink = nullptr;
  /// Holds the body of a 2xx answer back; borrowed until send() returns. Null: it is read as it comes.
  BodyGate* gate = nullptr;
  /// For URLs that came out of somebody's answer: refuse a name with an address that is not public, and the ports of
  /// other services (below 1024 all but 80 and 443; above, those of databases and the like), unless the host is on the
  /// client's allow list.
  bool public_addresses_only = false;
  /// For what https has led to: refuse http, unless its host is on the client's allow list.
  bool encrypted_only = false;
  /// For what costs money: never goes on a kept-alive connection, which the server may be closing at this moment. The
  /// new connection is kept for other requests afterwards.
  bool fresh_connection = false;
};

/// The statuses that name another place to ask, in Location. RFC 9110, section 15.4.
constexpr bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What a server answered, whatever its status.
struct HttpResponse {
  int status = 0;       ///< Of the final answer, at least 200; 0 where there is none yet.
  HttpHeaders headers;  ///< As they came, without those of interim answers.
  Bytes body;           ///< Empty where a sink took it. An error answer is kept here up to 64 KiB even with a sink.
};

}  // namespace imagegen
