// What a person asks for who looks after it: the command line is made of these.
#include <gmock/gmock.h>

#include <fstream>

#include "engine/engine_host.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace audit_test {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string queue_in(Engine& engine) {
  const auto queued = document_of(engine.run(
      "prompts.execute", R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat", "owner": "u1"})"));
  return std::string(queued.at("jobId").as_string());
}

std::string by_id(const std::string& id) {
  return R"({"id": ")" + id + R"("})";
}

TEST(AuditOperations, TellWhatHappenedToAJobAndWhatWasBoughtForIt) {
  const auto engine = open_engine(R"({"prompts": {"width": 64, "height": 64}})");
  const auto id = queue_in(*engine);
  queue_in(*engine);
  document_of(engine->run("worker.run", R"({"untilIdle": true})"));
  const auto audit = document_of(engine->run("jobs.audit", by_id(id)));
  EXPECT_TRUE(audit.at("intact").as_bool()) << audit;
  EXPECT_EQ(audit.at("events").as_array().front().at("event"), "created");
  ASSERT_EQ(audit.at("purchases").as_array().size(), 1U) << "of this job alone";
  EXPECT_EQ(audit.at("purchases").at(0).at("state"), "settled");
  EXPECT_EQ(code_of(engine->run("jobs.audit", R"({"id": ")" + id + R"(", "owner": "u2"})")), "NOT_FOUND");
}

TEST(AuditOperations, GiveTheLedgerAsATableWithItsSum) {
  const auto engine = open_engine(R"({"prompts": {"width": 64, "height": 64}})");
  queue_in(*engine);
  document_of(engine->run("worker.run", R"({"untilIdle": true})"));
  const auto exported = engine->run("spend.export", R"({"user": "u1"})");
  EXPECT_EQ(document_of(exported).at("sum").at("images"), 1);
  const auto& files = std::get<OperationResult>(exported).bytes;
  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(std::string(as_text(files[0].view())), StartsWith("id,job,slot,user,"));
  EXPECT_EQ(document_of(engine->run("spend.export", R"({"user": "u2"})")).at("sum").at("images"), 0);
}

TEST(AuditOperations, ShowOfAJobWhetherAWorkerHasDeclinedIt) {
  const auto engine = open_engine();
  const auto id = queue_in(*engine);
  EXPECT_TRUE(document_of(engine->run("jobs.get", by_id(id))).at("job").at("declinedSince").is_null());
  EXPECT_TRUE(document_of(engine->run("jobs.list", R"({"declinedSince": true})")).at("jobs").at(0).at("declinedSince").is_null());
}

TEST(AuditOperations, WhoOnlyLooksMakesNeitherAStateNorAFileOfEvents) {
  const TempFolder folder;
  EngineOptions options;
  const auto path = folder.path().string();
  options.config_json = js::serialize(js::object{{"state", "sqlite:" + path + "/s.db"}, {"events", path + "/e"}});
  options.makes_nothing = true;
  const auto engine = Engine::open(options);
  ASSERT_THAT(engine, IsOk());
  EXPECT_EQ(code_of((*engine)->run("jobs.list", "{}")), "NOT_FOUND");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(AuditOperations, AnExaminationSaysWhatKeepsAConfigurationFromOpening) {
  EngineOptions options;
  options.config_json = R"({"provider": "nobody"})";
  const auto report = document_of(Engine::examine(options));
  EXPECT_FALSE(report.at("ok").as_bool());
  EXPECT_THAT(js::serialize(report), HasSubstr("nobody"));
  options.config_json = R"({"stor": 1})";
  EXPECT_EQ(code_of(Engine::examine(options)), "INVALID_ARGUMENT");
  EXPECT_TRUE(document_of(Engine::examine({})).at("ok").as_bool());
}

TEST(AuditOperations, AnInspectionWithTheHashDecodesTheWholePicture) {
  const auto engine = open_engine();
  const auto made = engine->run("images.encode", R"({"width": 8, "height": 8, "channels": 3, "format": "png"})",
                                {SharedBytes(Bytes(8 * 8 * 3, 99))});
  const auto file = std::get<OperationResult>(made).bytes.at(0);
  EXPECT_FALSE(document_of(engine->run("images.inspect", "{}", {file})).contains("thumbHash"));
  const auto found = document_of(engine->run("images.inspect", R"({"thumbHash": true})", {file}));
  EXPECT_FALSE(found.at("thumbHash").as_string().empty());
  Bytes half(file.view().begin(), file.view().end() - 20);
  EXPECT_EQ(code_of(engine->run("images.inspect", R"({"thumbHash": true})", {SharedBytes(std::move(half))})), "CORRUPT_DATA");
}

}  // namespace
}  // namespace audit_test
}  // namespace imagegen
