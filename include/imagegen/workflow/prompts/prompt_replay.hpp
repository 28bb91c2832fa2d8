#pragma once
#include <imagegen/workflow/prompts/prompt_workflow.hpp>
#include <imagegen/workflow/replay.hpp>

#include <string>

namespace imagegen {

/// \return Errc::not_found without such a job, Errc::corrupt_data for a record that was changed, the stores' own
/// errors.
Task<Result<Replay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id);

}  // namespace imagegen
