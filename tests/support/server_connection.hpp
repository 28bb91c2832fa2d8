#pragma once
#include "support/loopback_server.hpp"

#include <openssl/ssl.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace imagegen::test {

/// What all connections of a server share.
struct ServerSignals {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  bool stopping = false;
  bool released = false;
};

/// One accepted connection: blocking bytes in and out, plain or TLS, used by one thread.
/// wake() and the getters may be called from another.
class ServerConnection {
 public:
  ServerConnection(int socket, int number, ServerSignals& signals) noexcept
      : socket_(socket), number_(number), signals_(signals) {}
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  int number() const noexcept { return number_; }
  bool accept_tls(SSL_CTX* context);

  /// The head of the next request; nothing at the end of the connection. Idle while it waits for a first byte.
  std::optional<RecordedRequest> read_head();
  /// The body that belongs to `head`. \return False when the connection ended before it.
  bool read_body(RecordedRequest& head);
  /// Does what `reply` says. \return Whether the connection may be used again.
  bool send_reply(const Reply& reply, bool head_only);
  /// Writes all of `bytes`. \return False when the connection ended before.
  bool write_raw(std::string_view bytes);
  void end(Ending how);

  /// Waits for release() or the end of the server.
  void hold();
  /// Makes a blocked read or write return, so that the thread can end the connection in the way given.
  void wake(Ending how);
  bool idle() const noexcept { return idle_; }          ///< Under ServerSignals::mutex.
  bool finished() const noexcept { return finished_; }  ///< Under ServerSignals::mutex.
  std::optional<Ending> asked_ending() const;

 private:
  bool fill();
  bool send_span(const Reply& reply, std::string_view bytes);
  bool take(std::size_t count, std::string& into);
  bool take_line(std::string& line);
  bool read_chunks(std::string& into);
  void pause(std::chrono::milliseconds time);
  void tunnel(std::uint16_t port);
  void set_idle(bool idle);

  int socket_;
  int number_;
  ServerSignals& signals_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
  bool idle_ = false;
  bool finished_ = false;
  std::optional<Ending> asked_;
};

}  // namespace imagegen::test
