#include <imagegen/maker/record/store_parts.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

constexpr std::string_view kPartKeys[] = {"owner", "kind"};
constexpr RecordCollection kParts{"parts", kPartKeys};

RecordChange change_of(const std::string& id, const std::string& document = "{}") {
  RecordChange change;
  change.collection = &kParts, change.id = id, change.document = document;
  return change;
}

TEST(CheckChange, FindsTheTextsToLookUpBy) {
  const auto checked = check_change(change_of("a", R"({ "kind" : "k" , "owner" : 7, "other" : "o" })")).value();
  EXPECT_EQ(checked.keys, (std::vector<RecordKey>{{"kind", "k"}}));
  EXPECT_EQ(checked.change.document, R"({"kind":"k","owner":7,"other":"o"})");
}

TEST(CheckChange, NamesTheRecordAndWhatIsWrong) {
  EXPECT_THAT(check_change(change_of("a", "[]")),
              FailsSaying(Errc::invalid_argument, testing::StartsWith("record parts/a: document: expected a JSON object")));
  EXPECT_THAT(check_change(change_of("a", "{")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(check_change(change_of("a/b")), FailsSaying(Errc::invalid_argument, testing::HasSubstr("id")));
}

TEST(CheckChange, RefusesCollectionsThatNotEveryStoreCanKeep) {
  const std::string_view dotted[] = {"a.b"}, numbered[] = {"1"};
  const std::vector<std::string_view> many(9, "a");
  for (const RecordCollection& bad :
       {RecordCollection{"x y", {}}, RecordCollection{std::string_view("a234567890123456789012345678901234"), {}},
        RecordCollection{"x", dotted}, RecordCollection{"x", numbered}, RecordCollection{"x", many}}) {
    auto change = change_of("a");
    change.collection = &bad;
    EXPECT_THAT(check_change(change), FailsSaying(Errc::invalid_argument, testing::HasSubstr("collection")));
  }
}

TEST(CheckCollection, RefusesViewsThatNotEveryDatabaseCanMake) {
  static constexpr RecordColumn kOnce[] = {{"a", "a"}, {"b", "a"}}, kTwice[] = {{"a", "a"}, {"b", "b"}, {"a", "c"}};
  const auto checked = [](std::string_view name, std::span<const RecordColumn> columns) {
    const RecordView view{name, columns};
    return check_collection({"parts", kPartKeys, &view});
  };
  EXPECT_THAT(checked("sqlitex", kOnce), IsOk());
  EXPECT_THAT(checked("sqlite_x", kOnce), FailsSaying(Errc::invalid_argument, testing::HasSubstr("view sqlite_x")));
  EXPECT_THAT(checked("v", kTwice), FailsSaying(Errc::invalid_argument, testing::HasSubstr("different")));
}

TEST(CheckChanges, SortsThemAndKeepsTheirPlaces) {
  const auto checked = check_changes({change_of("c"), change_of("a"), change_of("b")}).value();
  ASSERT_EQ(checked.size(), 3U);
  EXPECT_EQ(checked[0].change.id + checked[1].change.id + checked[2].change.id, "abc");
  EXPECT_EQ(checked[0].place, 1U);
  EXPECT_EQ(checked[2].place, 0U);
}

TEST(NextState, CountsRevisionsAndKeepsTheTimeOfCreation) {
  auto change = change_of("a");
  change.created = from_unix_ms(9);
  EXPECT_EQ(next_state(change, {}).value(), (RecordState{1, from_unix_ms(9)}));
  EXPECT_EQ(next_state(change, {4, from_unix_ms(2)}).value(), (RecordState{5, from_unix_ms(2)}));
  change.moves = true;
  EXPECT_EQ(next_state(change, {4, from_unix_ms(2)}).value(), (RecordState{5, from_unix_ms(9)}));
  change.expected = 3;
  EXPECT_THAT(next_state(change, {4, from_unix_ms(2)}), FailsWith(Errc::conflict));
  change.expected = 4, change.document = std::nullopt;
  EXPECT_EQ(next_state(change, {4, from_unix_ms(2)}).value(), RecordState());
}

TEST(RecordCursor, IsReadBackAsItWasWritten) {
  Record record;
  record.id = "a-1";
  RecordQuery query;
  query.collection = &kParts;
  for (const std::int64_t ms : {0LL, -5LL, 1'800'000'000'123LL}) {
    record.created = from_unix_ms(ms), query.after = to_cursor(record);
    EXPECT_EQ(check_query(query).value(), (RecordCursor{record.created, "a-1"})) << ms;
  }
  query.after.clear();
  EXPECT_EQ(check_query(query).value(), std::nullopt);
}

TEST(RecordCursor, GoesFromNewToOldAndThenFromGreatIdsToSmall) {
  EXPECT_LT((RecordCursor{from_unix_ms(2), "a"}), (RecordCursor{from_unix_ms(1), "b"}));
  EXPECT_LT((RecordCursor{from_unix_ms(1), "b"}), (RecordCursor{from_unix_ms(1), "a"}));
}

}  // namespace
}  // namespace imagegen::test
