#pragma once
#include <imagegen/job/permit_store.hpp>

#include <string>
#include <vector>

#include "contract/contract_test.hpp"
#include "contract/set_clock.hpp"

/// \file What every PermitStore must do: the suite is in the library imagegen_contract_job.
namespace imagegen::test {

class PermitHarness : public Harness {
 public:
  using Interface = PermitHarness;
  virtual PermitStore& permits() = 0;
  /// By which the store goes.
  virtual SetClock& clock() = 0;
};

template <class H>
class PermitsOf final : public PermitHarness {
 public:
  PermitStore& permits() override { return harness_.permits(); }
  SetClock& clock() override { return harness_.clock(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

class PermitStoreContract : public ContractTest<PermitHarness> {
 protected:
  PermitStore& permits() { return harness_->permits(); }
  bool ask(const std::string& holder, std::vector<PermitLimit> limits, int ms = 0);
};

}  // namespace imagegen::test
