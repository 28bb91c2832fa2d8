#include "state/support/sqlite_file.hpp"
#include "state/support/viewed_boats.hpp"

namespace imagegen::test {
namespace {

class SqliteViews : public testing::Test {
 protected:
  ViewedDatabase database() {
    return {runner_,
            [this](auto collections, StateOpening opening) {
              auto options = sqlite_options(folder_.file());
              options.collections = std::move(collections), options.opening = opening;
              return open_state(options, pool_);
            },
            [this](const std::string& sql) { return RawSqlite(folder_.file()).text(sql); },
            [this](const std::string& sql) { RawSqlite(folder_.file()).run(sql); },
            "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name = 'boat_list'"};
  }

  IoRunner runner_;
  SqliteFolder folder_;
  ThreadPool pool_{2};
};

TEST_F(SqliteViews, HaveTypedColumns) {
  expect_typed_rows(database());
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT built FROM boat_list WHERE id = 'a'"), "2027-01-15T08:00:00.005Z");
}

TEST_F(SqliteViews, HaveFieldsOfAnyName) {
  expect_fields_of_any_name(database());
}

TEST_F(SqliteViews, BelongToOneCollectionEach) {
  expect_one_collection_for_a_view(database());
}

TEST_F(SqliteViews, AreRenewedForwardOnly) {
  expect_renewed_forward_only(database());
}

TEST_F(SqliteViews, LeaveAloneWhatIsThere) {
  expect_what_is_there_is_left_alone(database());
}

TEST_F(SqliteViews, AreNotMadeByWhoOnlyLooks) {
  expect_who_looks_makes_none(database());
}

TEST_F(SqliteViews, OfACollectionThatIsNoneAreRefused) {
  static constexpr RecordColumn kColumns[] = {{"a", "a') --"}};
  static constexpr RecordView kView{"v", kColumns};
  const RecordCollection injected{"boats", {}, &kView};
  EXPECT_THAT(database().open({&injected}, StateOpening::make), FailsSaying(Errc::invalid_argument, testing::HasSubstr("view v")));
}

}  // namespace
}  // namespace imagegen::test
