#pragma once
#include <imagegen/job/job_store.hpp>

#include <boost/json/object.hpp>

#include "workflow/operation_support.hpp"

namespace imagegen {

// A job as operations answer with it. `declinedSince`: of a queued one that no worker could do so far, since when; the
// store is asked for that, which blocks.
boost::json::object job_json(JobStore& jobs, const Job& job);
boost::json::object event_json(const JobEvent& event);

// The job, where it may be shown: with an owner only where it is theirs. Errc::not_found otherwise. Blocks.
Result<Job> find_job(JobStore& jobs, const JobAddress& address);

}  // namespace imagegen
