#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file An HTTP/1.1 server on 127.0.0.1 that misbehaves as it is told. Plain sockets and threads, and nothing of the
/// client under test, so that the two cannot be wrong in the same way.
namespace imagegen::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// What a client sent.
struct RecordedRequest {
  std::string method;
  std::string target;       ///< Byte for byte; the authority for CONNECT, the whole URL when sent to a proxy.
  HeaderList headers;       ///< In the order they came.
  std::string body;         ///< Chunked coding removed. Empty while `on_head` looks at it.
  int connection = 0;       ///< 1 for the first connection accepted.
  std::string server_name;  ///< SNI; empty without TLS.

  /// The first value under `name`, any case; empty when there is none.
  std::string header(std::string_view name) const;
  /// How many headers are called `name`.
  std::size_t count(std::string_view name) const;
};

enum class Framing { content_length, chunked, until_close };

/// What happens to the connection after the reply, or after as much of it as `cut_body_at` allows.
enum class Ending {
  keep_alive,            ///< The next request is read.
  close,                 ///< Orderly: TLS close_notify, then FIN.
  close_without_notify,  ///< FIN alone, as an attacker who cuts the line would.
  reset,                 ///< RST
};

/// One answer, with whatever is wrong about it.
struct Reply {
  int status = 200;
  HeaderList headers;
  std::string body;
  Framing framing = Framing::content_length;
  std::size_t chunk_bytes = 1000;  ///< Framing::chunked: bytes in a chunk.
  std::string raw;                 ///< When not empty: these bytes instead of all of the above.

  bool no_answer = false;                   ///< Sends nothing at all, then `ending`.
  bool hold = false;                        ///< Silent until release() or the end of the server.
  std::chrono::milliseconds delay{0};       ///< Silent for so long.
  std::chrono::milliseconds body_delay{0};  ///< Silent for so long between head and body.
  std::optional<std::size_t> hold_body_at;  ///< So many bytes after the head (as framed), it waits for release().
  std::optional<std::size_t> cut_body_at;   ///< So many bytes after the head (as framed), nothing more is sent.
  std::size_t drip_bytes = 0;               ///< Above 0: written in pieces of so many bytes...
  std::chrono::milliseconds drip_pause{0};  ///< ...with so long a pause between them.
  Ending ending = Ending::keep_alive;       ///< Framing::until_close and a cut body make it `close`.
  std::uint16_t tunnel_to = 0;              ///< After the reply, bytes go to and from this port of 127.0.0.1 (CONNECT).

  static Reply json(std::string text, int status = 200);
  static Reply of(int status, std::string body = {}, HeaderList headers = {});
  static Reply never() {
    Reply reply;
    reply.hold = true;
    return reply;
  }
  static Reply dropped(Ending how) {
    Reply reply;
    reply.no_answer = true;
    reply.ending = how;
    return reply;
  }
};

/// Which certificate the server shows. All but `self_signed` come from the CA in LoopbackServer::ca_file().
enum class Certificate { none, good, expired, wrong_host, self_signed };

struct ServerOptions {
  Certificate certificate = Certificate::none;  ///< none: plain HTTP.
  bool only_old_tls = false;                    ///< TLS 1.1 at most.

  std::string greeting;  ///< Sent as it is to everyone who connects, before TLS and before a byte is read.

  /// Asked when the head of a request is complete. A reply is sent without reading the body; nothing: the body is read
  /// and the handler asked. The request is recorded either way.
  std::function<std::optional<Reply>(const RecordedRequest&)> on_head;

  /// Asked for each connection (1, 2, ...) before TLS and before a byte is read. True: it is reset at once.
  std::function<bool(int connection)> reset_on_accept;

  /// The same; true: it is accepted and then nothing is read or written until release() or the end of the server.
  std::function<bool(int connection)> hold_on_accept;
};

/// Listens on a free port of 127.0.0.1, IPv4, until it is destroyed, which also ends every connection.
///
/// Handlers run on the server's threads, one at a time. Every wait of the test for the server ends after 30 s at the
/// latest.
class LoopbackServer {
 public:
  using Handler = std::function<Reply(const RecordedRequest&)>;

  explicit LoopbackServer(Handler handler, ServerOptions options = {});
  /// Answers every request with `reply`.
  explicit LoopbackServer(Reply reply, ServerOptions options = {});
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const noexcept;
  /// "http://127.0.0.1:port" or "https://127.0.0.1:port", then `target`. A good certificate is also for "localhost".
  std::string url(std::string_view target = "") const;
  /// A PEM file with the CA that signed the certificate; it lives as long as the process.
  static std::string ca_file();

  std::vector<RecordedRequest> requests() const;
  /// The request at `index`; throws when it has not come.
  RecordedRequest request(std::size_t index) const;
  /// Connections accepted so far.
  std::size_t connections() const;

  /// Waits until `count` requests are recorded. \return Whether they came.
  bool wait_for_requests(std::size_t count) const;
  /// Waits until `count` connections are accepted. \return Whether they came.
  bool wait_for_connections(std::size_t count) const;
  /// Lets everything go on that is held, now and later.
  void release();
  /// Waits until no connection is busy with a request, then closes all of them and waits until they are closed.
  void close_idle(Ending how = Ending::close);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// A port of 127.0.0.1 that refuses connections as long as this lives: bound, and not listening.
class RefusingPort {
 public:
  RefusingPort();
  ~RefusingPort();
  RefusingPort(const RefusingPort&) = delete;
  RefusingPort& operator=(const RefusingPort&) = delete;
  std::uint16_t port() const noexcept { return port_; }

 private:
  std::uint16_t port_ = 0;  // before the socket, whose making fills it in
  int socket_ = -1;
};

/// A port of 127.0.0.1 where connecting neither succeeds nor fails: its backlog is full and nobody accepts.
class SilentPort {
 public:
  SilentPort();
  /// The same on 127.0.0.2, which is this machine as well, at a port of the caller's choice.
  explicit SilentPort(std::uint16_t port);
  ~SilentPort();
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  std::uint16_t port() const noexcept { return port_; }

 private:
  void fill();

  std::uint16_t port_ = 0;  // before the socket, whose making fills it in
  std::uint32_t address_;
  int socket_ = -1;
  std::vector<int> fillers_;
};

}  // namespace imagegen::test
