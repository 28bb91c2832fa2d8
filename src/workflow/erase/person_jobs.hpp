#pragma once
#include <imagegen/workflow/erase_person.hpp>

#include <functional>
#include <optional>

namespace imagegen::erasure {

// What is declared of a kind of jobs; null: nothing is.
const PersonalJobs* declared_jobs(const std::vector<PersonalData>& data, std::string_view kind);

using TakeJob = std::function<Task<Result<void>>(const Job& job)>;

// Calls `take` with each job of the person that is not erased, and of this state if there is one. Errors of the store, and of
// `take`, end it.
Task<Result<void>> each_job(EraseServices& services, const std::vector<PersonalData>& data, const Person& person,
                            std::optional<JobState> state, TakeJob take);

// Ids of the person's jobs that are queued or run.
Task<Result<std::vector<std::string>>> live_jobs(EraseServices& services, const std::vector<PersonalData>& data,
                                                 const Person& person);

// Cancels them, and waits until none of them is queued or runs; those whose worker is gone are ended. Errc::conflict when
// some still run after `patience`. Gives how many were cancelled.
Task<Result<int>> end_jobs(EraseServices& services, const std::vector<PersonalData>& data, const Person& person,
                           std::chrono::milliseconds patience);

// "user 'u-7'"
std::string name_of(const Person& person);

// "3 jobs (a, b, c)", of many the first few.
std::string list_of(const std::vector<std::string>& job_ids);

}  // namespace imagegen::erasure
