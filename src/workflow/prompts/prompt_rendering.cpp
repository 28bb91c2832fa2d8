#include "workflow/prompts/prompt_rendering.hpp"

#include <imagegen/image/decode.hpp>

#include <utility>
#include <vector>

namespace imagegen {

Task<Result<Rendition>> render_prompt_image(ByteView master, PromptRendering rendering, const ImageLimits& limits,
                                            ThreadPool& pool) {
  const auto info = inspect_image(master, limits);
  if (!info) co_return info.error();
  RenditionSpec spec;
  spec.size = info->size;
  spec.encoding = rendering.encoding;
  spec.provenance.emplace();
  spec.provenance->source = rendering.source;
  std::vector<RenditionSpec> specs{spec};
  Result<Rendition> made = Error(Errc::internal, "nothing was rendered");
  auto on_ready = [&made](std::size_t, Result<Rendition> ready) -> Task<void> {
    made = std::move(ready);
    co_return;
  };
  auto rendered = co_await render_all(master, std::move(specs), limits, pool, std::move(on_ready));
  if (!rendered) co_return rendered.error();
  co_return made;
}

}  // namespace imagegen
