#include "support/server_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>

namespace imagegen::test {
namespace {

std::string frame_body(const Reply& reply) {
  if (reply.framing != Framing::chunked) return reply.body;
  std::ostringstream out;
  const std::size_t step = std::max<std::size_t>(reply.chunk_bytes, 1);
  for (std::size_t at = 0; at < reply.body.size(); at += step) {
    const std::string piece = reply.body.substr(at, step);
    out << std::hex << piece.size() << "\r\n" << piece << "\r\n";
  }
  out << "0\r\n\r\n";
  return out.str();
}

std::string make_head(const Reply& reply) {
  std::ostringstream out;
  out << "HTTP/1.1 " << reply.status << " Because\r\n";
  for (const auto& [name, value] : reply.headers) out << name << ": " << value << "\r\n";
  const bool bodiless = reply.status == 204 || reply.status == 304 || reply.tunnel_to != 0;
  if (reply.framing == Framing::chunked) out << "Transfer-Encoding: chunked\r\n";
  if (reply.framing == Framing::content_length && !bodiless) out << "Content-Length: " << reply.body.size() << "\r\n";
  if (reply.framing == Framing::until_close || reply.ending == Ending::close) out << "Connection: close\r\n";
  out << "\r\n";
  return out.str();
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

int connect_to(std::uint16_t port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(out, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return out;
  ::close(out);
  return -1;
}

}  // namespace

ServerConnection::~ServerConnection() {
  end(Ending::close_without_notify);
}

bool ServerConnection::accept_tls(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket_);
  return SSL_accept(ssl_) == 1;
}

bool ServerConnection::fill() {
  char piece[16384];
  const auto got = ssl_ != nullptr ? SSL_read(ssl_, piece, sizeof piece) : ::recv(socket_, piece, sizeof piece, 0);
  if (got <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(got));
  return true;
}

bool ServerConnection::take(std::size_t count, std::string& into) {
  while (buffer_.size() < count) {
    if (!fill()) return false;
  }
  into.append(buffer_, 0, count);
  buffer_.erase(0, count);
  return true;
}

bool ServerConnection::take_line(std::string& line) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

void ServerConnection::set_idle(bool idle) {
  const std::lock_guard lock(signals_.mutex);
  idle_ = idle;
  signals_.changed.notify_all();
}

std::optional<RecordedRequest> ServerConnection::read_head() {
  if (buffer_.empty()) {
    set_idle(true);
    const bool more = fill();
    set_idle(false);
    if (!more) return std::nullopt;
  }
  std::string line;
  if (!take_line(line)) return std::nullopt;
  RecordedRequest request;
  std::istringstream(line) >> request.method >> request.target;
  request.connection = number_;
  const char* name = ssl_ != nullptr ? SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name) : nullptr;
  if (name != nullptr) request.server_name = name;
  while (take_line(line)) {
    if (line.empty()) return request;
    const auto colon = std::min(line.find(':'), line.size());
    request.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(std::min(colon + 1, line.size()))));
  }
  return std::nullopt;
}

bool ServerConnection::read_chunks(std::string& into) {
  for (std::string line; take_line(line);) {
    const auto size = std::stoul(line, nullptr, 16);
    if (size == 0) return take_line(line);
    if (!take(size, into) || !take_line(line)) return false;
  }
  return false;
}

bool ServerConnection::read_body(RecordedRequest& head) {
  if (strcasecmp(head.header("Transfer-Encoding").c_str(), "chunked") == 0) return read_chunks(head.body);
  const std::string length = head.header("Content-Length");
  return length.empty() || take(std::stoul(length), head.body);
}

bool ServerConnection::write_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(),
                                                  static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U)))
                                      : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ServerConnection::send_span(const Reply& reply, std::string_view bytes) {
  if (reply.drip_bytes == 0) return write_raw(bytes);
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, reply.drip_bytes);
    if (!write_raw(piece)) return false;
    bytes.remove_prefix(piece.size());
    if (!bytes.empty()) pause(reply.drip_pause);
  }
  return true;
}

bool ServerConnection::send_reply(const Reply& reply, bool head_only) {
  pause(reply.delay);
  if (reply.hold) hold();
  if (!reply.no_answer) {
    const std::string head = reply.raw.empty() ? make_head(reply) : std::string();
    std::string wire = head + (head_only ? std::string() : reply.raw.empty() ? frame_body(reply) : reply.raw);
    if (reply.cut_body_at) wire.resize(std::min(wire.size(), head.size() + *reply.cut_body_at));
    const auto held_at = std::min(wire.size(), reply.hold_body_at ? head.size() + *reply.hold_body_at : wire.size());
    const std::string_view all = wire;
    if (!send_span(reply, all.substr(0, head.size()))) return false;
    pause(reply.body_delay);
    if (!send_span(reply, all.substr(head.size(), held_at - head.size()))) return false;
    if (reply.hold_body_at) hold();
    if (!send_span(reply, all.substr(held_at))) return false;
  }
  if (reply.tunnel_to != 0) tunnel(reply.tunnel_to);
  const bool over =
      reply.no_answer || reply.cut_body_at || reply.tunnel_to != 0 || reply.framing == Framing::until_close;
  if (!over && reply.ending == Ending::keep_alive) return true;
  end(reply.ending == Ending::keep_alive ? Ending::close : reply.ending);
  return false;
}

void ServerConnection::hold() {
  std::unique_lock lock(signals_.mutex);
  signals_.changed.wait(lock, [&] { return signals_.stopping || signals_.released; });
}

void ServerConnection::pause(std::chrono::milliseconds time) {
  if (time.count() <= 0) return;
  std::unique_lock lock(signals_.mutex);
  signals_.changed.wait_for(lock, time, [&] { return signals_.stopping; });
}

// Copies bytes both ways, still encrypted end to end, until either side has nothing more to say.
void ServerConnection::tunnel(std::uint16_t port) {
  const int other = connect_to(port);
  if (other < 0) return;
  const auto copy = [](int from, int to) {
    char piece[16384];
    const auto got = ::recv(from, piece, sizeof piece, 0);
    return got > 0 && ::send(to, piece, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  };
  pollfd both[2] = {{socket_, POLLIN, 0}, {other, POLLIN, 0}};
  while (::poll(both, 2, 30'000) > 0) {
    if (both[0].revents != 0 && !copy(socket_, other)) break;
    if (both[1].revents != 0 && !copy(other, socket_)) break;
  }
  ::close(other);
}

void ServerConnection::wake(Ending how) {
  // The caller holds the lock, so the socket cannot be closed and its number reused in between.
  if (finished_) return;
  asked_ = how;
  ::shutdown(socket_, how == Ending::reset ? SHUT_RD : SHUT_RDWR);
}

std::optional<Ending> ServerConnection::asked_ending() const {
  const std::lock_guard lock(signals_.mutex);
  return asked_;
}

void ServerConnection::end(Ending how) {
  if (ssl_ != nullptr && how == Ending::close && !finished_) SSL_shutdown(ssl_);
  const std::lock_guard lock(signals_.mutex);
  if (finished_) return;
  if (how == Ending::reset) {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  SSL_free(ssl_);
  ssl_ = nullptr;
  ::close(socket_);
  finished_ = true;
  idle_ = false;
  signals_.changed.notify_all();
}

}  // namespace imagegen::test
