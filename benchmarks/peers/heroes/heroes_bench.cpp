// Makes the files of a few shots with render_all(), several rounds in one process, and prints the times as JSON.
//   heroes_bench OUT_DIR ROUNDS MASTER.png...
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "heroes_work.hpp"

namespace {

using imagegen::Bytes;
using imagegen::Task;

struct Master {
  std::string path;
  Bytes file;
  std::vector<Bytes> outputs;
};

struct Timing {
  double wall_ms = 0, cpu_ms = 0;
};

double cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](timeval time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) * 1e-3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

Task<void> make_files(Master& master, imagegen::ThreadPool& pool) {
  const auto specs = heroes::outputs();
  master.outputs.assign(specs.size(), {});
  std::function<Task<void>(std::size_t, imagegen::Result<imagegen::Rendition>)> keep =
      [&master](std::size_t index, imagegen::Result<imagegen::Rendition> made) -> Task<void> {
    master.outputs[index] = std::move(made.value().image.bytes);
    co_return;
  };
  const imagegen::ImageLimits limits;
  const auto done = co_await imagegen::render_all(master.file, specs, limits, pool, keep);
  done.value();
}

// Shots run side by side, as the workflow has them; the pool's threads are the limit.
Timing run_round(boost::asio::io_context& io, imagegen::ThreadPool& pool, std::vector<Master>& masters) {
  const double cpu_before = cpu_ms();
  const auto before = std::chrono::steady_clock::now();
  for (auto& master : masters) {
    boost::asio::co_spawn(io, make_files(master, pool), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  io.restart();
  io.run();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - before;
  return {wall.count(), cpu_ms() - cpu_before};
}

void write_outputs(const std::vector<Master>& masters, const std::filesystem::path& folder) {
  const auto specs = heroes::outputs();
  for (const auto& master : masters) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      heroes::write_file(folder / heroes::output_name(master.path, specs[i].size), master.outputs[i]);
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) throw std::runtime_error("usage: heroes_bench OUT_DIR ROUNDS MASTER.png...");
  std::vector<Master> masters;
  for (int i = 3; i < argc; ++i) masters.push_back({argv[i], heroes::read_file(argv[i]), {}});
  boost::asio::io_context io(1);
  imagegen::ThreadPool pool(std::max(std::thread::hardware_concurrency(), 1U));
  run_round(io, pool, masters);  // the first round also meets cold caches and fresh memory
  std::cout << "[";
  const int rounds = std::stoi(argv[2]);
  for (int i = 0; i < rounds; ++i) {
    const Timing timing = run_round(io, pool, masters);
    std::cout << (i == 0 ? "" : ",") << R"({"wall_ms":)" << timing.wall_ms << R"(,"cpu_ms":)" << timing.cpu_ms << "}";
  }
  std::cout << "]\n";
  write_outputs(masters, argv[1]);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "heroes_bench: " << error.what() << "\n";
  return 1;
}
