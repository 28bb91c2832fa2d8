#pragma once
#include <imagegen/core/money.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/event/event_sink.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <chrono>
#include <optional>
#include <span>

namespace imagegen {

// How an attempt at a prompt job ended.
struct PromptEnd {
  JobState state = JobState::succeeded;
  std::chrono::milliseconds duration{};  // of the attempt
  std::optional<Usd> cost;               // of all attempts; absent: unknown
};

// "prompt_job_ended". Its id is that of the job and the attempt, so a repetition is known by it. No text of a user.
Event prompt_job_ended(const Job& job, const PromptEnd& end, std::chrono::system_clock::time_point now);

// What the purchases of a job have cost, estimates where nothing better is known; nothing when one has neither.
std::optional<Usd> cost_of(std::span<const Purchase> purchases);

// The event, with the cost as the ledger has it, for the result of the job's handler.
Task<std::vector<Announcement>> announce_end(PromptServices& services, const Job& job, PromptEnd end);

}  // namespace imagegen
