#include "state/mongo/job_outbox.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"

namespace imagegen::mongo {
namespace {

constexpr int kMostOutboxTries = 100;

struct Waiting {
  ObjectId order;
  Announcement announcement;
};

Result<std::vector<Waiting>> announcements_in(const Document& document) {
  std::vector<Waiting> waiting;
  Reader read(document, "a job");
  read.set_what("job " + read.text("jobId"));
  read.each("job.announcements", [&](Reader& at) {
    Waiting made;
    made.order = at.id("order"), made.announcement = {at.text("id"), at.text("text")};
    waiting.push_back(std::move(made));
  });
  if (read.fault()) return *read.fault();
  return waiting;
}

Document outbox_fields() {
  Document fields;
  fields.integer("jobId", 1).integer("job.revision", 1).integer("job.announcements", 1);
  return fields;
}

std::vector<std::string> ids_of(const std::vector<Announcement>& announcements) {
  std::vector<std::string> ids;
  for (const Announcement& announcement : announcements) ids.push_back(announcement.id);
  return ids;
}

// Compares and sets as every change of a job does. False when somebody else was quicker.
Result<bool> forget_in(MongoDatabase& database, const Document& document, const std::set<std::string>& delivered) {
  auto waiting = announcements_in(document);
  if (!waiting) return waiting.error();
  std::erase_if(*waiting, [&](const Waiting& one) { return delivered.contains(one.announcement.id); });
  std::int64_t bytes = 0;
  std::vector<Document> kept;
  for (const Waiting& one : *waiting) {
    Document made;
    made.text("id", one.announcement.id).text("text", one.announcement.text).id("order", one.order);
    kept.push_back(std::move(made));
    bytes += 192 + static_cast<std::int64_t>(one.announcement.id.size() + one.announcement.text.size());
  }
  Reader read(document, "a job");
  Document filter, set, unset, update;
  filter.text("jobId", read.text("jobId")).id("job.revision", read.id("job.revision"));
  if (read.fault()) return *read.fault();
  set.id("job.revision", ObjectId::make()).documents("job.announcements", kept).number("job.outboxBytes", bytes);
  if (kept.empty())
    unset.text("job.oldest", "");
  else
    set.id("job.oldest", waiting->front().order);
  update.document("$set", set);
  if (!unset.empty()) update.document("$unset", unset);
  return database.change(kJobs, filter, update);
}

}  // namespace

// Of as many jobs as announcements are wanted: each has at least one, and none of the others has an older one.
Result<std::vector<Announcement>> oldest_announcements(MongoDatabase& database, int limit) {
  Document exists, filter;
  filter.document("job.oldest", exists.flag("$exists", true));
  FindOptions options;
  options.sort.integer("job.oldest", 1), options.fields = outbox_fields(), options.limit = limit;
  const auto documents = database.find(kJobs, filter, options);
  if (!documents) return documents.error();
  std::vector<Waiting> all;
  for (const Document& document : *documents) {
    auto some = announcements_in(document);
    if (!some) return some.error();
    std::move(some->begin(), some->end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const Waiting& a, const Waiting& b) { return a.order < b.order; });
  std::vector<Announcement> oldest;
  for (Waiting& one : all) {
    if (oldest.size() == static_cast<std::size_t>(limit)) break;
    oldest.push_back(std::move(one.announcement));
  }
  return oldest;
}

Result<void> forget_announcements(MongoDatabase& database, const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  const std::set<std::string> delivered(ids.begin(), ids.end());
  const auto filter = in("job.announcements.id", ids, "announcement id");
  for (int attempt = 1; attempt <= kMostOutboxTries; ++attempt) {
    FindOptions options;
    options.fields = outbox_fields();
    const auto documents = database.find(kJobs, filter, options);
    if (!documents) return documents.error();
    bool all = true;
    for (const Document& document : *documents) {
      const auto forgotten = forget_in(database, document, delivered);
      if (!forgotten) return forgotten.error();
      all = all && *forgotten;
    }
    if (all) return {};
    pause_before_retry(attempt);
  }
  return too_busy("announcements");
}

Result<std::vector<Announcement>> not_stored_yet(MongoDatabase& database, std::vector<Announcement> announcements) {
  if (announcements.empty()) return announcements;
  FindOptions options;
  options.fields = outbox_fields();
  const auto documents =
      database.find(kJobs, in("job.announcements.id", ids_of(announcements), "announcement id"), options);
  if (!documents) return documents.error();
  std::set<std::string> stored;
  for (const Document& document : *documents) {
    const auto some = announcements_in(document);
    if (!some) return some.error();
    for (const Waiting& one : *some) stored.insert(one.announcement.id);
  }
  std::erase_if(announcements, [&](const Announcement& one) { return !stored.insert(one.id).second; });
  return announcements;
}

}  // namespace imagegen::mongo
