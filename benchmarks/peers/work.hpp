#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// \file What all programs of this comparison agree on: the list of work, files, uncompressed pictures. Standard
/// library only, because the peer's program uses it too. Everything here throws std::runtime_error.
namespace peers {

using Bytes = std::vector<std::uint8_t>;

struct Size {
  int width = 0, height = 0;  ///< px
};

/// One file to make: a line of the work list, its fields apart by tabs.
struct Output {
  std::filesystem::path input;
  Size size;
  std::string format;  ///< "webp", "jpeg", or "ppm" for pixels that stay in memory.
  int quality = 0, effort = 0;
  std::string name;
};

/// The outputs of one input, which stand side by side in the work list.
struct Shot {
  Bytes file;
  std::vector<Output> outputs;
  std::vector<Bytes> made;  ///< As many as outputs, after a round.
};

std::vector<Output> read_work(const std::filesystem::path& list);

/// read_work(), grouped by input, with the inputs in memory.
std::vector<Shot> read_shots(const std::filesystem::path& list);

void write_made(const std::vector<Shot>& shots, const std::filesystem::path& folder);

Bytes read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const Bytes& bytes);

/// Three channels of 8 bits, rows without padding.
struct Rgb {
  Size size;
  Bytes pixels;
};

/// Binary PPM (P6) with 255 as its largest value.
Rgb parse_ppm(const Bytes& file);
Bytes to_ppm(const Rgb& picture);

/// The largest whole-pixel part in the middle of `source` that has the shape of `box`: where it begins, and its size.
struct Window {
  int x = 0, y = 0;
  Size size;
};
Window middle_window(Size source, Size box);

}  // namespace peers
