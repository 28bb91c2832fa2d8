#include <imagegen/event/event_sink.hpp>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

namespace imagegen {
namespace {

constexpr std::size_t kLongestQueue = 4096;

class JsonLinesSink final : public EventSink {
 public:
  explicit JsonLinesSink(std::ofstream file) : file_(std::move(file)), writer_([this] { write_until_closed(); }) {}

  ~JsonLinesSink() override {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_one();
    writer_.join();
  }

  void emit(Event event) override {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() >= kLongestQueue) {
        ++dropped_;
        return;
      }
      queue_.push_back(std::move(event));
    }
    changed_.notify_one();
  }

 private:
  void write_until_closed() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto batch = std::exchange(queue_, {});
      const auto dropped = std::exchange(dropped_, 0);
      lock.unlock();
      write(batch, dropped);
      lock.lock();
    }
  }

  void write(const std::vector<Event>& batch, std::int64_t dropped) {
    for (const auto& event : batch) file_ << to_json_line(event) << '\n';
    if (dropped > 0) {
      file_ << to_json_line({"events_dropped", new_event_id(), std::chrono::system_clock::now(), {{"count", dropped}}})
            << '\n';
    }
    file_.flush();
  }

  std::ofstream file_;  // touched by the writer only
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> queue_;
  std::int64_t dropped_ = 0;
  bool closed_ = false;
  std::thread writer_;  // last, so that it starts when all else is there
};

}  // namespace

Result<std::unique_ptr<EventSink>> make_json_lines_event_sink(const std::filesystem::path& file) {
  std::ofstream stream(file, std::ios::app);
  if (!stream) return Error{Errc::storage_failed, "events: cannot open " + file.string() + " for appending"};
  return std::unique_ptr<EventSink>(std::make_unique<JsonLinesSink>(std::move(stream)));
}

}  // namespace imagegen
