// libvips' side, through its C API: makes a work list as often as compare.py says, one file after the other.
//   peers_vips WORK_LIST OUT_DIR GAP     GAP is that of vips_resize(), for work in memory
// A program of its own: nothing of ours is in it, and it is never installed. VIPS_CONCURRENCY sets its threads.
#include <vips/vips.h>

#include <iostream>
#include <memory>
#include <stdexcept>

#include "peers/serve.hpp"
#include "peers/work.hpp"

namespace {

using peers::Bytes;
using peers::Output;
using peers::Shot;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
  void operator()(void* memory) const { g_free(memory); }
};
using Image = std::unique_ptr<VipsImage, Unref>;
using Memory = std::unique_ptr<void, Unref>;

void check(bool ok) {
  if (!ok) throw std::runtime_error(vips_error_buffer());
}

std::size_t byte_count(peers::Size size) {
  return std::size_t{3} * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

Bytes copy_of(const Memory& memory, std::size_t size) {
  const auto* first = static_cast<const std::uint8_t*>(memory.get());
  return {first, first + size};
}

Bytes encode(VipsImage* image, const Output& output) {
  void* memory = nullptr;
  std::size_t size = 0;
  const int failed = output.format == "webp" ? vips_webpsave_buffer(image, &memory, &size, "Q", output.quality,
                                                                    "effort", output.effort, "strip", TRUE, nullptr)
                                             : vips_jpegsave_buffer(image, &memory, &size, "Q", output.quality,
                                                                    "optimize_coding", TRUE, "strip", TRUE, nullptr);
  check(failed == 0);
  return copy_of(Memory(memory), size);
}

// What its manual recommends for making small files of large ones; it decodes a JPEG at a fraction of its size.
Bytes make_file(Shot& shot, const Output& output) {
  VipsImage* found = nullptr;
  check(vips_thumbnail_buffer(shot.file.data(), shot.file.size(), &found, output.size.width, "height",
                              output.size.height, "crop", VIPS_INTERESTING_CENTRE, "size", VIPS_SIZE_BOTH,
                              nullptr) == 0);
  const Image image(found);
  return encode(image.get(), output);
}

// Pixels in memory to pixels in memory, cropped as resize() is asked to.
Memory resize(const peers::Rgb& source, const Output& output, double gap) {
  const auto window = peers::middle_window(source.size, output.size);
  const Image whole(vips_image_new_from_memory(source.pixels.data(), source.pixels.size(), source.size.width,
                                               source.size.height, 3, VIPS_FORMAT_UCHAR));
  VipsImage *cut = nullptr, *resized = nullptr;
  check(whole &&
        vips_extract_area(whole.get(), &cut, window.x, window.y, window.size.width, window.size.height, nullptr) == 0);
  const Image part(cut);
  const double across = static_cast<double>(output.size.width) / window.size.width;
  const double down = static_cast<double>(output.size.height) / window.size.height;
  check(vips_resize(part.get(), &resized, across, "vscale", down, "kernel", VIPS_KERNEL_LANCZOS3, "gap", gap,
                    nullptr) == 0);
  const Image small(resized);
  std::size_t size = 0;
  Memory memory(vips_image_write_to_memory(small.get(), &size));
  check(memory && size == byte_count(output.size));
  return memory;
}

class Files {
 public:
  explicit Files(std::vector<Shot> shots) : shots_(std::move(shots)) {}

  void make_all() {
    for (std::size_t i = 0; i < shots_.size(); ++i) make_one(i);
  }
  void make_one(std::size_t index) {
    Shot& shot = shots_[index % shots_.size()];
    shot.made.resize(shot.outputs.size());
    for (std::size_t k = 0; k < shot.outputs.size(); ++k) shot.made[k] = make_file(shot, shot.outputs[k]);
  }
  void write(const std::filesystem::path& folder) const { peers::write_made(shots_, folder); }

 private:
  std::vector<Shot> shots_;
};

class Pixels {
 public:
  Pixels(const std::vector<Shot>& shots, double gap) : gap_(gap) {
    for (const auto& shot : shots) jobs_.push_back({peers::parse_ppm(shot.file), shot.outputs, {}});
  }

  void make_all() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) make_one(i);
  }
  void make_one(std::size_t index) {
    Job& job = jobs_[index % jobs_.size()];
    job.made.resize(job.outputs.size());
    for (std::size_t k = 0; k < job.outputs.size(); ++k) job.made[k] = resize(job.source, job.outputs[k], gap_);
  }
  void write(const std::filesystem::path& folder) const {
    for (const auto& job : jobs_) {
      for (std::size_t k = 0; k < job.outputs.size(); ++k) {
        const auto size = job.outputs[k].size;
        peers::write_file(folder / job.outputs[k].name, peers::to_ppm({size, copy_of(job.made[k], byte_count(size))}));
      }
    }
  }

 private:
  struct Job {
    peers::Rgb source;
    std::vector<Output> outputs;
    std::vector<Memory> made;
  };
  std::vector<Job> jobs_;
  double gap_;
};

std::string about() {
  return R"({"versions":"libvips )" + std::string(vips_version_string()) + R"(","threads":)" +
         std::to_string(vips_concurrency_get()) + "}";
}

template <class Work>
void serve(Work& work, const std::filesystem::path& folder) {
  peers::serve({about(), [&] { work.make_all(); }, [&](std::size_t index) { work.make_one(index); },
                [&] { work.write(folder); }});
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: peers_vips WORK_LIST OUT_DIR GAP");
  check(VIPS_INIT(argv[0]) == 0);
  vips_cache_set_max(0);  // a second round must do the work again and not find the first one's
  auto shots = peers::read_shots(argv[1]);
  if (shots.front().outputs.front().format == "ppm") {
    Pixels pixels(shots, std::stod(argv[3]));
    serve(pixels, argv[2]);
  } else {
    Files files(std::move(shots));
    serve(files, argv[2]);
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "peers_vips: " << error.what() << "\n";
  return 1;
}
