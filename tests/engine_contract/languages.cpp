#include <imagegen/image/encode.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "engine_contract/language_runtime.hpp"

namespace imagegen::test {
namespace {

std::string chosen() {
  const char* name = std::getenv("IMAGEGEN_CONTRACT_LANGUAGE");  // NOLINT(concurrency-mt-unsafe)
  return name ? name : "cpp";
}

// What is set already, by CTest or by hand, goes before.
void set_unless_set(const char* name, const char* value) {
  ::setenv(name, value, /*overwrite=*/0);  // NOLINT(concurrency-mt-unsafe)
}

std::unique_ptr<Language> make_language() {
  const auto name = chosen();
  const std::string folder = ENGINE_CONTRACT_FOLDER;
  if (name == "cpp") return make_engine_language();
  if (name == "c") return make_peer_language({ENGINE_CONTRACT_PEER_C}, {ENGINE_CONTRACT_PEER_C});
  if (name == "python") {
    set_unless_set("PYTHONPATH", ENGINE_CONTRACT_PYTHONPATH);
    set_unless_set("PYTHONDONTWRITEBYTECODE", "1");
    const std::string package = std::getenv("PYTHONPATH");  // NOLINT(concurrency-mt-unsafe)
    return make_peer_language({ENGINE_CONTRACT_PYTHON, "-X", "faulthandler", folder + "/peer.py"},
                              {ENGINE_CONTRACT_PYTHON, package + "/imagegen"});
  }
  if (name == "node") {
    set_unless_set("IMAGEGEN_LIBRARY", ENGINE_CONTRACT_LIBRARY);
    return make_peer_language({ENGINE_CONTRACT_NODE, folder + "/peer.mjs"},
                              {ENGINE_CONTRACT_NODE, ENGINE_CONTRACT_NODE_PACKAGE "/node_modules/koffi"});
  }
  throw std::runtime_error("IMAGEGEN_CONTRACT_LANGUAGE: expected cpp, c, python or node, got " + name);
}

class Languages : public testing::Environment {
 public:
  void SetUp() override {
    const auto missing = language().missing();
    if (missing.empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << chosen() << ": " << missing;  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << "skipped: " << chosen() << ": " << missing;
  }
  // A host that ends leaves nothing behind and does not crash.
  void TearDown() override { EXPECT_EQ(language().finish(), ""); }
};

const auto* const kLanguages = testing::AddGlobalTestEnvironment(new Languages);

}  // namespace

Language& language() {
  static const auto made = make_language();
  return *made;
}

const Bytes& host_picture() {
  static const Bytes file = [] {
    Bitmap picture{{64, 64}, 3, Bytes(64U * 64U * 3U)};
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
      picture.pixels[i] = static_cast<std::uint8_t>((i % 192) + (i / 192));
    return encode_png(picture).value();
  }();
  return file;
}

}  // namespace imagegen::test
