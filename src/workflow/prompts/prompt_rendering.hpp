#pragma once
#include <imagegen/image/renditions.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

namespace imagegen {

// All that decides what becomes of a picture once it is there; kept in the record, so that it can be done again.
struct PromptRendering {
  Encoding encoding;
  DigitalSourceType source = DigitalSourceType::trained_algorithmic_media;
};

// The file to publish: the picture at its own size. \param master Borrowed until the task ends.
Task<Result<Rendition>> render_prompt_image(ByteView master, PromptRendering rendering, const ImageLimits& limits,
                                            ThreadPool& pool);

}  // namespace imagegen
