#include "files.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cli {

using imagegen::Bytes;
using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;

Result<Bytes> read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Error{Errc::not_found, file.string() + ": there is no such file"};
  if (std::filesystem::is_directory(file, error)) return Error{Errc::invalid_argument, file.string() + ": is a folder"};
  std::ifstream stream(file, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Error{Errc::storage_failed, file.string() + ": cannot be read"};
  return bytes;
}

Result<bool> write_file(const std::filesystem::path& file, imagegen::ByteView bytes) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    const auto old = read_file(file);
    if (old && std::equal(old->begin(), old->end(), bytes.begin(), bytes.end())) return false;
  }
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  auto temporary = file;
  temporary += ".part-" + std::to_string(::getpid());
  std::ofstream stream(temporary, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) std::filesystem::rename(temporary, file, error);
  if (!stream || error) {
    std::filesystem::remove(temporary, error);
    return Error{Errc::storage_failed, file.string() + ": cannot be written"};
  }
  return true;
}

}  // namespace cli
