#pragma once
#include <cstdlib>
#include <string>

namespace imagegen::test {

/// How often, or from which seed: a number that a script or a developer gives; `otherwise` is what ./test.sh runs.
inline long number_from_environment(const char* name, long otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? std::stol(text) : otherwise;
}

}  // namespace imagegen::test
