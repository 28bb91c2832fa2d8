#pragma once
#include <imagegen/spend/ledger.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <optional>
#include <string>
#include <vector>

/// \file What every Ledger must do.
namespace imagegen::test {

/// An empty Ledger.
class LedgerHarness : public Harness {
 public:
  using Interface = LedgerHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual Ledger& ledger() = 0;
};

/// Of one that has ledger() and no_store() for several suites.
template <class H>
class LedgerOf final : public LedgerHarness {
 public:
  Ledger& ledger() override { return harness_.ledger(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class LedgerContract : public ContractTest<LedgerHarness> {
 protected:
  static void SetUpTestSuite();
  Ledger& ledger() { return harness_->ledger(); }
  static Timestamp at(int ms) { return from_unix_ms(1'795'219'200'000 + ms); }  // 2026-11-21T00:00:00Z
  static Usd usd(double dollars) { return Usd::from_dollars(dollars); }
  static PurchaseIntent intent(const std::string& job, const std::string& slot, std::optional<double> price = 0.04);
  /// Bought with one call: 0.12 USD.
  static PurchaseIntent set_of(const std::string& job, const std::vector<PurchasePlace>& places);
  /// The id of what blocks the slot; empty for nothing.
  std::string blocker(const std::string& job, const std::string& slot);
  Purchase reserve(const std::string& job, const std::string& slot, double price = 0.04, int ms = 0);
  void settle(const std::string& id, const Settlement& settlement, int ms = 5);
  Usd used(const std::string& scope);
  Purchase only(const std::string& job);
};

}  // namespace imagegen::test
