#include "peers/work.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace peers {
namespace {

Output parse_line(const std::string& line) {
  std::istringstream fields(line);
  std::string input, size;
  Output output;
  std::getline(fields, input, '\t');
  std::getline(fields, size, '\t');
  std::getline(fields, output.format, '\t');
  char by = 0;
  std::istringstream(size) >> output.size.width >> by >> output.size.height;
  fields >> output.quality >> output.effort >> output.name;
  if (!fields || output.size.height < 1) throw std::runtime_error("not a line of a work list: " + line);
  output.input = input;
  return output;
}

}  // namespace

std::vector<Output> read_work(const std::filesystem::path& list) {
  std::ifstream in(list);
  if (!in) throw std::runtime_error("cannot read " + list.string());
  std::vector<Output> work;
  for (std::string line; std::getline(in, line);) work.push_back(parse_line(line));
  if (work.empty()) throw std::runtime_error(list.string() + " is empty");
  return work;
}

std::vector<Shot> read_shots(const std::filesystem::path& list) {
  std::vector<Shot> shots;
  for (auto& output : read_work(list)) {
    if (shots.empty() || shots.back().outputs.front().input != output.input) {
      shots.push_back({read_file(output.input), {}, {}});
    }
    shots.back().outputs.push_back(std::move(output));
  }
  return shots;
}

void write_made(const std::vector<Shot>& shots, const std::filesystem::path& folder) {
  for (const auto& shot : shots) {
    for (std::size_t i = 0; i < shot.outputs.size(); ++i) write_file(folder / shot.outputs[i].name, shot.made.at(i));
  }
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

Rgb parse_ppm(const Bytes& file) {
  std::istringstream header(std::string(file.begin(), file.begin() + std::min<std::ptrdiff_t>(std::ssize(file), 40)));
  std::string magic;
  Size size;
  int largest = 0;
  header >> magic >> size.width >> size.height >> largest;
  const auto start = static_cast<std::ptrdiff_t>(header.tellg()) + 1;
  const auto bytes = std::ptrdiff_t{3} * size.width * size.height;
  if (!header || magic != "P6" || largest != 255 || std::ssize(file) != start + bytes) {
    throw std::runtime_error("expected an 8-bit binary PPM");
  }
  return {size, {file.begin() + start, file.end()}};
}

Bytes to_ppm(const Rgb& picture) {
  const std::string header =
      "P6\n" + std::to_string(picture.size.width) + " " + std::to_string(picture.size.height) + "\n255\n";
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), picture.pixels.begin(), picture.pixels.end());
  return file;
}

Window middle_window(Size source, Size box) {
  const auto across = std::int64_t{source.width} * box.height;
  const auto down = std::int64_t{source.height} * box.width;
  if (across > down) {
    const int width = static_cast<int>(down / box.height);
    return {(source.width - width + 1) / 2, 0, {width, source.height}};
  }
  const int height = static_cast<int>(across / box.width);
  return {0, (source.height - height + 1) / 2, {source.width, height}};
}

}  // namespace peers
