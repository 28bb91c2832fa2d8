#include <imagegen/testing/contract/contract_test.hpp>

#include <boost/core/demangle.hpp>

#include <cstdlib>

namespace imagegen::test {

void print_type(const std::type_info& type, std::ostream& out) {
  out << boost::core::demangle(type.name());
}

void fail_or_skip(const std::string& why) {
  if (why.empty()) return;
  if (std::getenv("CI") != nullptr) FAIL() << why;  // NOLINT(concurrency-mt-unsafe)
  GTEST_SKIP() << why;
}

}  // namespace imagegen::test
