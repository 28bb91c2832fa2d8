#pragma once
#include <imagegen/state/state.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <imagegen/testing/contract/io_runner.hpp>
#include "support/matchers.hpp"

/// \file A collection with a view, as two versions of a program declare it, and what readers with SQL must find.
namespace imagegen::test {

using BoatType = RecordColumnType;
inline constexpr RecordColumn kBoatColumns[] = {
    {"id", "$id"}, {"user", "owner"}, {"metres", "size.metres", BoatType::real}, {"crew", "crew", BoatType::integer},
    {"sold", "sold", BoatType::boolean}, {"built", "built", BoatType::time}, {"created_at", "$created", BoatType::time},
    {"created", "$created", BoatType::integer}, {"revision", "$revision", BoatType::integer}, {"harbour", "harbour"}};
inline constexpr RecordView kFirstBoatView{"boat_list", std::span(kBoatColumns).first(9)};
inline constexpr RecordView kSecondBoatView{"boat_list", kBoatColumns, 2};
inline constexpr std::string_view kViewedBoatKeys[] = {"owner"};
inline constexpr RecordCollection kFirstBoats{"boats", kViewedBoatKeys, &kFirstBoatView};
inline constexpr RecordCollection kSecondBoats{"boats", kViewedBoatKeys, &kSecondBoatView};

/// What a test of a database has: it opens a state with these collections, and asks the database itself for one text.
struct ViewedDatabase {
  IoRunner& runner;
  std::function<Result<State>(std::vector<const RecordCollection*>, StateOpening)> open;
  std::function<std::string(const std::string&)> ask;
  std::function<void(const std::string&)> run;
  std::string count_views;  ///< Gives how many views with the name boat_list there are.

  State opened(const RecordCollection& boats, StateOpening opening = StateOpening::make) const {
    return open({&boats}, opening).value();
  }
  void put(State& state, const std::string& id, const std::string& document) const {
    RecordChange change;
    change.collection = &kFirstBoats, change.id = id, change.document = document;
    change.created = from_unix_ms(1'800'000'000'005);
    ASSERT_THAT(runner.run(state.records->write({change})), IsOk());
  }
  /// Of all rows, by id.
  std::string column(const std::string& value) const {
    return ask("SELECT coalesce(max(CASE id WHEN 'a' THEN " + value + " END), 'NULL') || ' ' || coalesce(max(CASE id WHEN 'b' THEN " +
               value + " END), 'NULL') FROM boat_list");
  }
};

/// Each value has its type, and what is of another reads as NULL and hides no other row.
inline void expect_typed_rows(const ViewedDatabase& database) {
  State state = database.opened(kFirstBoats);
  database.put(state, "a", R"({"owner":"it's","size":{"metres":12.5},"crew":9223372036854775807,"sold":true,"built":1800000000005})");
  database.put(state, "b", R"({"owner":null,"size":"large","crew":"7","sold":"true","built":9223372036854775807})");
  EXPECT_EQ(database.column("\"user\""), "it's NULL");
  EXPECT_EQ(database.column("CAST(metres + 0.25 AS TEXT)"), "12.75 NULL");
  EXPECT_EQ(database.column("CAST(crew AS TEXT)"), "9223372036854775807 NULL");
  EXPECT_EQ(database.column("CASE WHEN sold THEN 'yes' WHEN NOT sold THEN 'no' END"), "yes NULL");
  EXPECT_EQ(database.column("CASE WHEN built = created_at THEN 'same' END"), "same NULL");
  EXPECT_EQ(database.column("CAST(created AS TEXT)"), "1800000000005 1800000000005");
  EXPECT_EQ(database.column("CAST(revision AS TEXT)"), "1 1");
}

/// What a field is called never matters.
inline void expect_fields_of_any_name(const ViewedDatabase& database) {
  static constexpr RecordColumn kColumns[] = {{"id", "$id"}, {"empty", "null"}, {"inside", "select.NULL", BoatType::integer}};
  static constexpr RecordView kView{"boat_list", kColumns};
  static constexpr RecordCollection kOddBoats{"boats", kViewedBoatKeys, &kView};
  State state = database.opened(kOddBoats);
  database.put(state, "a", R"({"null":"x","select":{"NULL":7}})");
  EXPECT_EQ(database.column("empty || CAST(inside AS TEXT)"), "x7 NULL");
}

/// Two collections cannot have one view, and one that is named twice is one.
inline void expect_one_collection_for_a_view(const ViewedDatabase& database) {
  EXPECT_THAT(database.open({&kFirstBoats, &kSecondBoats}, StateOpening::make),
              FailsSaying(Errc::invalid_argument, testing::HasSubstr("view boat_list")));
  EXPECT_THAT(database.open({&kFirstBoats, &kFirstBoats, &asset_collection()}, StateOpening::make), IsOk());
}

inline void expect_renewed_forward_only(const ViewedDatabase& database) {
  {
    State state = database.opened(kFirstBoats);
    database.put(state, "a", R"({"harbour":"Hoorn"})");
  }
  (void)database.opened(kSecondBoats);
  EXPECT_EQ(database.column("harbour"), "Hoorn NULL");
  (void)database.opened(kFirstBoats);
  EXPECT_EQ(database.column("harbour"), "Hoorn NULL") << "an older program leaves it";
  database.run("DROP VIEW boat_list");
  (void)database.opened(kSecondBoats);
  EXPECT_EQ(database.column("harbour"), "Hoorn NULL") << "one that was dropped comes back";
}

inline void expect_what_is_there_is_left_alone(const ViewedDatabase& database) {
  (void)database.open({}, StateOpening::make).value();
  database.run("CREATE TABLE boat_list(mine TEXT)");
  const State state = database.opened(kFirstBoats);
  EXPECT_EQ(database.ask(database.count_views), "0");
  EXPECT_THAT(state.remarks().value(), testing::ElementsAre(testing::HasSubstr("view boat_list was not made")));
  database.run("DROP TABLE boat_list");
  EXPECT_THAT(database.opened(kFirstBoats).remarks().value(), testing::IsEmpty());
  EXPECT_EQ(database.ask(database.count_views), "1");
}

inline void expect_who_looks_makes_none(const ViewedDatabase& database) {
  (void)database.open({}, StateOpening::make).value();
  (void)database.opened(kFirstBoats, StateOpening::look);
  EXPECT_EQ(database.ask(database.count_views), "0");
}

}  // namespace imagegen::test
