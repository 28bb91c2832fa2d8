#include "job/outbox.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace imagegen {
namespace {

constexpr int kAtATime = 256;
constexpr std::size_t kMarkedAtATime = 32;

}  // namespace

Outbox::Outbox(JobStore& store, Deliver deliver, std::chrono::milliseconds patience)
    : store_(store), deliver_(std::move(deliver)), patience_(patience) {}

void Outbox::expect(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (own_.size() < kMostExpected) own_.insert(id);
  }
}

Outbox::Round Outbox::deliver(Scope scope, Time now) {
  Round round;
  round.failed = true;
  if (!forget_delivered()) return round;
  const auto found = store_.announcements(kAtATime);
  if (!found) return round;
  const bool complete = found->size() < static_cast<std::size_t>(kAtATime);
  remember(*found, complete, now);
  bool taken = true;
  for (const Announcement& announcement : choose(*found, scope, now)) {
    taken = deliver_one(announcement);
    if (!taken) break;
    ++round.delivered;
    if (delivered_.size() >= kMarkedAtATime && !forget_delivered()) return round;
  }
  round.failed = !forget_delivered() || !taken;
  round.more = !round.failed && !complete && round.delivered > 0;
  return round;
}

bool Outbox::forget_delivered() {
  if (delivered_.empty()) return true;
  if (!store_.announced(delivered_)) return false;
  delivered_.clear();
  return true;
}

// What is not there any more has been delivered, by whomever.
void Outbox::remember(const std::vector<Announcement>& found, bool complete, Time now) {
  const auto before = std::exchange(since_, {});
  const auto failures = std::exchange(failures_, {});
  for (const Announcement& announcement : found) {
    const auto seen = before.find(announcement.id);
    since_[announcement.id] = seen == before.end() ? now : seen->second;
    const auto failed = failures.find(announcement.id);
    if (failed != failures.end()) failures_.insert(*failed);
  }
  if (complete) std::erase_if(own_, [&](const std::string& id) { return !since_.contains(id); });
}

// Those that have failed go last, so that one which nobody takes does not hold up the others.
std::vector<Announcement> Outbox::choose(std::vector<Announcement> found, Scope scope, Time now) {
  std::erase_if(found, [&](const Announcement& announcement) {
    const bool old = since_.at(announcement.id) + patience_ <= now;
    const bool wanted = own_.contains(announcement.id) || scope == Scope::all || (scope == Scope::long_there && old);
    return !wanted;
  });
  const auto failures = [&](const Announcement& announcement) {
    const auto failed = failures_.find(announcement.id);
    return failed == failures_.end() ? 0 : failed->second;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Announcement& a, const Announcement& b) { return failures(a) < failures(b); });
  return found;
}

bool Outbox::deliver_one(const Announcement& announcement) {
  bool taken = false;
  try {
    taken = deliver_(announcement).has_value();
  } catch (const std::exception&) {  // it is the host's, and must not hurt the jobs
  }
  if (taken)
    delivered_.push_back(announcement.id), own_.erase(announcement.id);
  else
    ++failures_[announcement.id];
  return taken;
}

}  // namespace imagegen
