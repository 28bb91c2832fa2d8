#include "workflow/prompts/prompt_event.hpp"

#include "workflow/announcement.hpp"

namespace imagegen {
namespace {

constexpr int kMostPurchases = 10'000;  // of one job: far more than attempts can make

}  // namespace

Event prompt_job_ended(const Job& job, const PromptEnd& end, std::chrono::system_clock::time_point now) {
  Event event{"prompt_job_ended", job.id + "." + std::to_string(job.attempt), now, {}};
  event.fields = {{"job_id", job.id}, {"state", std::string(to_string(end.state))}};
  if (const auto read = read_prompt_job(job)) {
    event.fields.emplace_back("images_done", static_cast<std::int64_t>(read->images.size()));
    event.fields.emplace_back("images_wanted", std::int64_t{read->request.image_count});
  }
  // An unknown price is left out: 0 would be counted as free.
  if (end.cost) event.fields.emplace_back("cost", end.cost->dollars());
  event.fields.emplace_back("duration_ms", std::int64_t{end.duration.count()});
  event.fields.emplace_back("attempt", std::int64_t{job.attempt});
  return event;
}

std::optional<Usd> cost_of(std::span<const Purchase> purchases) {
  Usd sum;
  for (const Purchase& purchase : purchases) {
    if (purchase.state == PurchaseState::released) continue;
    const auto cost = purchase.actual ? purchase.actual : purchase.estimate;
    if (!cost) return std::nullopt;
    sum += *cost;
  }
  return sum;
}

Task<std::vector<Announcement>> announce_end(PromptServices& services, const Job& job, PromptEnd end) {
  LedgerQuery query;
  query.job_id = job.id, query.limit = kMostPurchases;
  auto list = [&] { return services.ledger.list(query); };
  const auto bought = co_await services.pool.run(list);
  if (bought && bought->next.empty()) end.cost = cost_of(bought->purchases);
  std::vector<Announcement> announcements;
  announcements.push_back(announcement_of(prompt_job_ended(job, end, services.clock.wall_now())));
  co_return announcements;
}

}  // namespace imagegen
