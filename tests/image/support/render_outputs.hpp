#pragma once
#include <imagegen/image/renditions.hpp>

#include <boost/asio/io_context.hpp>

#include <optional>
#include <stdexcept>
#include <vector>

#include "support/run_task.hpp"

/// \file render_all() from an ordinary test body.
namespace imagegen::test {

struct RenderedOutputs {
  Result<void> done;
  std::vector<std::optional<Result<Rendition>>> outputs;  ///< In the order of the specs; nothing where none came.
};

inline RenderedOutputs render_outputs(ByteView file, std::vector<RenditionSpec> specs, std::size_t threads = 1,
                                      const ImageLimits& limits = {}) {
  RenderedOutputs rendered{Result<void>(), {}};
  rendered.outputs.resize(specs.size());
  std::function<Task<void>(std::size_t, Result<Rendition>)> keep = [&](std::size_t index,
                                                                       Result<Rendition> made) -> Task<void> {
    rendered.outputs[index] = std::move(made);
    co_return;
  };
  // The pool ends inside the coroutine, before the io_context: a pool thread may still be waking it when the task is
  // done.
  rendered.done = run([&]() -> Task<Result<void>> {
    ThreadPool pool(threads);
    co_return co_await render_all(file, specs, limits, pool, keep);
  });
  return rendered;
}

/// The files of all outputs. \throws std::runtime_error where one could not be made.
inline std::vector<Bytes> rendered_files(ByteView file, std::vector<RenditionSpec> specs, std::size_t threads = 1) {
  auto rendered = render_outputs(file, std::move(specs), threads);
  if (!rendered.done) throw std::runtime_error(rendered.done.error().message);
  std::vector<Bytes> files;
  for (auto& output : rendered.outputs) {
    if (!output.value()) throw std::runtime_error(output->error().message);
    files.push_back(std::move((*output)->image.bytes));
  }
  return files;
}

inline Bytes rendered_file(ByteView file, const RenditionSpec& spec) {
  return rendered_files(file, {spec}).front();
}

}  // namespace imagegen::test
