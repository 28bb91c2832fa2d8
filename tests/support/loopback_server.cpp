#include "support/loopback_server.hpp"

#include "support/server_connection.hpp"
#include "support/test_certificates.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kLimit{30};

sockaddr_in socket_address(std::uint32_t address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(address);
  return out;
}

// Port 0 takes a free one, and `port` then says which.
int bind_loopback(std::uint16_t& port, std::uint32_t address = INADDR_LOOPBACK) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto name = socket_address(address, port);
  socklen_t size = sizeof name;
  if (out < 0 || ::bind(out, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
      ::getsockname(out, reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    throw std::runtime_error("cannot bind a port of 127.0.0.0/8");
  }
  port = ntohs(name.sin_port);
  return out;
}

// A peer that went away must be an error code, not the end of the test program; OpenSSL writes without MSG_NOSIGNAL.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

std::string RecordedRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (strcasecmp(key.c_str(), std::string(name).c_str()) == 0) return value;
  }
  return {};
}

std::size_t RecordedRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), [&](const auto& entry) {
    return strcasecmp(entry.first.c_str(), std::string(name).c_str()) == 0;
  }));
}

Reply Reply::json(std::string text, int status) {
  return of(status, std::move(text), {{"Content-Type", "application/json"}});
}

Reply Reply::of(int status, std::string body, HeaderList headers) {
  Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.headers = std::move(headers);
  return reply;
}

struct LoopbackServer::State {
  Handler handler;
  ServerOptions options;
  ServerContext tls;
  int listener = -1;
  std::uint16_t port = 0;
  ServerSignals signals;
  std::mutex handler_mutex;  // handlers of tests share variables, so they run one at a time
  std::vector<RecordedRequest> requests;
  std::vector<std::unique_ptr<ServerConnection>> connections;
  std::vector<std::thread> threads;
  std::thread acceptor;

  void accept_all();
  void serve(ServerConnection& connection);
  bool serve_one(ServerConnection& connection);
  void record(const RecordedRequest& request);
};

void LoopbackServer::State::accept_all() {
  ignore_broken_pipes();
  for (;;) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    // Nagle would hold a body back behind its head, and a reset would then swallow it.
    const int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    const std::lock_guard lock(signals.mutex);
    if (signals.stopping || socket < 0) {
      if (socket >= 0) ::close(socket);
      return;
    }
    const int number = static_cast<int>(connections.size()) + 1;
    connections.push_back(std::make_unique<ServerConnection>(socket, number, signals));
    auto& added = *connections.back();
    threads.emplace_back([this, &added] { serve(added); });
    signals.changed.notify_all();
  }
}

void LoopbackServer::State::serve(ServerConnection& connection) {
  ignore_broken_pipes();
  if (options.reset_on_accept && options.reset_on_accept(connection.number())) return connection.end(Ending::reset);
  if (options.hold_on_accept && options.hold_on_accept(connection.number())) connection.hold();
  connection.write_raw(options.greeting);
  if (!tls || connection.accept_tls(tls.get())) {
    while (serve_one(connection)) {
    }
  }
  connection.end(connection.asked_ending().value_or(Ending::close_without_notify));
}

bool LoopbackServer::State::serve_one(ServerConnection& connection) {
  auto request = connection.read_head();
  if (!request) return false;
  const bool head_only = request->method == "HEAD";
  if (options.on_head) {
    std::unique_lock lock(handler_mutex);
    const auto early = options.on_head(*request);
    lock.unlock();
    if (early) {
      record(*request);
      // An unread body would be taken for the next request.
      const bool reusable = request->header("Content-Length").empty() && request->header("Transfer-Encoding").empty();
      return connection.send_reply(*early, head_only) && reusable;
    }
  }
  if (!connection.read_body(*request)) return false;
  record(*request);
  std::unique_lock lock(handler_mutex);
  const Reply reply = handler(*request);
  lock.unlock();
  return connection.send_reply(reply, head_only);
}

void LoopbackServer::State::record(const RecordedRequest& request) {
  const std::lock_guard lock(signals.mutex);
  requests.push_back(request);
  signals.changed.notify_all();
}

LoopbackServer::LoopbackServer(Handler handler, ServerOptions options) : state_(std::make_shared<State>()) {
  state_->handler = std::move(handler);
  state_->options = std::move(options);
  if (state_->options.certificate != Certificate::none) {
    state_->tls = make_server_context(state_->options.certificate, state_->options.only_old_tls);
  }
  state_->listener = bind_loopback(state_->port);
  if (::listen(state_->listener, 128) != 0) throw std::runtime_error("cannot listen on 127.0.0.1");
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

LoopbackServer::LoopbackServer(Reply reply, ServerOptions options)
    : LoopbackServer([reply = std::move(reply)](const RecordedRequest&) { return reply; }, std::move(options)) {}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(state_->signals.mutex);
    state_->signals.stopping = true;
    state_->signals.changed.notify_all();
    for (const auto& connection : state_->connections) connection->wake(Ending::close_without_notify);
  }
  ::shutdown(state_->listener, SHUT_RDWR);
  state_->acceptor.join();
  for (auto& thread : state_->threads) thread.join();
  ::close(state_->listener);
}

std::uint16_t LoopbackServer::port() const noexcept {
  return state_->port;
}

std::string LoopbackServer::url(std::string_view target) const {
  return (state_->tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port()) + std::string(target);
}

std::string LoopbackServer::ca_file() {
  return test_ca_file();
}

std::vector<RecordedRequest> LoopbackServer::requests() const {
  const std::lock_guard lock(state_->signals.mutex);
  return state_->requests;
}

RecordedRequest LoopbackServer::request(std::size_t index) const {
  return requests().at(index);
}

std::size_t LoopbackServer::connections() const {
  const std::lock_guard lock(state_->signals.mutex);
  return state_->connections.size();
}

bool LoopbackServer::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(state_->signals.mutex);
  return state_->signals.changed.wait_for(lock, kLimit, [&] { return state_->requests.size() >= count; });
}

bool LoopbackServer::wait_for_connections(std::size_t count) const {
  std::unique_lock lock(state_->signals.mutex);
  return state_->signals.changed.wait_for(lock, kLimit, [&] { return state_->connections.size() >= count; });
}

void LoopbackServer::release() {
  const std::lock_guard lock(state_->signals.mutex);
  state_->signals.released = true;
  state_->signals.changed.notify_all();
}

void LoopbackServer::close_idle(Ending how) {
  std::unique_lock lock(state_->signals.mutex);
  const auto all = [&](auto good) { return std::all_of(state_->connections.begin(), state_->connections.end(), good); };
  state_->signals.changed.wait_for(lock, kLimit,
                                   [&] { return all([](auto& c) { return c->idle() || c->finished(); }); });
  for (const auto& connection : state_->connections) connection->wake(how);
  state_->signals.changed.wait_for(lock, kLimit, [&] { return all([](auto& c) { return c->finished(); }); });
}

RefusingPort::RefusingPort() : socket_(bind_loopback(port_)) {}
RefusingPort::~RefusingPort() {
  ::close(socket_);
}

SilentPort::SilentPort() : address_(INADDR_LOOPBACK), socket_(bind_loopback(port_)) {
  fill();
}
SilentPort::SilentPort(std::uint16_t port)
    : port_(port), address_(INADDR_LOOPBACK + 1), socket_(bind_loopback(port_, address_)) {
  fill();
}

void SilentPort::fill() {
  if (::listen(socket_, 0) != 0) throw std::runtime_error("cannot listen on 127.0.0.0/8");
  const auto name = socket_address(address_, port_);
  // Linux queues one more than the backlog; the connection that stays pending shows that the queue is full.
  for (bool pending = false; !pending;) {
    fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(fillers_.back(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    pollfd ready{fillers_.back(), POLLOUT, 0};
    pending = ::poll(&ready, 1, 50) == 0;
  }
}

SilentPort::~SilentPort() {
  for (const int filler : fillers_) ::close(filler);
  ::close(socket_);
}

}  // namespace imagegen::test
