#pragma once
#include <gmock/gmock.h>

#include "cli/process.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen::test {

// `imagegen heroes` against the OpenAI API on loopback.
class OpenAiCommand : public ::testing::Test {
 protected:
  Environment environment() const {
    return {{"OPENAI_API_KEY", openai_.api_key()},
            {"OPENAI_BASE_URL", openai_.base_url()},
            {"IMAGEGEN_PROVIDER", "openai"}};
  }
  std::vector<std::string> arguments(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = {"heroes", IMAGEGEN_PACK, "--model", "gpt-image-2"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Ended heroes(const std::vector<std::string>& more = {}) {
    return run_cli(arguments(more), environment(), folder_.path());
  }

  FakeOpenAi openai_;
  Folder folder_;
};

}  // namespace imagegen::test
