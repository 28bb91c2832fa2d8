#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>
#include <imagegen/workflow/replay.hpp>

#include <string>

namespace imagegen {

/// The files of all inputs that the job has had, each as it was stored last. Of the newest input the requests are
/// planned again from its pack; of an earlier one, whose pack is not kept, they are made from the recorded prompt. A
/// master that something else than this job had bought counts as the same request. \return Errc::not_found without such
/// a job, Errc::corrupt_data for a record that was changed, the stores' own errors.
Task<Result<Replay>> replay_hero_job(HeroServices services, HeroOptions options, JobStore& jobs, std::string job_id);

}  // namespace imagegen
