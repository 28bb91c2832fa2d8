#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <typeinfo>

/// \file What the suites have in common. They are compiled once, in the library imagegen::testing_contract; a program that
/// links it and instantiates a suite has its tests. Each suite asks for what it tests through a small interface, its
/// harness:
///
///     INSTANTIATE_TEST_SUITE_P(Memory, LedgerContract, testing::Values(harness<MemoryLedgerHarness>()));
///     INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerContract, testing::Values(harness<LedgerOf<SqliteState>>()));
///
/// The first derives from LedgerHarness; LedgerOf<> is for who has functions of those names already, for many suites.
namespace imagegen::test {

/// Is default-constructible, and gives an empty store, or whatever it is that its suite tests.
class Harness {
 public:
  Harness() = default;
  virtual ~Harness() = default;
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  /// Why there is none here, and then it is not asked for; else empty.
  virtual std::string no_store() const { return {}; }
};

/// How a suite gets harnesses of one kind: what harness() gives, for testing::Values().
template <class Interface>
struct HarnessMaker {
  std::unique_ptr<Interface> (*make)();  ///< A new one, for each test.
  const std::type_info* made;            ///< Its class, which names the test.
};

/// A maker of harnesses.
/// \tparam Made Derives from an interface, which it calls Interface.
template <class Made>
HarnessMaker<typename Made::Interface> harness() {
  using Interface = typename Made::Interface;
  return {[]() -> std::unique_ptr<Interface> { return std::make_unique<Made>(); }, &typeid(Made)};
}

/// The name of a type, as it is written in a program.
void print_type(const std::type_info& type, std::ostream& out);

/// For GoogleTest.
template <class Interface>
void PrintTo(const HarnessMaker<Interface>& maker, std::ostream* out) {
  print_type(*maker.made, *out);
}

/// Fails the test where CI is set, else skips it, unless `why` is empty. For SetUp().
void fail_or_skip(const std::string& why);

/// Each test has a harness of its own. A suite declares a SetUpTestSuite() that is defined in the file of its tests: so
/// whoever instantiates it links them, and without that it has none.
template <class Interface>
class ContractTest : public testing::TestWithParam<HarnessMaker<Interface>> {
 protected:
  void SetUp() override { fail_or_skip(harness_->no_store()); }

  const std::unique_ptr<Interface> harness_ = this->GetParam().make();
};

}  // namespace imagegen::test
