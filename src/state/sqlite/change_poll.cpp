#include "state/sqlite/change_poll.hpp"

#include <utility>

namespace imagegen::sqlite {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{100};

class ChangeLook {
 public:
  explicit ChangeLook(DatabaseFile file) : file_(std::move(file)) {}

  bool operator()() {
    try {
      return look();
    } catch (const ErrorException&) {
      connection_.reset();  // the next look may work
      return false;
    }
  }

 private:
  // data_version changes with every commit of another connection. Only those that leave something queued matter.
  bool look() {
    if (!connection_) connection_ = std::make_shared<Connection>(file_, Role::reader);
    const auto seen = connection_->number("PRAGMA data_version");
    if (seen == std::exchange(version_, seen)) return false;
    return connection_->number("SELECT EXISTS(SELECT 1 FROM job INDEXED BY job_due WHERE state = 'queued')") != 0;
  }

  DatabaseFile file_;
  std::shared_ptr<Connection> connection_;  // shared, because a std::function is copied
  std::int64_t version_ = 0;
};

}  // namespace

std::shared_ptr<WorkPoll> poll_changes(DatabaseFile file, std::shared_ptr<JobWatchers> watchers) {
  auto begin = [file = std::move(file)] { return WorkPoll::Look(ChangeLook(file)); };
  return std::make_shared<WorkPoll>(kBetweenLooks, std::move(begin), std::move(watchers));
}

}  // namespace imagegen::sqlite
