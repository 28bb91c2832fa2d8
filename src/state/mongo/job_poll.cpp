#include "state/mongo/job_poll.hpp"

#include "state/mongo/collections.hpp"
#include "state/mongo/job_documents.hpp"

namespace imagegen::mongo {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};

}  // namespace

class JobPoll::Registration : public JobStore::Watch {
 public:
  Registration(std::shared_ptr<JobPoll> poll, std::function<void()> on_work)
      : poll_(std::move(poll)), watch_(poll_->watchers_->add(std::move(on_work))) {
    poll_->begin();
  }
  ~Registration() override {
    watch_.reset();  // from here on nobody is called
    poll_->end();
  }

 private:
  std::shared_ptr<JobPoll> poll_;
  std::unique_ptr<JobStore::Watch> watch_;
};

JobPoll::JobPoll(std::shared_ptr<MongoDatabase> database, std::shared_ptr<JobWatchers> watchers)
    : database_(std::move(database)), watchers_(std::move(watchers)) {}

std::unique_ptr<JobStore::Watch> JobPoll::add(std::function<void()> on_work) {
  return std::make_unique<Registration>(shared_from_this(), std::move(on_work));
}

void JobPoll::begin() {
  const std::lock_guard lock(mutex_);
  if (watches_++ == 0) thread_ = std::jthread([this](const std::stop_token& stopped) { look_until(stopped); });
}

void JobPoll::end() {
  const std::lock_guard lock(mutex_);
  if (--watches_ == 0) thread_ = std::jthread();  // stops and joins
}

void JobPoll::look_until(const std::stop_token& stopped) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  Newest newest;
  while (!stopped.stop_requested()) {
    look(newest);
    never.wait_for(lock, stopped, kBetweenLooks, [] { return false; });
  }
}

// What cannot be read now is looked at again: a watch only hurries.
void JobPoll::look(Newest& newest) {
  FindOptions options;
  options.sort.integer("updatedAt", -1).integer("jobId", -1), options.limit = 1;
  options.fields.integer("updatedAt", 1).integer("jobId", 1);
  const auto found = database_->find(kJobs, in_state(JobState::queued), options);
  if (!found || found->empty()) return;
  Reader read(found->front(), "a job");
  Newest seen(read.time("updatedAt"), read.text("jobId"));
  if (read.fault() || seen <= newest) return;
  newest = std::move(seen);
  watchers_->call();
}

}  // namespace imagegen::mongo
