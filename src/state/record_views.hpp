#pragma once
#include <imagegen/record/record_store.hpp>

#include <string>

/// \file Views of records, for who reads a database with SQL.
namespace imagegen::state {

enum class SqlDialect { sqlite, postgres };

/// What stands after CREATE VIEW name AS. The collection has a view, and has been checked.
std::string view_select(const RecordCollection& collection, SqlDialect dialect);

/// For State::remarks: the name was taken, by a table or view that is none of ours.
std::string taken_view(const RecordView& view);
/// For State::remarks.
std::string unmoved_assets(std::int64_t count, std::string_view where);

}  // namespace imagegen::state
