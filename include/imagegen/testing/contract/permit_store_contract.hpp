#pragma once
#include <imagegen/job/permit_store.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/testing/contract/set_clock.hpp>

#include <string>
#include <vector>

/// \file What every PermitStore must do.
namespace imagegen::test {

/// An empty PermitStore.
class PermitHarness : public Harness {
 public:
  using Interface = PermitHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual PermitStore& permits() = 0;
  /// By which the store goes.
  virtual SetClock& clock() = 0;
};

/// Of one that has permits(), clock() and no_store() for several suites.
template <class H>
class PermitsOf final : public PermitHarness {
 public:
  PermitStore& permits() override { return harness_.permits(); }
  SetClock& clock() override { return harness_.clock(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class PermitStoreContract : public ContractTest<PermitHarness> {
 protected:
  static void SetUpTestSuite();
  PermitStore& permits() { return harness_->permits(); }
  bool ask(const std::string& holder, std::vector<PermitLimit> limits, int ms = 0);
};

}  // namespace imagegen::test
