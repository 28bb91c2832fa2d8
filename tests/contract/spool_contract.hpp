#pragma once
#include <imagegen/spend/spool.hpp>

#include <string>
#include <vector>

#include "contract/contract_test.hpp"

/// \file What every Spool must do: the suite is in the library imagegen_contract_spool.
namespace imagegen::test {

class SpoolHarness : public Harness {
 public:
  using Interface = SpoolHarness;
  virtual Spool& spool() = 0;
};

template <class H>
class SpoolOf final : public SpoolHarness {
 public:
  Spool& spool() override { return harness_.spool(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

SpooledPicture spooled_picture(const std::string& purchase, const std::string& key = "masters/a.png",
                               const std::string& file = "a picture");

class SpoolContract : public ContractTest<SpoolHarness> {
 protected:
  Spool& spool() { return harness_->spool(); }
  void put(const SpooledPicture& picture);
  std::vector<std::string> ids(const SpoolQuery& query = {});
};

}  // namespace imagegen::test
