#pragma once
#include <imagegen/record/record_store.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

/// \file Views of records, for who reads a database with SQL.
namespace imagegen::state {

enum class SqlDialect { sqlite, postgres };

/// What stands after CREATE VIEW name AS. The collection has a view, and has been checked.
std::string view_select(const RecordCollection& collection, SqlDialect dialect);

using Collections = std::span<const RecordCollection* const>;

/// What is known of the name of a view.
struct SeenView {
  std::int64_t version = 0;  ///< That was made; 0 for none.
  bool there = false;        ///< Whether anything has the name.

  /// By a table or view that is none of ours.
  bool is_taken() const noexcept { return there && version == 0; }
  /// Whether it is to be made, or brought up to what is declared.
  bool is_wanting(const RecordView& view) const noexcept;
};

using LookAtView = std::function<Result<SeenView>(const RecordView&)>;

/// Whether a view of one of them is.
Result<bool> any_is_wanting(Collections collections, const LookAtView& look);

/// For State::remarks: views that were not made, because their names were taken.
Result<void> remark_taken_views(Collections collections, const LookAtView& look, std::vector<std::string>& remarks);
/// For State::remarks.
std::string unmoved_assets(std::int64_t count, std::string_view where);

}  // namespace imagegen::state
