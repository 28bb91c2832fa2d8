#include <imagegen/core/digest.hpp>
#include <imagegen/maker/job/job_changes.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace imagegen {
namespace {

constexpr std::size_t kLongestKind = 64, kLongestOwner = 256, kLargestInput = 6U << 20U;
constexpr std::size_t kMostAnnouncements = 16, kLongestAnnouncement = 64U << 10U;
constexpr int kHighestPriority = 100;
constexpr std::chrono::minutes kPriorityStep{1};

Error wrong(std::string_view field, const std::string& expected) {
  return {Errc::invalid_argument, "job " + std::string(field) + ": expected " + expected};
}

Result<void> check_owner(const std::string& owner) {
  if (owner.size() <= kLongestOwner) return {};
  return wrong("owner", "at most 256 bytes, got " + std::to_string(owner.size()));
}

Result<void> check_input_size(const std::string& input) {
  if (input.size() <= kLargestInput) return {};
  return wrong("input", "at most 6 MiB, got " + std::to_string(input.size()) + " bytes");
}

Result<void> check(const NewJob& job) {
  if (!is_job_id(job.id)) return wrong("id", "1 to 128 of A-Z a-z 0-9 . _ -");
  if (job.kind.empty() || job.kind.size() > kLongestKind) return wrong("kind", "1 to 64 bytes");
  if (const auto checked = check_owner(job.owner); !checked) return checked;
  if (const auto checked = check_input_size(job.input); !checked) return checked;
  if (std::abs(job.priority) > kHighestPriority)
    return wrong("priority", "[-100, 100], got " + std::to_string(job.priority));
  return {};
}

Result<void> check(const std::vector<Announcement>& announcements) {
  if (announcements.size() > kMostAnnouncements)
    return wrong("announcements", "at most 16 in one change, got " + std::to_string(announcements.size()));
  for (const Announcement& announcement : announcements) {
    if (!is_announcement_id(announcement.id)) return wrong("announcement id", "1 to 160 of A-Z a-z 0-9 . _ -");
    if (announcement.text.empty() || announcement.text.size() > kLongestAnnouncement)
      return wrong("announcement", "a text of 1 byte to 64 KiB, got " + std::to_string(announcement.text.size()));
  }
  return {};
}

void append(JobChange& change, JobNote note, Timestamp now) {
  Job& job = change.job;
  JobEvent event{++job.events, now, std::move(note.name), std::move(note.detail), {}};
  event.hash = event_hash(job.last_hash, job.id, event);
  job.last_hash = event.hash;
  job.updated = now;
  change.events.push_back(std::move(event));
}

// What was asked for is part of the chain.
std::string input_detail(std::string_view input) {
  return R"({"inputSha256":")" + to_hex(sha256(input)) + R"("})";
}

void end_claim(Job& job) {
  job.worker.clear();
  job.lease_until = {};
  job.cancel_requested = false;
}

Error in_state(const Job& job, std::string_view expected) {
  return {Errc::conflict, "job " + job.id + ": expected one that " + std::string(expected) + ", got " +
                              std::string(to_string(job.state))};
}

JobChange set_aside(JobChange change, Timestamp now) {
  Job& job = change.job;
  job.state = JobState::failed;
  job.error = "set aside: " + std::to_string(job.crashes) + " workers in a row were lost while doing it";
  end_claim(job);
  append(change, {"set_aside"}, now);
  return change;
}

bool holds(const Job& job, const JobClaim& claim) {
  return job.state == JobState::running && job.worker == claim.worker && job.attempt == claim.attempt;
}

Error lost(const Job& job, const JobClaim& claim) {
  return {Errc::lease_lost, "job " + job.id + ": attempt " + std::to_string(claim.attempt) + " has lost it"};
}

// Of the newest event that says what was ordered.
const JobEvent* newest_order(std::span<const JobEvent> events) {
  const JobEvent* newest = nullptr;
  for (const JobEvent& event : events) {
    const bool orders = event.name == "created" || event.name == "retried" || event.name == "erased";
    if (orders && !event.detail.empty()) newest = &event;
  }
  return newest;
}

}  // namespace

Timestamp rank_of(const Job& job) noexcept {
  return job.not_before - kPriorityStep * job.priority;
}

Result<JobChange> create_job(const NewJob& wanted, JobTime now) {
  if (const auto checked = check(wanted); !checked) return checked.error();
  JobChange change;
  Job& job = change.job;
  job.id = wanted.id, job.kind = wanted.kind, job.owner = wanted.owner, job.input = wanted.input;
  job.priority = wanted.priority;
  job.created = now.noted, job.not_before = now.decides;
  append(change, {"created", input_detail(job.input)}, now.noted);
  return change;
}

JobChange claim_job(Job job, const std::string& worker, Timestamp lease_until, int most_crashes, Timestamp now) {
  JobChange change{std::move(job), {}};
  Job& changed = change.job;
  if (changed.state == JobState::running) {
    ++changed.crashes;
    append(change, {"lease_lost"}, now);
    if (changed.crashes >= most_crashes) return set_aside(std::move(change), now);
    if (changed.cancel_requested) {
      changed.state = JobState::cancelled;
      end_claim(changed);
      append(change, {"cancelled"}, now);
      return change;
    }
  }
  changed.state = JobState::running;
  ++changed.attempt;
  changed.worker = worker;
  changed.lease_until = lease_until;
  append(change, {"claimed"}, now);
  return change;
}

Result<void> confirm_claim(const Job& job, const JobClaim& claim) {
  if (!holds(job, claim)) return lost(job, claim);
  if (job.cancel_requested) return Error(Errc::cancelled, "job " + job.id + ": somebody has cancelled it");
  return {};
}

Result<JobChange> update_job(Job job, const JobClaim& claim, const JobUpdate& update, JobTime now) {
  if (!holds(job, claim)) return lost(job, claim);
  if (const auto checked = check(update.announcements); !checked) return checked.error();
  JobChange change{std::move(job), {}, update.announcements};
  Job& changed = change.job;
  if (update.output) changed.output = *update.output;
  if (update.error) changed.error = *update.error;
  for (const JobNote& note : update.notes) append(change, note, now.noted);
  changed.updated = now.noted;
  if (!update.state || *update.state == JobState::running) return change;
  // Nobody wants it any more, so it does not go back into the queue.
  const bool given_up = *update.state == JobState::queued && changed.cancel_requested;
  changed.state = given_up ? JobState::cancelled : *update.state;
  changed.crashes = 0;
  end_claim(changed);
  if (changed.state == JobState::queued)
    changed.not_before = now.decides + update.delay.value_or(std::chrono::milliseconds(0));
  append(change, {changed.state == JobState::queued ? "queued" : std::string(to_string(changed.state))}, now.noted);
  return change;
}

Result<JobChange> cancel_job(Job job, Timestamp now) {
  if (has_ended(job.state)) return in_state(job, "is queued or running");
  JobChange change{std::move(job), {}};
  if (change.job.state == JobState::running) {
    if (change.job.cancel_requested) return change;
    change.job.cancel_requested = true;
    append(change, {"cancel_requested"}, now);
    return change;
  }
  change.job.state = JobState::cancelled;
  append(change, {"cancelled"}, now);
  return change;
}

Result<JobChange> retry_job(Job job, const JobRetry& retry, JobTime now) {
  if (const auto checked = check_input_size(retry.input.value_or("")); !checked) return checked.error();
  if (const auto checked = check_owner(retry.owner.value_or("")); !checked) return checked.error();
  if (retry.input && !has_ended(job.state)) return in_state(job, "has ended");
  if (!retry.input && (!has_ended(job.state) || job.state == JobState::succeeded))
    return in_state(job, "failed, was cancelled or partly succeeded");
  if (!retry.input && is_erased(job))
    return Error(Errc::conflict, "job " + job.id + ": what it was to do was erased; order it anew");
  JobChange change{std::move(job), {}};
  Job& changed = change.job;
  JobNote retried{"retried"};
  if (retry.owner) changed.owner = *retry.owner;
  if (retry.input) {
    changed.input = *retry.input;
    changed.output.clear();
    retried.detail = input_detail(changed.input);
  }
  changed.state = JobState::queued;
  changed.crashes = 0;
  changed.error.clear();
  changed.not_before = now.decides;
  append(change, std::move(retried), now.noted);
  return change;
}

Result<ErasedJob> erase_job(Job job, std::vector<JobEvent> events, const JobErasure& erasure, Timestamp now) {
  if (!has_ended(job.state)) return in_state(job, "has ended");
  if (is_erased(job)) return ErasedJob{std::move(job), std::move(events)};
  JobChange change{std::move(job), {}};
  Job& changed = change.job;
  const Timestamp updated = changed.updated;
  changed.input = kErasedJobInput;
  changed.output.clear();
  if (!changed.error.empty()) changed.error = "erased";
  if (erasure.owner) changed.owner.clear();
  changed.events = 0;
  changed.last_hash.clear();
  for (JobEvent& event : events) {
    // Versions that know no erased jobs find the input that is there ordered.
    const bool begins = event.name == "created";
    append(change, {std::move(event.name), begins ? input_detail(changed.input) : std::string()}, event.time);
  }
  append(change, {"erased", input_detail(changed.input)}, now);
  changed.updated = updated;
  return ErasedJob{std::move(changed), std::move(change.events)};
}

std::string event_hash(std::string_view before, std::string_view job_id, const JobEvent& event) {
  const std::string none(64, '0');
  std::string text;
  const auto add = [&](std::string_view part) { text += std::to_string(part.size()) + ":" + std::string(part); };
  add(before.empty() ? std::string_view(none) : before);
  add(job_id);
  add(std::to_string(event.number));
  add(std::to_string(to_unix_ms(event.time)));
  add(event.name);
  add(event.detail);
  return to_hex(sha256(text));
}

Result<void> check_input(const Job& job, std::span<const JobEvent> events) {
  const JobEvent* order = newest_order(events);
  if (order != nullptr && order->detail == input_detail(job.input)) return {};
  return Error(Errc::corrupt_data,
               "job " + job.id + ": its input is not the one that was ordered: expected " +
                   (order == nullptr ? "an event with its SHA-256, got none" : order->detail) + ", got " +
                   input_detail(job.input) + "; it was changed in the database. Order it anew");
}

Result<void> verify_events(const Job& job, std::span<const JobEvent> events) {
  std::string before;
  int number = 0;
  for (const JobEvent& event : events) {
    if (event.number != ++number || event.hash != event_hash(before, job.id, event))
      return Error(Errc::corrupt_data, "job " + job.id + ": event " + std::to_string(event.number) +
                                           " does not follow from those before it: it, or one before it, was changed");
    before = event.hash;
  }
  if (number == job.events && before == job.last_hash) return check_input(job, events);
  return Error(Errc::corrupt_data, "job " + job.id + ": expected " + std::to_string(job.events) + " events, got " +
                                       std::to_string(number) + ": some were taken away or added");
}

std::optional<Timestamp> declined_since(std::span<const JobEvent> events) {
  std::optional<Timestamp> since;
  bool declined = false;
  for (const JobEvent& event : events) {
    if (event.name == "claimed") declined = false;
    if (event.name == "declined") declined = true, since = since.value_or(event.time);
    const bool was_tried = event.name == "queued" && !declined;
    if (event.name == "created" || event.name == "retried" || was_tried) declined = false, since.reset();
  }
  return declined ? since : std::nullopt;
}

}  // namespace imagegen
