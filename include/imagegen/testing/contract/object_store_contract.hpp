#pragma once
#include <imagegen/storage/object_store.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/contract/object_values.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file What every ObjectStore must do.
namespace imagegen::test {

/// An empty ObjectStore. Its io_context outlives what derived classes hold.
class ObjectStoreHarness : public IoRunner, public Harness {
 public:
  using Interface = ObjectStoreHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual ObjectStore& store() = 0;
  /// The longest key to try; segments of 200 bytes are tried.
  virtual std::size_t max_key_bytes() const { return 1024; }
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class ObjectStoreContract : public ContractTest<ObjectStoreHarness> {
 protected:
  static void SetUpTestSuite();
  ObjectStore& store() { return harness_->store(); }
  Result<ObjectInfo> put(const std::string& key, std::string_view text, PutOptions options = {});
  Result<Bytes> get(const std::string& key, std::size_t max_bytes = 8U << 20U);
  /// The content, or the name of the error.
  std::string text_at(const std::string& key);
  Result<std::optional<ObjectInfo>> head(const std::string& key);
  Result<void> remove(const std::string& key);
  /// The keys, or one entry with the error.
  std::vector<std::string> list(const std::string& prefix, std::size_t limit = 100, const std::string& after = "");
  void put_all(const std::vector<std::string>& keys);
  void run_all(std::size_t count, const std::function<Task<void>(std::size_t)>& body);
};

}  // namespace imagegen::test
