#pragma once
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/// \file What every AssetStore must do.
namespace imagegen {

/// For GoogleTest.
inline void PrintTo(const AssetRecord& asset, std::ostream* out) {
  *out << asset.kind << " " << asset.id << " of " << to_rfc3339(asset.created) << ", job \"" << asset.job_id << "\"";
}

}  // namespace imagegen

namespace imagegen::test {

/// An empty AssetStore. Its io_context outlives what derived classes hold: a thread of a pool may still be in it for a moment after the end
/// of a task.
class AssetHarness : public IoRunner, public Harness {
 public:
  using Interface = AssetHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual AssetStore& assets() = 0;
};

/// Of one that has assets() and no_store() for several suites.
template <class H>
class AssetsOf final : public AssetHarness {
 public:
  AssetStore& assets() override { return harness_.assets(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// Of threads; before the harness, whose pool posts to them.
struct ThreadRunners {
  std::array<IoRunner, 4> runners_;  ///< One a thread.
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class AssetStoreContract : protected ThreadRunners, public ContractTest<AssetHarness> {
 protected:
  static void SetUpTestSuite();
  AssetStore& assets() { return harness_->assets(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static std::string digest(char digit) { return std::string(64, digit); }
  static AssetRecord asset_named(const std::string& id, int ms = 0);
  static AssetRecord full_asset();
  Result<void> put(AssetRecord asset);
  std::optional<AssetRecord> found(const std::string& id);
  Result<AssetPage> page(AssetQuery query);
  Result<void> remove(const std::string& id);
  std::vector<std::string> ids(AssetQuery query);
};

}  // namespace imagegen::test
