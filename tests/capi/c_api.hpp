#pragma once
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "imagegen.h"

/// \file What the tests of the C API have in common: owners of handles, a fixture that looks for leaks, parts of a
/// host.
namespace imagegen::test {

template <auto destroy>
struct Destroy {
  template <class Handle>
  void operator()(Handle* handle) const {
    destroy(handle);
  }
};

using Runtime = std::unique_ptr<imagegen_runtime, Destroy<imagegen_runtime_destroy>>;
using Call = std::unique_ptr<imagegen_call_handle, Destroy<imagegen_call_destroy>>;
using Event = std::unique_ptr<imagegen_event, Destroy<imagegen_event_destroy>>;
using Buffer = std::unique_ptr<imagegen_bytes, Destroy<imagegen_bytes_release>>;
using Image = std::unique_ptr<imagegen_image, Destroy<imagegen_image_destroy>>;

/// An out_error: `imagegen_poll(runtime, 0, &event, failure)`, then failure.message().
class Failure {
 public:
  Failure() = default;
  Failure(const Failure&) = delete;
  Failure& operator=(const Failure&) = delete;
  ~Failure() { imagegen_error_destroy(error_); }
  operator imagegen_error**() {
    imagegen_error_destroy(error_);
    error_ = nullptr;
    return &error_;
  }
  imagegen_error* handle() const { return error_; }
  imagegen_status status() const { return imagegen_error_status(error_); }
  std::string message() const { return imagegen_error_message(error_); }
  boost::json::object json() const { return boost::json::parse(imagegen_error_json(error_)).as_object(); }

 private:
  imagegen_error* error_ = nullptr;
};

/// Waits until `ready` says so; false after 30 s.
bool until(const std::function<bool()>& ready);

/// Every test ends with as many handles as it began with.
class CApi : public testing::Test {
 protected:
  void SetUp() override { handles_ = imagegen_live_handles(); }
  void TearDown() override {
    EXPECT_TRUE(until([this] { return imagegen_live_handles() == handles_; }))
        << imagegen_live_handles() << " handles, expected " << handles_;
  }

 private:
  std::size_t handles_ = 0;
};

/// A part of a host as a table of functions. Outlives its runtime: waits for its release.
class Host {
 public:
  using OnCall = std::function<void(Event)>;

  Host(std::string kind, OnCall on_call, std::string capability = "{}")
      : kind_(std::move(kind)), capability_(std::move(capability)), on_call_(std::move(on_call)) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    EXPECT_TRUE(!lent_ || until([this] { return releases > 0; })) << "a part was not released";
  }

  imagegen_host_part part();

  std::atomic<int> calls = 0, cancels = 0, releases = 0;
  std::thread::id released_on;

 private:
  const std::string kind_, capability_;
  const OnCall on_call_;
  bool lent_ = false;
};

/// Keeps the tokens of its calls and answers none of them.
class Silent {
 public:
  void operator()(Event event) { take(std::move(event)); }
  /// Of the next call; fails the test and gives null where none comes.
  Event next();

 private:
  void take(Event event) {
    const std::lock_guard lock(state_->mutex);
    state_->events.push_back(std::move(event));
  }
  struct State {
    std::mutex mutex;
    std::vector<Event> events;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

inline constexpr std::string_view kHouse =
    R"({"provider": "house", "model": "house-1", "paid": false, "sizes": {"fixed": [[64, 64]]}})";

Runtime open(const std::string& config = "{}", std::vector<imagegen_host_part> parts = {});
/// Starts an operation whose end comes through the inbox.
Call start(const Runtime& runtime, const char* operation, const std::string& request = "{}");
/// The next event of that kind, whatever comes before it; null where none comes in 30 s.
Event next_event(const Runtime& runtime, imagegen_event_kind_value kind = IMAGEGEN_EVENT_DONE);
/// Makes an operation and gives its result; fails the test where it fails.
boost::json::object result_of(const Runtime& runtime, const char* operation, const std::string& request = "{}",
                              std::vector<imagegen_view> inputs = {}, std::vector<std::string>* files = nullptr);

boost::json::object json_of(const Event& event);
std::string content(const Buffer& bytes);
Buffer bytes_of(const Event& event, std::size_t index);
imagegen_view view_of(std::string_view bytes);
/// A picture with something in it.
Image picture(std::uint32_t width, std::uint32_t height, std::uint32_t channels = 3);
std::string file_of(const Image& image, imagegen_format format = IMAGEGEN_PNG);
/// examples/lifestyle-packs/wi-greeting-cards.json with small files, as a request of heroes.generate.
std::string hero_request(const char* work_item = "wi-1");

}  // namespace imagegen::test
