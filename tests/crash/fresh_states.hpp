#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/support/temp_folder.hpp"

namespace imagegen::test {

enum class Database : std::uint8_t { sqlite, postgres, mongodb };

/// Those that this build can open.
std::vector<Database> built_databases();
/// "Sqlite" and so on.
std::string name_of(Database kind);

/// Empty databases of one kind, in a server of this test's; dropped at the end.
class FreshStates {
 public:
  explicit FreshStates(Database kind) : kind_(kind) {}

  /// Why there is none, for fail_or_skip(); empty when there is one.
  std::string problem() const;
  /// Another one, as state_of() takes it. With MongoDB goes a ledger in SQLite, so that one can be killed between the two.
  std::string next();

 private:
  Database kind_;
  TempFolder folder_;
  std::vector<std::shared_ptr<void>> made_;
};

}  // namespace imagegen::test
