#include "state/sqlite/change_poll.hpp"

#include <utility>

namespace imagegen::sqlite {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{100};

}  // namespace

class ChangePoll::Registration : public JobStore::Watch {
 public:
  Registration(std::shared_ptr<ChangePoll> poll, std::function<void()> on_work)
      : poll_(std::move(poll)), watch_(poll_->watchers_->add(std::move(on_work))) {
    poll_->begin();
  }
  ~Registration() override {
    watch_.reset();  // from here on nobody is called
    poll_->end();
  }

 private:
  std::shared_ptr<ChangePoll> poll_;
  std::unique_ptr<JobStore::Watch> watch_;
};

ChangePoll::ChangePoll(DatabaseFile file, std::shared_ptr<JobWatchers> watchers)
    : file_(std::move(file)), watchers_(std::move(watchers)) {}

std::unique_ptr<JobStore::Watch> ChangePoll::add(std::function<void()> on_work) {
  return std::make_unique<Registration>(shared_from_this(), std::move(on_work));
}

void ChangePoll::begin() {
  const std::lock_guard lock(mutex_);
  if (watches_++ == 0) thread_ = std::jthread([this](const std::stop_token& stopped) { look_until(stopped); });
}

void ChangePoll::end() {
  const std::lock_guard lock(mutex_);
  if (--watches_ == 0) thread_ = std::jthread();  // stops and joins
}

void ChangePoll::look_until(const std::stop_token& stopped) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_ptr<Connection> connection;
  std::int64_t version = 0;
  std::unique_lock lock(mutex);
  while (!stopped.stop_requested()) {
    try {
      look(connection, version);
    } catch (const ErrorException&) {
      connection.reset();  // a watch only hurries; the next look may work
    }
    never.wait_for(lock, stopped, kBetweenLooks, [] { return false; });
  }
}

// data_version changes with every commit of another connection. Only those that leave something queued matter.
void ChangePoll::look(std::unique_ptr<Connection>& connection, std::int64_t& version) {
  if (!connection) connection = std::make_unique<Connection>(file_, Role::reader);
  const auto seen = connection->number("PRAGMA data_version");
  if (seen == std::exchange(version, seen)) return;
  if (connection->number("SELECT EXISTS(SELECT 1 FROM job INDEXED BY job_due WHERE state = 'queued')") != 0)
    watchers_->call();
}

}  // namespace imagegen::sqlite
