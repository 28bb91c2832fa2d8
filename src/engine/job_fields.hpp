#pragma once
#include <imagegen/job/job_store.hpp>

#include <optional>

#include "workflow/operation_support.hpp"

// Jobs as operations answer with them.
namespace imagegen {

struct JobView {
  Job job;
  std::optional<Timestamp> declined_since;
};

const json::Fields<JobView>& fields_of(const JobView*);
const json::Fields<JobEvent>& fields_of(const JobEvent*);

// Of a queued job that no worker could do so far also since when; the store is asked for that, which blocks.
JobView job_view(JobStore& jobs, Job job);

// The job, where it may be shown: with an owner only where it is theirs. Errc::not_found otherwise. Blocks.
Result<Job> find_job(JobStore& jobs, const JobAddress& address);

}  // namespace imagegen
