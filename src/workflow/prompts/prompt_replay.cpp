#include <imagegen/workflow/prompts/prompt_replay.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "workflow/image_job/replay_files.hpp"
#include "workflow/prompts/prompt_request.hpp"

namespace imagegen {

Task<Result<Replay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id) {
  auto call = [&] { return load_recorded_job(*services.jobs, job_id, kPromptJobKind); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  const auto job = read_prompt_job(loaded->job);
  if (!job) co_return job.error();
  const PromptText prompt{job->request.final_prompt, {}};
  Replay made;
  made.job_id = job_id;
  for (auto& [name, recorded] : recorded_files(*loaded, "slot", true)) {
    int slot = 0;
    static_cast<void>(std::from_chars(name.data(), name.data() + name.size(), slot));  // recorded_files() read a number
    ReplayRules rules;
    rules.is_same_request = [&prompt](const RecordedFile& file) { return file.request->same_with(prompt); };
    rules.name = [slot](const RecordedFile&) { return "image " + std::to_string(slot + 1); };
    rules.master_key = [&job_id, slot](const RecordedFile&) { return prompt_master_key(job_id, slot).str(); };
    auto files = co_await replay_files(services, options.limits, std::move(recorded), std::move(rules));
    std::move(files.begin(), files.end(), std::back_inserter(made.files));
  }
  co_return made;
}

}  // namespace imagegen
