#include "state/mongo/schema.hpp"

#include <atomic>
#include <thread>

#include "state/support/mongo_harness.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MongoSchema : public MongoTest {};

TEST_F(MongoSchema, ReopeningFindsWhatWasWritten) {
  ASSERT_THAT(open().value().jobs->add(job_named("a"), at(1)), IsOk());
  EXPECT_EQ(open().value().jobs->find("a").value().value().created, at(1));
}

TEST_F(MongoSchema, DataOutliveTheServer) {
  if (!server().is_ours()) GTEST_SKIP() << "the server is not ours";
  ASSERT_THAT(open().value().jobs->add(job_named("a"), at(1)), IsOk());
  server().stop();
  ASSERT_TRUE(server().start());
  EXPECT_TRUE(open().value().jobs->find("a").value());
}

TEST_F(MongoSchema, ManyMayOpenAnEmptyDatabaseAtOnce) {
  std::atomic<int> opened{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) threads.emplace_back([&] { opened += open(1) ? 1 : 0; });
  }
  EXPECT_EQ(opened, 6);
  EXPECT_THAT(database().find("imagegen_schema", "{}"),
              HasSubstr("\"version\" : " + std::to_string(mongo::mongo_schema_version())));
}

TEST_F(MongoSchema, MakesItsIndexes) {
  ASSERT_TRUE(open());
  EXPECT_THAT(database().run(R"({"listIndexes": "imagegen_jobs"})"),
              AllOf(HasSubstr("job_id"), HasSubstr("queued"), HasSubstr("lease"), HasSubstr("newest")));
  EXPECT_THAT(database().run(R"({"listIndexes": "imagegen_records_assets"})"),
              AllOf(HasSubstr("newest"), HasSubstr("by_sha256"), HasSubstr("by_jobId")));
}

TEST_F(MongoSchema, RefusesANewerSchemaAndNamesBothVersions) {
  ASSERT_TRUE(open());
  database().update("imagegen_schema", R"({"_id": "schema"})", R"({"$set": {"version": 907}})");
  const auto refused = open();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("version 907"), HasSubstr("up to " + std::to_string(mongo::mongo_schema_version()))));
}

TEST_F(MongoSchema, ADamagedVersionIsCorruptData) {
  ASSERT_TRUE(open());
  database().update("imagegen_schema", R"({"_id": "schema"})", R"({"$set": {"version": "one"}})");
  EXPECT_EQ(open().error().code, Errc::corrupt_data);
}

TEST_F(MongoSchema, WaitsForAnotherProcessAndThenSaysSo) {
  ASSERT_TRUE(open());
  database().update("imagegen_schema", R"({"_id": "schema"})",
                    R"({"$set": {"version": 0, "lockedUntil": {"$date": "2999-01-01T00:00:00Z"}}})");
  auto options = this->options();
  options.wait = std::chrono::milliseconds(200);
  const auto refused = open(options);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("another process"));
}

TEST_F(MongoSchema, GoesOnAfterAProcessThatDiedWhileItHeldTheLock) {
  ASSERT_TRUE(open());
  database().update("imagegen_schema", R"({"_id": "schema"})",
                    R"({"$set": {"version": 0, "lockedUntil": {"$date": "2001-01-01T00:00:00Z"}}})");
  EXPECT_TRUE(open());
}

}  // namespace
}  // namespace imagegen::test
