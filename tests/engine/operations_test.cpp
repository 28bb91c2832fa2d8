#include <imagegen/spend/spool.hpp>

#include <gmock/gmock.h>

#include <set>

#include "engine/engine_host.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(Operations, HaveUniqueNamesAndSchemasThatAreObjects) {
  const auto document = js::parse(operations_json());
  std::set<std::string> names;
  for (const auto& operation : document.at("operations").as_array()) {
    EXPECT_TRUE(names.insert(std::string(operation.at("name").as_string())).second) << operation;
    EXPECT_EQ(operation.at("request").at("type"), "object") << operation.at("name");
    EXPECT_EQ(operation.at("result").at("type"), "object") << operation.at("name");
    EXPECT_FALSE(operation.at("summary").as_string().empty()) << operation.at("name");
  }
  EXPECT_GT(names.size(), 30U);
}

// A schema that promises less than the code takes, or more, misleads.
TEST(Operations, RefuseEveryFieldThatTheirSchemaDoesNotHave) {
  const auto engine = open_engine();
  for (const auto& operation : operation_descriptions()) {
    const auto error = document_of(engine->run(operation.name, R"({"noSuchField": 1})"));
    ASSERT_TRUE(error.contains("faults")) << operation.name << ": " << error;
    EXPECT_THAT(js::serialize(error.at("faults")), HasSubstr("noSuchField")) << operation.name;
  }
}

TEST(Operations, KnowEveryFieldThatTheirSchemaHas) {
  const auto engine = open_engine();
  for (const auto& operation : operation_descriptions()) {
    const auto schema = js::parse(operation.request_schema);
    const auto* properties = schema.as_object().if_contains("properties");
    js::object request{{"noSuchField", 1}};  // so that nothing is done
    for (const auto& [name, ignored] : properties ? properties->as_object() : js::object()) request[name] = nullptr;
    const auto error = document_of(engine->run(operation.name, js::serialize(request)));
    for (const auto& fault : error.at("faults").as_array()) {
      if (fault.at("path") == "noSuchField") continue;
      EXPECT_THAT(std::string(fault.at("message").as_string()), ::testing::Not(HasSubstr("unknown field")))
          << operation.name << ": " << fault;
    }
  }
}

TEST(Operations, StoreAndFetchAnObject) {
  const auto engine = open_engine();
  const auto put = document_of(
      engine->run("store.put", R"({"key": "a/b.txt", "contentType": "text/plain"})", {SharedBytes(to_bytes("hello"))}));
  EXPECT_EQ(put.at("sizeBytes").as_int64(), 5);
  EXPECT_EQ(put.at("url"), "memory:a/b.txt");
  const auto got = engine->run("store.get", R"({"key": "a/b.txt"})");
  EXPECT_EQ(as_text(std::get<OperationResult>(got).bytes.at(0).view()), "hello");
}

TEST(Operations, SayWhichFileTheyMiss) {
  const auto error = document_of(open_engine()->run("images.inspect", "{}"));
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("expected one, the file, got 0"));
}

Bytes a_picture(Engine& engine) {
  const Bytes pixels(64 * 48 * 3, 200);
  const auto made = engine.run("images.encode", R"({"width": 64, "height": 48, "channels": 3, "format": "png"})",
                               {SharedBytes(pixels)});
  const auto view = std::get<OperationResult>(made).bytes.at(0).view();
  return {view.begin(), view.end()};
}

TEST(Operations, GiveBackThePixelsThatWereEncoded) {
  const auto engine = open_engine();
  const auto decoded = engine->run("images.decode", "{}", {SharedBytes(a_picture(*engine))});
  const auto& result = std::get<OperationResult>(decoded);
  EXPECT_EQ(js::parse(result.json).at("strideBytes").as_int64(), 64 * 3);
  EXPECT_THAT(result.bytes.at(0).view(), ::testing::Each(200));
}

TEST(Operations, RenderWhatCanBeMadeAndNameWhatCannot) {
  const auto engine = open_engine();
  const auto rendered = engine->run(
      "images.render",
      R"({"renditions": [{"width": 32, "height": 32, "format": "png"}, {"width": 16000, "height": 16400}]})",
      {SharedBytes(a_picture(*engine))});
  const auto& result = std::get<OperationResult>(rendered);
  const auto renditions = js::parse(result.json).at("renditions").as_array();
  EXPECT_EQ(renditions.at(0).at("crop").at("width").as_int64(), 48);
  EXPECT_EQ(renditions.at(1).at("error").at("code"), "LIMIT_EXCEEDED");
  EXPECT_GT(result.bytes.at(0).size(), 0U);
  EXPECT_EQ(result.bytes.at(1).size(), 0U);
}

TEST(Operations, ABareProviderCallHasToSayThatItIsOutsideTheLedger) {
  const auto engine = open_engine();
  const auto refused =
      document_of(engine->run("provider.submit", R"({"prompt": "a cat", "width": 1024, "height": 1024})"));
  EXPECT_THAT(js::serialize(refused.at("faults")), HasSubstr("outsideTheLedger"));
  const auto made =
      engine->run("provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})");
  EXPECT_EQ(std::get<OperationResult>(made).bytes.size(), 1U);
}

TEST(Operations, APromptJobIsQueuedDoneAndReplayed) {
  const auto engine = open_engine();
  const auto queued = document_of(engine->run(
      "prompts.execute", R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat", "owner": "u1"})"));
  const std::string id(queued.at("jobId").as_string());
  EXPECT_EQ(code_of(engine->run("worker.run", R"({"untilIdle": true})")), "OK");
  const auto job = document_of(engine->run("prompts.get", R"({"jobId": ")" + id + R"("})"));
  EXPECT_EQ(job.at("status"), "DONE");
  EXPECT_EQ(job.at("cdnUrls").as_array().size(), 1U);
  const auto by_id = R"({"id": ")" + id + R"("})";
  EXPECT_TRUE(document_of(engine->run("jobs.events", by_id)).at("intact").as_bool());
  EXPECT_TRUE(document_of(engine->run("jobs.replay", by_id)).at("same").as_bool());
  EXPECT_EQ(document_of(engine->run("jobs.get", by_id)).at("job").at("owner"), "u1");
}

TEST(Operations, AWorkerIsStoppedByCancelling) {
  const auto engine = open_engine();
  const auto id = engine->start("worker.run", "{}").value();
  engine->cancel(id);
  EXPECT_EQ(await(*engine, InboxEvent::Kind::done).failure, Errc::cancelled);
}

TEST(Operations, TellWhatWasSpent) {
  const auto engine = open_engine();
  engine->run("heroes.generate", generate_request(R"(, "user": "u7")"));
  const auto spent = document_of(engine->run("spend.list", R"({"user": "u7"})"));
  EXPECT_EQ(spent.at("purchases").as_array().size(), 1U);
  EXPECT_EQ(document_of(engine->run("spend.used", R"({"scope": "user:u7"})")).at("currency"), "USD");
}

TEST(Operations, TellWhatWaitsInTheSpool) {
  const TempFolder temporary;
  const auto folder = temporary.path() / "spool";
  const auto spool = make_folder_spool(folder).value();
  ASSERT_TRUE(spool->put({"imgjob_1/0/1", ObjectKey::parse("masters/a").value(), "image/png", "{}", to_bytes("abc")}));
  const auto engine = open_engine(R"({"spool": ")" + folder.string() + R"("})");
  const auto listed = document_of(engine->run("spend.spool", "{}"));
  const auto& pictures = listed.at("pictures").as_array();
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_EQ(pictures[0].at("purchase"), "imgjob_1/0/1");
  EXPECT_EQ(pictures[0].at("sizeBytes"), 3);
  EXPECT_THAT(std::string(listed.at("spool").as_string()), ::testing::HasSubstr(folder.string()));
  EXPECT_EQ(code_of(engine->run("spend.spool", R"({"limit": 0})")), "INVALID_ARGUMENT");
}

// A purchase whose answer was lost.
std::string unknown_purchase(Engine& engine) {
  const HostThread host(engine, [](Engine& asked_by, const Question& asked) {
    static_cast<void>(asked_by.reject(asked.token, R"({"message": "the socket broke"})"));
  });
  engine.run("heroes.generate", generate_request());
  const auto listed = document_of(engine.run("spend.list", "{}"));
  return std::string(listed.at("purchases").at(0).at("id").as_string());
}

struct Settled {
  const char* how;
  const char* state;
};

class SettleOperation : public ::testing::TestWithParam<Settled> {};

TEST_P(SettleOperation, EndsAPurchaseThatNobodyKnowsOf) {
  const TempFolder folder;
  const auto state = js::serialize(js::object{{"state", "sqlite:" + (folder.path() / "state.db").string()}});
  const auto broken = open_engine(
      state, {{"provider", R"({"provider": "mine", "model": "m-1", "sizes": {"fixed": [[1024, 1024]]}})"}});
  const auto id = unknown_purchase(*broken);
  const auto engine = open_engine(state);
  const auto request = R"({"purchase": ")" + id + "\", " + GetParam().how + "}";
  const auto settled = document_of(engine->run("spend.settle", request));
  ASSERT_TRUE(settled.contains("purchase")) << settled;
  EXPECT_EQ(settled.at("purchase").at("state"), GetParam().state);
  EXPECT_EQ(settled.at("purchase").at("note"), "seen on the bill");
  const auto again = code_of(engine->run("spend.settle", R"({"outcome": "released", "purchase": ")" + id + "\"}"));
  EXPECT_EQ(again, std::string(GetParam().state) == "outcome_unknown" ? "OK" : "CONFLICT");
}

INSTANTIATE_TEST_SUITE_P(
    Operations, SettleOperation,
    ::testing::Values(Settled{R"("outcome": "released", "note": "seen on the bill")", "released"},
                      Settled{R"("outcome": "settled", "actualUsd": 0.25, "note": "seen on the bill")", "settled"},
                      Settled{R"("outcome": "buyAgain", "note": "seen on the bill")", "outcome_unknown"}));

TEST(Operations, SettlingNamesWhatIsWrong) {
  const auto engine = open_engine();
  const auto faults = [&](std::string_view request) {
    return js::serialize(document_of(engine->run("spend.settle", request)).at("faults"));
  };
  EXPECT_THAT(faults(R"({"purchase": "j/0/1", "outcome": "lost"})"), HasSubstr("released, settled or buyAgain"));
  EXPECT_THAT(faults(R"({"purchase": "j/0/1", "outcome": "settled"})"), HasSubstr("actualUsd"));
  EXPECT_THAT(faults(R"({"purchase": "j/0/1", "outcome": "released", "actualUsd": 1})"), HasSubstr("actualUsd"));
  EXPECT_THAT(faults(R"({"purchase": "j/0/1", "outcome": "settled", "actualUsd": -1})"), HasSubstr("US dollars"));
  EXPECT_EQ(code_of(engine->run("spend.settle", R"({"purchase": "j/0/1", "outcome": "released"})")), "NOT_FOUND");
}

TEST(Operations, ABudgetOfUsersRefusesAJobOfNobody) {
  const auto engine = open_engine(R"({"budgets": {"user": 5}})");
  const auto refused = document_of(
      engine->run("prompts.execute", R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat"})"));
  EXPECT_EQ(refused.at("faults").at(0).at("path"), "owner");
  EXPECT_EQ(document_of(engine->run("heroes.generate", generate_request())).at("faults").at(0).at("path"), "user");
  EXPECT_EQ(code_of(engine->run("heroes.generate", generate_request(R"(, "user": "u")"))), "OK");
}

TEST(Operations, RecordsOfFilesCanBeListed) {
  const auto engine = open_engine();
  engine->run("heroes.generate", generate_request());
  const auto listed = document_of(engine->run("assets.list", R"({"kind": "rendition"})"));
  ASSERT_EQ(listed.at("assets").as_array().size(), 1U);
  EXPECT_EQ(listed.at("assets").at(0).at("objectKey"), "a.webp");
}

TEST(Operations, GiveAContactSheetOfAWorkItemWhenAskedForIt) {
  const auto engine = open_engine();
  const auto made = engine->run("heroes.generate", generate_request(R"(, "contactSheet": true)"));
  const auto& bytes = std::get<OperationResult>(made).bytes;
  ASSERT_EQ(bytes.size(), 2U);
  EXPECT_THAT(std::string(as_text(bytes[0].view())), HasSubstr("a.webp"));
  EXPECT_TRUE(as_text(bytes[1].view()).starts_with("\x89PNG"));
}

TEST(Operations, AnExaminationNeedsNoMoreThanOneThread) {
  const TempFolder folder;
  const js::object config{{"threads", 1}, {"store", "file:" + folder.path().string()}};
  const auto engine = open_engine(js::serialize(config));
  ASSERT_TRUE(engine->start("runtime.examine", "{}"));
  const auto done = await(*engine, InboxEvent::Kind::done);
  EXPECT_THAT(done.json, HasSubstr("writes, reads and removes"));
}

TEST(Operations, AnExaminationKnowsTheHostsEnhancer) {
  std::vector<HostPart> parts(1);
  parts[0].kind = "enhancer";
  const auto engine = open_engine("{}", std::move(parts));
  EXPECT_THAT(js::serialize(document_of(engine->run("runtime.examine", "{}"))), HasSubstr("the program's own"));
}

TEST(Operations, ExaminationTriesTheStore) {
  const auto findings = document_of(open_engine()->run("runtime.examine", "{}")).at("findings");
  EXPECT_THAT(js::serialize(findings), HasSubstr("writes, reads and removes"));
}

}  // namespace
}  // namespace imagegen
