#include "state/mongo/job_poll.hpp"

#include <string>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/job_documents.hpp"

namespace imagegen::mongo {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};

class JobLook {
 public:
  explicit JobLook(std::shared_ptr<MongoDatabase> database) : database_(std::move(database)) {}

  bool operator()() {
    FindOptions options;
    options.sort.integer("updatedAt", -1).integer("jobId", -1), options.limit = 1;
    options.fields.integer("updatedAt", 1).integer("jobId", 1);
    const auto found = database_->find(kJobs, in_state(JobState::queued), options);
    if (!found || found->empty()) return false;
    Reader read(found->front(), "a job");
    std::pair seen(read.time("updatedAt"), read.text("jobId"));
    if (read.fault() || seen <= newest_) return false;
    newest_ = std::move(seen);
    return true;
  }

 private:
  std::shared_ptr<MongoDatabase> database_;
  std::pair<Timestamp, std::string> newest_;
};

}  // namespace

std::shared_ptr<WorkPoll> poll_jobs(std::shared_ptr<MongoDatabase> database, std::shared_ptr<JobWatchers> watchers) {
  auto begin = [database = std::move(database)] { return WorkPoll::Look(JobLook(database)); };
  return std::make_shared<WorkPoll>(kBetweenLooks, std::move(begin), std::move(watchers));
}

}  // namespace imagegen::mongo
