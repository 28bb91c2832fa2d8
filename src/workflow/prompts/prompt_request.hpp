#pragma once
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <optional>
#include <string>

namespace imagegen {

inline constexpr int kMostImages = 5;  // of a job

// What the provider is asked for each picture of a job.
ImageRequest prompt_image_request(const ChosenModel& chosen, const PromptOptions& options, const std::string& prompt);

// Where a picture of a job is kept as the provider sent it.
ObjectKey prompt_master_key(const std::string& job_id, int slot);

}  // namespace imagegen
