#include "state/support/postgres_harness.hpp"
#include "state/support/viewed_boats.hpp"

namespace imagegen::test {
namespace {

// Before the pool of the test, whose threads post to it.
struct PostgresViewsRunner {
  IoRunner runner_;
};

class PostgresViews : protected PostgresViewsRunner, public PostgresTest {
 protected:
  ViewedDatabase in(const TestDatabase& there) {
    return {runner_,
            [this, &there](auto collections, StateOpening opening) {
              auto options = postgres_options(there.url());
              options.collections = std::move(collections), options.opening = opening;
              return open_state(options, pool_);
            },
            [&there](const std::string& sql) { return there.ask(sql); },
            [&there](const std::string& sql) { there.run(sql); },
            "SELECT count(*) FROM pg_views WHERE viewname = 'boat_list'"};
  }
};

TEST_F(PostgresViews, HaveTypedColumns) {
  const TestDatabase there;
  expect_typed_rows(in(there));
  EXPECT_EQ(there.ask("SELECT string_agg(data_type, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE "
                      "table_name = 'boat_list'"),
            "text,text,double precision,bigint,boolean,timestamp with time zone,timestamp with time zone,bigint,bigint");
}

TEST_F(PostgresViews, HaveFieldsOfAnyName) {
  const TestDatabase there;
  expect_fields_of_any_name(in(there));
}

TEST_F(PostgresViews, BelongToOneCollectionEach) {
  const TestDatabase there;
  expect_one_collection_for_a_view(in(there));
}

TEST_F(PostgresViews, AreRenewedForwardOnly) {
  const TestDatabase there;
  expect_renewed_forward_only(in(there));
}

TEST_F(PostgresViews, KeepTheRightsOfTheirReadersAndWhatStandsOnThem) {
  const TestDatabase there;
  (void)in(there).opened(kFirstBoats);
  there.run("CREATE VIEW mine AS SELECT id FROM boat_list; GRANT SELECT ON boat_list TO PUBLIC");
  EXPECT_THAT(in(there).open({&kSecondBoats}, StateOpening::make), IsOk());
  EXPECT_EQ(there.ask("SELECT count(*) FROM information_schema.role_table_grants WHERE table_name = 'boat_list' AND "
                      "grantee = 'PUBLIC'"),
            "1");
}

TEST_F(PostgresViews, LeaveAloneWhatIsThere) {
  const TestDatabase there;
  expect_what_is_there_is_left_alone(in(there));
}

TEST_F(PostgresViews, AreNotMadeByWhoOnlyLooks) {
  const TestDatabase there;
  expect_who_looks_makes_none(in(there));
}

}  // namespace
}  // namespace imagegen::test
