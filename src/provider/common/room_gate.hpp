#pragma once
#include <imagegen/http/http_client.hpp>

#include <functional>
#include <utility>

namespace imagegen {

/// CallContext::room as what an answer waits for.
class RoomGate final : public BodyGate {
 public:
  explicit RoomGate(std::function<Task<void>()> room) : room_(std::move(room)) {}
  /// Puts itself into a request whose answer may hold pictures; it must outlive the call.
  void hold(HttpRequest& request) {
    if (room_) request.gate = this;
  }
  /// Waits once, however often its request is sent: whoever held an answer back for so long does so no longer.
  Task<void> open() override {
    if (!std::exchange(is_open_, true)) co_await room_();
  }

 private:
  std::function<Task<void>()> room_;
  bool is_open_ = false;
};

}  // namespace imagegen
