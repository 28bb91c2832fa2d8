#pragma once
#include <imagegen/spend/spool.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <string>
#include <vector>

/// \file What every Spool must do.
namespace imagegen::test {

/// An empty Spool.
class SpoolHarness : public Harness {
 public:
  using Interface = SpoolHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual Spool& spool() = 0;
};

/// Of one that has spool() and no_store() for several suites.
template <class H>
class SpoolOf final : public SpoolHarness {
 public:
  Spool& spool() override { return harness_.spool(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// A picture that waits for the store.
SpooledPicture spooled_picture(const std::string& purchase, const std::string& key = "masters/a.png",
                               const std::string& file = "a picture");

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class SpoolContract : public ContractTest<SpoolHarness> {
 protected:
  static void SetUpTestSuite();
  Spool& spool() { return harness_->spool(); }
  void put(const SpooledPicture& picture);
  std::vector<std::string> ids(const SpoolQuery& query = {});
};

}  // namespace imagegen::test
