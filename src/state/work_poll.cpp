#include "state/work_poll.hpp"

#include <condition_variable>
#include <utility>

namespace imagegen {

class WorkPoll::Registration : public JobStore::Watch {
 public:
  Registration(std::shared_ptr<WorkPoll> poll, std::function<void()> on_work)
      : poll_(std::move(poll)), watch_(poll_->watchers_->add(std::move(on_work))) {
    poll_->begin();
  }
  ~Registration() override {
    watch_.reset();  // from here on nobody is called
    poll_->end();
  }

 private:
  std::shared_ptr<WorkPoll> poll_;
  std::unique_ptr<JobStore::Watch> watch_;
};

WorkPoll::WorkPoll(std::chrono::milliseconds between_looks, std::function<Look()> begin_looking,
                   std::shared_ptr<JobWatchers> watchers)
    : between_looks_(between_looks), begin_looking_(std::move(begin_looking)), watchers_(std::move(watchers)) {}

std::unique_ptr<JobStore::Watch> WorkPoll::add(std::function<void()> on_work) {
  return std::make_unique<Registration>(shared_from_this(), std::move(on_work));
}

void WorkPoll::begin() {
  const std::lock_guard lock(mutex_);
  if (watches_++ == 0) thread_ = std::jthread([this](const std::stop_token& stopped) { look_until(stopped); });
}

void WorkPoll::end() {
  const std::lock_guard lock(mutex_);
  if (--watches_ == 0) thread_ = std::jthread();  // stops and joins
}

void WorkPoll::look_until(const std::stop_token& stopped) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  const Look look = begin_looking_();
  while (!stopped.stop_requested()) {
    if (look()) watchers_->call();
    never.wait_for(lock, stopped, between_looks_, [] { return false; });
  }
}

}  // namespace imagegen
