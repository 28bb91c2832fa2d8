#pragma once
#include <imagegen/core/bytes.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

/// \file Other programs as judges of our files. They are part of the test list of scripts/install-dependencies.sh.
namespace imagegen::test {

struct Output {
  int status = -1;
  std::string text;  ///< Standard output and error.
};

inline Output run_tool(const std::string& command) {
  Output output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> piece;
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe)) output.text.append(piece.data(), got);
  output.status = pclose(pipe);
  return output;
}

/// A folder of its own for files that a tool reads.
class WithTools : public testing::Test {
 protected:
  WithTools() {
    folder_ = std::filesystem::temp_directory_path() / ("imagegen-tools-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~WithTools() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string save(const std::string& name, const Bytes& file) const {
    std::ofstream(path(name), std::ios::binary).write(reinterpret_cast<const char*>(file.data()), std::ssize(file));
    return path(name);
  }

  Bytes load(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }

  static void needs(const std::string& tool, const std::string& package) {
    ASSERT_EQ(run_tool("command -v " + tool).status, 0)
        << tool << " is missing: install the Debian package " << package << " (scripts/install-dependencies.sh test)";
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace imagegen::test
