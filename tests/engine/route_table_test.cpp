#include "engine/route_table.hpp"

#include <gmock/gmock.h>

#include "engine/operation_table.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace route_table_test {
namespace {

using namespace test;
using ::testing::HasSubstr;

constexpr Route kFind[] = {{"GET", "/{id}"}, {"DELETE", "/{id}"}};
constexpr Route kNewest[] = {{"GET", "/newest"}};
constexpr Route kFile[] = {{"GET", "/{id}/file"}};
constexpr Route kAgain[] = {{"GET", "/{name}"}};

Operation routed(std::string_view name, std::span<const Route> routes) {
  Operation made{};
  made.description.name = name;
  made.routes = routes;
  return made;
}

const Operation kOperations[] = {routed("find", kFind), routed("newest", kNewest), routed("file", kFile)};
const Operation kOthers[] = {routed("again", kAgain)};

std::string_view name_at(const RouteTable& table, std::string_view path, std::string_view method = "GET") {
  for (const auto& match : table.find(path).routes)
    if (match.route.method == method) return match.operation.description.name;
  return "";
}

RouteTable mounted(const RouteProfile& profile) {
  RouteTable table;
  EXPECT_THAT(table.mount(profile, kOperations), IsOk());
  return table;
}

TEST(RouteTable, ALiteralSegmentGoesBeforeAnIdWhateverComesFirst) {
  const auto table = mounted({{"/a"}});
  EXPECT_EQ(name_at(table, "/a/newest"), "newest");
  EXPECT_EQ(name_at(table, "/a/newest", "DELETE"), "find");
  EXPECT_EQ(name_at(table, "/a/7"), "find");
  EXPECT_EQ(name_at(table, "/a/newest/file"), "file");
  EXPECT_EQ(table.find("/a/7/file").routes.at(0).ids.at(0).segment, "7");
  for (const auto* nothing : {"/a", "/a/7/", "/ab/7", "/7", "*", "", "a/7"})
    EXPECT_EQ(name_at(table, nothing), "") << nothing;
}

TEST(RouteTable, RefusesTwoOperationsOfOneMethodAndPath) {
  auto table = mounted({{"/a", "/a"}});  // the same one twice is none
  const auto twice = table.mount({{"/b", "/a"}}, kOthers);
  EXPECT_THAT(twice, FailsWith(Errc::invalid_argument));
  EXPECT_THAT(twice.error().message, HasSubstr("GET /a/{name} is of find and of again"));
}

TEST(RouteTable, SaysWhoseErrorsAPathHas) {
  auto table = mounted({{"/a"}, ErrorDialect::nest});
  ASSERT_THAT(table.mount({{"/"}, ErrorDialect::admin}, {}), IsOk());
  EXPECT_EQ(table.find("/a/x/y/z").profile->errors, ErrorDialect::nest);
  EXPECT_EQ(table.find("/ab").profile->errors, ErrorDialect::admin);
  EXPECT_EQ(table.find("*").profile, nullptr);
}

TEST(RouteTable, KnowsTheRoutesOfEveryOperation) {
  const auto table = RouteTable::of({}).value();
  for (const auto list : operation_tables())
    for (const auto& one : list)
      for (const auto& route : one.routes) {
        const auto& name = one.description.name;
        const bool is_found = name_at(table, "/api/work-items" + std::string(route.path), route.method) == name ||
                              name_at(table, "/image" + std::string(route.path), route.method) == name ||
                              name_at(table, route.path, route.method) == name;
        EXPECT_TRUE(is_found) << name;
      }
}

}  // namespace
}  // namespace route_table_test
}  // namespace imagegen
