#include "files.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "terminal.hpp"

namespace cli {

using imagegen::Bytes;
using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;

namespace {

Result<Bytes> read_stream(std::istream& stream, const std::string& name) {
  Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Error{Errc::storage_failed, name + ": cannot be read"};
  return bytes;
}

// There is but one, so that who names it twice gets an error and not an empty file.
Result<Bytes> read_input() {
  static bool is_read = false;
  if (std::exchange(is_read, true))
    return Error{Errc::invalid_argument, "-: expected standard input once, got it twice"};
  return read_stream(std::cin, name_of_input(kStandardStream));
}

Result<bool> write_to_output(imagegen::ByteView bytes) {
  if (is_terminal(STDOUT_FILENO))
    return Error{Errc::invalid_argument,
                 "-o -: expected a file or a pipe, got a terminal, which cannot show a picture"};
  std::cout.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return true;
}

}  // namespace

std::string name_of_input(const std::filesystem::path& file) {
  return file == kStandardStream ? "standard input" : file.string();
}

Result<Bytes> read_file(const std::filesystem::path& file) {
  if (file == kStandardStream) return read_input();
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Error{Errc::not_found, file.string() + ": there is no such file"};
  if (std::filesystem::is_directory(file, error)) return Error{Errc::invalid_argument, file.string() + ": is a folder"};
  std::ifstream stream(file, std::ios::binary);
  return read_stream(stream, file.string());
}

Result<bool> write_file(const std::filesystem::path& file, imagegen::ByteView bytes) {
  if (file == kStandardStream) return write_to_output(bytes);
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
