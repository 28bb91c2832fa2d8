#pragma once
#include <imagegen/record/record_store.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <array>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/// \file What every RecordStore must do.
namespace imagegen {

/// For GoogleTest.
inline void PrintTo(const Record& record, std::ostream* out) {
  *out << record.id << " of " << to_rfc3339(record.created) << ", revision " << record.revision << ": "
       << record.document;
}

}  // namespace imagegen

namespace imagegen::test {

/// An empty RecordStore. Its io_context outlives what derived classes hold: a thread of a pool may still be in it for a moment after the end
/// of a task.
class RecordHarness : public IoRunner, public Harness {
 public:
  using Interface = RecordHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual RecordStore& records() = 0;
  /// Closes what holds the records and opens it again; false where they end with their store.
  virtual bool reopen() { return false; }
};

/// Of one that has records(), reopen() and no_store() for several suites.
template <class H>
class RecordsOf final : public RecordHarness {
 public:
  RecordStore& records() override { return harness_.records(); }
  bool reopen() override { return harness_.reopen(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// Of threads; before the harness, whose pool posts to them.
struct RecordRunners {
  std::array<IoRunner, 4> runners_;  ///< One a thread.
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class RecordStoreContract : protected RecordRunners, public ContractTest<RecordHarness> {
 protected:
  static void SetUpTestSuite();
  using Revisions = std::vector<std::int64_t>;

  RecordStore& records() { return harness_->records(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static RecordChange put(const std::string& id, const std::string& document = "{}", int ms = 0);
  static RecordChange removal(const std::string& id);
  static RecordChange expecting(std::int64_t revision, RecordChange change);
  Result<Revisions> write(std::vector<RecordChange> changes);
  Result<Revisions> write(const RecordChange& change) { return write(std::vector{change}); }
  std::optional<Record> found(const std::string& id);
  Result<RecordPage> page(RecordQuery query);
  std::vector<std::string> ids(RecordQuery query);
  /// Of all records that have these texts.
  std::vector<std::string> ids_where(std::vector<std::pair<std::string, std::string>> where);
  std::vector<std::string> all_ids();
  /// Runs it on as many threads at once, each with a runner of its own.
  void on_threads(const std::function<void(IoRunner&, int)>& work);
};

}  // namespace imagegen::test
