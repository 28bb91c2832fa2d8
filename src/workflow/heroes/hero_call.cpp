#include "workflow/heroes/hero_call.hpp"

#include <imagegen/job/permit_gate.hpp>

#include <algorithm>
#include <utility>

namespace imagegen {
namespace {

// How often to look at a job that another process does: somebody waits for it.
constexpr std::chrono::milliseconds kLongestPoll{100};

}  // namespace

HeroCall::HeroCall(WorkflowHost& host, HeroServices services, PermitStore& permits, HeroOptions options, HeroOrder order,
                   HeroProgressFn progress, std::stop_token stop)
    : host_(host),
      services_(std::move(services)),
      jobs_(*services_.jobs),
      permits_(permits),
      options_(std::move(options)),
      progress_(std::move(progress)),
      stop_(std::move(stop)),
      id_(hero_job_id(order.work_item_id)),
      input_(to_json(order)),
      owner_(options_.booking.user) {}

Task<Result<std::optional<HeroOutcome>>> HeroCall::run() {
  auto& pool = host_.pool();
  while (!stopping()) {
    const auto queued = co_await pool.run([this] { return queue(); });
    if (!queued) co_return queued.error();
    if (stopping()) break;
    const auto worked = co_await work();
    if (!worked) co_return worked.error();
    if (outcome_) co_return std::move(outcome_);
    const auto failed = co_await pool.run([this] { return failed_before_it_began(); });
    if (failed) co_return *failed;
  }
  co_await pool.run([this] {
    cancel_what_waits();
    return true;
  });
  co_return std::optional<HeroOutcome>();
}

// What this call has queued and nobody has begun is not left for others to buy.
void HeroCall::cancel_what_waits() {
  const auto job = jobs_.find(id_);
  if (!is_ours_ || !job || !*job || (*job)->input != input_ || (*job)->state != JobState::queued) return;
  static_cast<void>(jobs_.cancel(id_, to_timestamp(host_.clock().wall_now())));
}

// A job of ours that came to an end without an outcome would do so again. Where another worker was quicker, the next
// round finds what it has made.
std::optional<Error> HeroCall::failed_before_it_began() {
  if (!is_ours_ || stopping()) return std::nullopt;
  const auto job = jobs_.find(id_);
  if (!job) return job.error();
  if (!*job) return Error(Errc::not_found, "job " + id_ + ": it was taken away");
  if (!has_ended((*job)->state) || (*job)->input != input_) return std::nullopt;
  if ((*job)->state == JobState::succeeded || (*job)->state == JobState::partly_succeeded || !(*job)->output.empty())
    return std::nullopt;
  if ((*job)->state == JobState::cancelled) return Error(Errc::cancelled, "job " + id_ + ": it was cancelled");
  return Error(Errc::internal, "job " + id_ + " " + std::string(to_string((*job)->state)) + ": " + (*job)->error);
}

// Whatever happens to the job between two of these calls, the next round of run() sees it.
Result<void> HeroCall::queue() {
  const auto now = to_timestamp(host_.clock().wall_now());
  NewJob wanted;
  wanted.id = id_, wanted.kind = kHeroJobKind, wanted.owner = owner_, wanted.input = input_;
  const auto added = jobs_.add(wanted, now);
  is_ours_ = added.has_value();
  if (is_ours_) return {};
  if (added.error().code != Errc::already_exists) return added.error();
  JobRetry again;
  again.input = input_, again.owner = owner_;
  const auto queued = jobs_.retry(id_, again, now);
  is_ours_ = queued.has_value();
  if (!is_ours_ && queued.error().code == Errc::conflict) go_on_with_the_same_wish();
  if (is_ours_ || queued.error().code == Errc::conflict || queued.error().code == Errc::not_found) return {};
  return queued.error();
}

// What an earlier call has asked for and did not get to the end of is what this call wants too. Above all fresh masters:
// under a wish of its own it would buy all of them again.
void HeroCall::go_on_with_the_same_wish() {
  const auto job = jobs_.find(id_);
  if (!job || !*job || has_ended((*job)->state) || (*job)->input == input_) return;
  auto earlier = parse_hero_order((*job)->input);
  auto ours = parse_hero_order(input_);
  if (!earlier || !ours || !same_wish(std::move(*earlier), std::move(*ours))) return;
  input_ = (*job)->input;
}

Task<Result<void>> HeroCall::work() {
  auto options = host_.config().worker;
  options.name = worker_name();
  options.concurrency = 1;
  options.only_job = id_;
  options.until_idle = true;
  options.poll = std::min(options.poll, kLongestPoll);
  options.permits = &permits_;
  options.announce = host_.announcer(stop_);
  PermitGate gate(permits_, host_.pool(), host_.clock(), options.name, host_.config().limits,
                  options.lease);
  auto services = services_;
  services.permits = &gate;
  std::stop_source drain;
  // Nothing new is begun: what runs here is finished, and what somebody else does is waited for no longer.
  const std::stop_callback on_stop_buying(options_.stop_buying, [&drain] { drain.request_stop(); });
  auto watch = watcher();
  // Whoever loses the job has no say about it, so the outcome counts when it is written.
  std::optional<HeroOutcome> unwritten;
  watch.on_outcome = [&unwritten](const Job&, const HeroOutcome& outcome) { unwritten = outcome; };
  options.on_written = [this, &unwritten, &drain](const Job& job) {
    if (!has_ended(job.state)) return;
    if (job.input == input_) outcome_ = std::move(unwritten);
    drain.request_stop();
  };
  std::map<std::string, JobHandler> handlers;
  handlers.emplace(kHeroJobKind, hero_job_handler(services, options_, std::move(watch)));
  Worker worker(jobs_, host_.pool(), host_.clock(), std::move(handlers), std::move(options));
  WorkerStop stop{drain.get_token(), stop_};
  co_return co_await worker.run(std::move(stop));
}

HeroWatcher HeroCall::watcher() {
  HeroWatcher watcher;
  watcher.progress = progress_;
  watcher.input = input_;
  return watcher;
}

}  // namespace imagegen
