#include <imagegen/core/digest.hpp>
#include <imagegen/event/event_sink.hpp>

#include <array>
#include <exception>
#include <random>

namespace imagegen {
namespace {

class NullSink final : public EventSink {
 public:
  void emit(Event) override {}
};

class CallbackSink final : public EventSink {
 public:
  explicit CallbackSink(std::function<void(const Event&)> callback) : callback_(std::move(callback)) {}
  void emit(Event event) override { static_cast<void>(deliver(event)); }

  // A host's analytics must not fail the work that it watches.
  Result<void> deliver(const Event& event) override {
    try {
      callback_(event);
      return {};
    } catch (const std::exception& thrown) {
      return failed(thrown.what());
    } catch (...) {
      return failed("something that is no std::exception");
    }
  }

 private:
  static Error failed(const std::string& what) {
    Error error(Errc::unavailable, "events: the callback threw: " + what);
    error.retry = Retry::later;
    return error;
  }

  std::function<void(const Event&)> callback_;
};

}  // namespace

std::unique_ptr<EventSink> make_null_event_sink() {
  return std::make_unique<NullSink>();
}

std::unique_ptr<EventSink> make_callback_event_sink(std::function<void(const Event&)> callback) {
  return std::make_unique<CallbackSink>(std::move(callback));
}

std::string new_event_id() {
  std::random_device random;
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return to_hex(bytes);
}

}  // namespace imagegen
