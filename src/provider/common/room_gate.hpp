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
  Task<void> open() override { return room_(); }

 private:
  std::function<Task<void>()> room_;
};

}  // namespace imagegen
