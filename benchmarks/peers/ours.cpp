// Our side: makes a work list with the public API, as often as compare.py says.
//   peers_ours WORK_LIST OUT_DIR sequential|parallel THREADS
#include <imagegen/core/cover_window.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/image/resize.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>

#include "peers/serve.hpp"
#include "peers/work.hpp"

namespace {

using imagegen::Task;
using peers::Output;
using peers::Shot;

imagegen::RenditionSpec spec_of(const Output& output) {
  imagegen::RenditionSpec spec;
  spec.size = {output.size.width, output.size.height};
  spec.encoding.format = imagegen::parse_image_format(output.format).value();
  spec.encoding.quality = output.quality;
  spec.encoding.effort = output.effort;
  spec.resize.enlarge_kernel = imagegen::ResizeKernel::cubic;  // as the peers do, which cannot do otherwise
  return spec;
}

Task<void> make_files(Shot& shot, imagegen::ThreadPool& pool) {
  std::vector<imagegen::RenditionSpec> specs;
  for (const auto& output : shot.outputs) specs.push_back(spec_of(output));
  shot.made.assign(specs.size(), {});
  std::function<Task<void>(std::size_t, imagegen::Result<imagegen::Rendition>)> keep =
      [&shot](std::size_t index, imagegen::Result<imagegen::Rendition> made) -> Task<void> {
    shot.made[index] = std::move(made.value().image.bytes);
    co_return;
  };
  const imagegen::ImageLimits limits;
  const auto done = co_await imagegen::render_all(shot.file, std::move(specs), limits, pool, keep);
  done.value();
}

// Files: render_all() for each shot. A shot's outputs are made side by side in any case; shots too when parallel, as
// a workflow has them, and the pool's threads are the limit.
class Files {
 public:
  Files(std::vector<Shot> shots, bool parallel, std::size_t threads)
      : shots_(std::move(shots)), parallel_(parallel), pool_(threads) {}

  void make_all() {
    if (parallel_) return make(shots_);
    for (auto& shot : shots_) make({&shot, 1});
  }
  void make_one(std::size_t index) { make({&shots_[index % shots_.size()], 1}); }
  void write(const std::filesystem::path& folder) const { peers::write_made(shots_, folder); }

 private:
  void make(std::span<Shot> shots) {
    for (auto& shot : shots) {
      boost::asio::co_spawn(io_, make_files(shot, pool_), [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
    }
    io_.restart();
    io_.run();
  }

  std::vector<Shot> shots_;
  bool parallel_;
  boost::asio::io_context io_{1};
  imagegen::ThreadPool pool_;
};

// Pixels: resize() from memory to memory.
class Pixels {
 public:
  Pixels(const std::vector<Shot>& shots, int threads) : threads_(threads) {
    for (const auto& shot : shots) {
      auto [size, pixels] = peers::parse_ppm(shot.file);
      sources_.push_back({{size.width, size.height}, 3, std::move(pixels)});
      outputs_.push_back(shot.outputs);
      made_.emplace_back(shot.outputs.size());
    }
  }

  void make_all() {
    for (std::size_t i = 0; i < sources_.size(); ++i) make_one(i);
  }
  void make_one(std::size_t index) {
    const auto i = index % sources_.size();
    for (std::size_t k = 0; k < outputs_[i].size(); ++k) {
      const imagegen::PixelSize size{outputs_[i][k].size.width, outputs_[i][k].size.height};
      made_[i][k] =
          imagegen::resize(sources_[i], imagegen::nearest_pixels(imagegen::cover_window(sources_[i].size, {}, size)),
                           size, {}, threads_)
              .value();
    }
  }
  void write(const std::filesystem::path& folder) const {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      for (std::size_t k = 0; k < outputs_[i].size(); ++k) {
        peers::write_file(folder / outputs_[i][k].name, peers::to_ppm({outputs_[i][k].size, made_[i][k].pixels}));
      }
    }
  }

 private:
  int threads_;
  std::vector<imagegen::Bitmap> sources_;
  std::vector<std::vector<Output>> outputs_;
  std::vector<std::vector<imagegen::Bitmap>> made_;
};

std::string about(std::size_t threads) {
  return R"({"versions":")" IMAGEGEN_PEERS_LIBRARIES R"(","compiler":")" IMAGEGEN_PEERS_COMPILER R"(","threads":)" +
         std::to_string(threads) + "}";
}

template <class Work>
void serve(Work& work, const std::filesystem::path& folder, std::size_t threads) {
  peers::serve({about(threads), [&] { work.make_all(); }, [&](std::size_t index) { work.make_one(index); },
                [&] { work.write(folder); }});
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 5) throw std::runtime_error("usage: peers_ours WORK_LIST OUT_DIR sequential|parallel THREADS");
  auto shots = peers::read_shots(argv[1]);
  const bool parallel = std::string(argv[3]) == "parallel";
  const auto threads = static_cast<std::size_t>(std::stoul(argv[4]));
  if (shots.front().outputs.front().format == "ppm") {
    const auto used = parallel ? threads : 1;
    Pixels pixels(shots, static_cast<int>(used));
    serve(pixels, argv[2], used);
  } else {
    Files files(std::move(shots), parallel, threads);
    serve(files, argv[2], threads);
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "peers_ours: " << error.what() << "\n";
  return 1;
}
