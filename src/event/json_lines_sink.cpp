#include <imagegen/event/event_sink.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "event/append_file.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLongestQueue = 4096;

class JsonLinesSink final : public EventSink {
 public:
  explicit JsonLinesSink(AppendFile file) : file_(std::move(file)), writer_([this] { write_until_closed(); }) {}

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

  Result<void> deliver(const Event& event) override { return file_.append(to_json_line(event) + "\n"); }

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
    std::string lines;
    for (const auto& event : batch) lines += to_json_line(event) + "\n";
    if (dropped > 0) {
      const Event told{"events_dropped", new_event_id(), std::chrono::system_clock::now(), {{"count", dropped}}};
      lines += to_json_line(told) + "\n";
    }
    static_cast<void>(file_.append(lines));  // emit() promises nothing; who must know calls deliver()
  }

  AppendFile file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> queue_;
  std::int64_t dropped_ = 0;
  bool closed_ = false;
  std::thread writer_;  // last, so that it starts when all else is there
};

}  // namespace

Result<std::unique_ptr<EventSink>> make_json_lines_event_sink(const std::filesystem::path& file) {
  auto opened = AppendFile::open(file);
  if (!opened) return opened.error();
  return std::unique_ptr<EventSink>(std::make_unique<JsonLinesSink>(std::move(*opened)));
}

}  // namespace imagegen
