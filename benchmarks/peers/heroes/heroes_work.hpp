#pragma once
#include <imagegen/image/renditions.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

/// \file What both programs of this comparison agree on: the outputs, their names, files.
namespace heroes {

/// The rows of a shot in the packs of today.
inline std::vector<imagegen::RenditionSpec> outputs() {
  const imagegen::Encoding webp{imagegen::ImageFormat::webp, 90, 4};
  return {{{1920, 800}, {}, webp}, {{1200, 600}, {}, webp}, {{800, 1000}, {}, webp}};
}

inline std::string output_name(const std::string& master, imagegen::PixelSize size) {
  return std::filesystem::path(master).stem().string() + "_" + to_string(size) + ".webp";
}

inline imagegen::Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& path, const imagegen::Bytes& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace heroes
