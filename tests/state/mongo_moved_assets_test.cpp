#include <boost/json.hpp>

#include <atomic>
#include <thread>

#include <imagegen/testing/contract/io_runner.hpp>
#include "state/mongo/address.hpp"
#include "state/mongo/move_assets.hpp"
#include "state/support/mongo_harness.hpp"
#include "state/support/moved_assets.hpp"

// Records of files that version 1 of the schema had in a collection of their own, and who meets in moving them.
namespace imagegen::test {
namespace {

using mongo::Document;
using mongo::MongoDatabase;
using mongo::ObjectId;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kOtherMover = R"({"$oid": "65f0000000000000000000aa"})";
constexpr const char* kSet = R"({"$oid": "65f0000000000000000000bb"})";

// Before the pool of the test, whose threads post to it.
struct MongoMovedRunner {
  IoRunner runner_;
};

class MongoMovedAssets : protected MongoMovedRunner, public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    state_ = open().value();
    database().update("imagegen_schema", R"({"_id": "schema"})", R"({"$set": {"version": 1}})");
    auto address = mongo::parse_mongo_url(Secret(database().url()), std::chrono::seconds(5));
    mongo_ = MongoDatabase::open(std::move(*address), 2).value();
  }

  static std::string old_one(const AssetRecord& asset, const std::string& number) {
    const auto text = [](const std::string& name, const std::string& value) {
      return ", \"" + name + "\": " + boost::json::serialize(boost::json::value(value));
    };
    return R"({"_id": {"$oid": "65f0000000000000000)" + number + R"("}, "assetId": ")" + asset.id + "\"" +
           text("kind", asset.kind) + text("objectKey", asset.object_key) + text("url", asset.url) +
           text("contentType", asset.content_type) + text("sha256", asset.sha256) + R"(, "width": )" +
           std::to_string(asset.size.width) + R"(, "height": )" + std::to_string(asset.size.height) +
           R"(, "sizeBytes": {"$numberLong": ")" + std::to_string(asset.size_bytes) + "\"}" +
           text("jobId", asset.job_id) + text("owner", asset.owner) + text("provider", asset.provider) +
           text("model", asset.model) + text("promptSha256", asset.prompt_sha256) + text("extra", asset.extra) +
           R"(, "createdAt": {"$date": {"$numberLong": ")" + std::to_string(to_unix_ms(asset.created)) + "\"}}}";
  }
  static std::string many_old_ones(int count) {
    std::string many = old_one(asset_to_move(), "00003");
    for (int i = 100; i < 100 + count; ++i) {
      auto asset = bare_asset_to_move();
      asset.id = "m-" + std::to_string(i);
      many += ", " + old_one(asset, "00" + std::to_string(i));
    }
    return many;
  }
  // As a set has it that adds the record "a" and is about to be decided, or was.
  void leave_a_set_for_a(bool decided) {
    insert("imagegen_record_sets", R"({"_id": )" + std::string(kSet) + R"(, "decided": )" + (decided ? "true" : "false") +
                                       R"(, "begun": {"$date": "2027-01-15T08:00:00Z"}, "changes": [{"collection": "assets",
        "id": "a", "created": {"$date": "2020-01-01T00:00:00Z"}, "moves": false, "document": "{\"kind\":\"of the set\"}"}]})");
    claim("a", kSet);
  }
  void insert(const std::string& collection, const std::string& documents) {
    database().run(R"({"insert": ")" + collection + R"(", "documents": [)" + documents + "]}");
  }
  void claim(const std::string& id, const std::string& mover) {
    insert("imagegen_records_assets",
           R"({"_id": ")" + id + R"(", "_revision": {"$numberLong": "0"}, "_changeSet": )" + mover + "}");
  }
  Document old_document() { return std::move(*mongo_->find_one("imagegen_assets", Document()).value()); }
  std::string count(const std::string& collection) { return database().run(R"({"count": ")" + collection + "\"}"); }
  std::string stored(const std::string& id) { return database().find("imagegen_records_assets", R"({"_id": ")" + id + "\"}"); }
  static Result<void> keep() { return {}; }

  State state_;
  std::shared_ptr<MongoDatabase> mongo_;
};

// A process died when it had made one of the two and not yet removed it.
TEST_F(MongoMovedAssets, AreAsTheyWere) {
  ASSERT_THAT(runner_.run(state_.assets->put(asset_to_move())), IsOk());
  insert("imagegen_assets", old_one(asset_to_move(), "00003") + ", " + old_one(bare_asset_to_move(), "00004"));
  state_ = open().value();
  expect_moved(runner_, *state_.assets);
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 0"));
  EXPECT_THAT(state_.remarks().value(), IsEmpty());
}

TEST_F(MongoMovedAssets, ADamagedOneStaysAndIsToldOf) {
  auto odd = bare_asset_to_move();
  odd.id = "no id";
  insert("imagegen_assets", R"({"_id": "text", "assetId": "x"}, {"_id": {"$oid": "65f000000000000000000001"}}, )" +
                                old_one(odd, "00002") + ", " + old_one(asset_to_move(), "00003") + ", " +
                                old_one(bare_asset_to_move(), "00004"));
  state_ = open().value();
  expect_moved(runner_, *state_.assets);
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 3"));
  EXPECT_THAT(state_.remarks().value(), ElementsAre(HasSubstr("3 records of files are damaged")));
}

TEST_F(MongoMovedAssets, WhatAMoverLeftHalfDoneIsDone) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003") + ", " + old_one(bare_asset_to_move(), "00004"));
  claim("a", kOtherMover);
  state_ = open().value();
  expect_moved(runner_, *state_.assets);
  EXPECT_THAT(stored("a"), testing::Not(HasSubstr("_changeSet")));
}

// The other made the record and died before it removed the old document; then somebody removes the record.
TEST_F(MongoMovedAssets, WhoRemovesOneThatIsHalfMovedRemovesItForGood) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003"));
  const auto seen = old_document();
  ASSERT_THAT(runner_.run(state_.assets->put(asset_to_move())), IsOk());
  database().update("imagegen_records_assets", R"({"_id": "a"})", R"({"$set": {"_changeSet": )" + std::string(kOtherMover) + "}}");
  ASSERT_THAT(runner_.run(state_.assets->remove("a")), IsOk());
  EXPECT_TRUE(mongo::move_asset(*mongo_, ObjectId::make(), seen).value());
  EXPECT_THAT(mongo::move_assets(*mongo_, keep), IsOk());
  EXPECT_FALSE(runner_.run(state_.assets->find("a")).value());
}

TEST_F(MongoMovedAssets, TheClaimOfASetIsLeftToTheSet) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003") + ", " + old_one(bare_asset_to_move(), "00004"));
  leave_a_set_for_a(true);
  ASSERT_THAT(mongo::move_assets(*mongo_, keep), IsOk());
  EXPECT_THAT(stored("a"), AllOf(HasSubstr("of the set"), testing::Not(HasSubstr("_changeSet"))));
  EXPECT_THAT(stored("b"), HasSubstr("masters/b.png"));
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 0"));
  EXPECT_THAT(count("imagegen_record_sets"), HasSubstr("\"n\" : 0"));
}

// Its writer lives, and decides it after a while.
TEST_F(MongoMovedAssets, ASetThatIsNotDecidedIsWaitedFor) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003"));
  leave_a_set_for_a(false);
  int rounds = 0;
  const auto decide_in_time = [&]() -> Result<void> {
    if (++rounds == 4) database().update("imagegen_record_sets", R"({"decided": false})", R"({"$set": {"decided": true}})");
    return {};
  };
  ASSERT_THAT(mongo::move_assets(*mongo_, decide_in_time), IsOk());
  EXPECT_GE(rounds, 4);
  EXPECT_THAT(stored("a"), AllOf(HasSubstr("of the set"), testing::Not(HasSubstr("_changeSet"))));
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 0"));
}

TEST_F(MongoMovedAssets, TwoMoversAtOnceMoveEachOnce) {
  insert("imagegen_assets", many_old_ones(250));
  std::atomic<int> moved{0};
  {
    std::vector<std::jthread> movers;
    for (int i = 0; i < 2; ++i) movers.emplace_back([&] { moved += mongo::move_assets(*mongo_, keep) ? 1 : 0; });
  }
  EXPECT_EQ(moved, 2);
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 0"));
  EXPECT_THAT(database().run(R"({"count": "imagegen_records_assets", "query": {"_revision": 1, "_changeSet": {"$exists": false}}})"),
              HasSubstr("\"n\" : 251"));
}

// A worker of version 1 was not stopped.
TEST_F(MongoMovedAssets, WhatAnOldWorkerWritesLaterIsMovedAtTheNextOpening) {
  state_ = open().value();
  insert("imagegen_assets", old_one(asset_to_move(), "00003") + ", " + old_one(bare_asset_to_move(), "00004"));
  auto looking = options();
  looking.opening = StateOpening::look;
  EXPECT_THAT(open(looking)->remarks().value(), ElementsAre(HasSubstr("2 records of files")));
  state_ = open().value();
  expect_moved(runner_, *state_.assets);
  EXPECT_THAT(state_.remarks().value(), IsEmpty());
  EXPECT_THAT(database().find("imagegen_schema", R"({"lockedUntil": {"$lte": {"$date": 0}}})"), HasSubstr("\"version\" : 2"));
}

TEST_F(MongoMovedAssets, WhatAnotherIsMovingForLongIsLeftToIt) {
  state_ = open().value();
  insert("imagegen_assets", old_one(asset_to_move(), "00003"));
  database().update("imagegen_schema", R"({"_id": "schema"})", R"({"$set": {"lockedUntil": {"$date": "2999-01-01T00:00:00Z"}}})");
  auto hasty = options();
  hasty.wait = std::chrono::milliseconds(200);
  EXPECT_TRUE(open(hasty));
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 1"));
}

// A process of version 1 that writes in that moment would lose what it writes, and later ones the index.
TEST_F(MongoMovedAssets, TheirCollectionStaysAndIsNotMadeWhereThereIsNone) {
  EXPECT_THAT(database().run(R"({"listCollections": 1})"), testing::Not(HasSubstr("\"imagegen_assets\"")));
  database().run(R"({"createIndexes": "imagegen_assets", "indexes": [{"key": {"assetId": 1}, "name": "asset_id", "unique": true}]})");
  state_ = open().value();
  EXPECT_THAT(database().run(R"({"listIndexes": "imagegen_assets"})"), HasSubstr("asset_id"));
}

// It had read the old document; then another moved it, and somebody removed the record.
TEST_F(MongoMovedAssets, AMoverThatComesLateBringsNothingBack) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003"));
  const auto seen = old_document();
  ASSERT_THAT(mongo::move_assets(*mongo_, keep), IsOk());
  ASSERT_THAT(runner_.run(state_.assets->remove("a")), IsOk());
  EXPECT_TRUE(mongo::move_asset(*mongo_, ObjectId::make(), seen).value());
  EXPECT_FALSE(runner_.run(state_.assets->find("a")).value());
  EXPECT_THAT(count("imagegen_records_assets"), HasSubstr("\"n\" : 0"));
}

// It had claimed the record, and another has taken it over, made it and changed it since.
TEST_F(MongoMovedAssets, AMoverThatComesLateChangesNothing) {
  insert("imagegen_assets", old_one(asset_to_move(), "00003"));
  claim("a", kOtherMover);
  const auto seen = old_document();
  ASSERT_THAT(mongo::move_assets(*mongo_, keep), IsOk());
  auto changed = asset_to_move();
  changed.owner = "new";
  ASSERT_THAT(runner_.run(state_.assets->put(changed)), IsOk());
  EXPECT_TRUE(mongo::move_asset(*mongo_, ObjectId::make(), seen).value());
  EXPECT_EQ(runner_.run(state_.assets->find("a")).value(), changed);
}

TEST_F(MongoMovedAssets, WhoHasLostTheLockStopsAndTheNextGoesOn) {
  insert("imagegen_assets", many_old_ones(150));
  int rounds = 0;
  const auto lost = [&]() -> Result<void> {
    if (++rounds == 1) return {};
    return Error(Errc::unavailable, "lost");
  };
  EXPECT_THAT(mongo::move_assets(*mongo_, lost), FailsWith(Errc::unavailable));
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 51"));
  state_ = open().value();
  EXPECT_THAT(count("imagegen_assets"), HasSubstr("\"n\" : 0"));
  EXPECT_THAT(count("imagegen_records_assets"), HasSubstr("\"n\" : 151"));
}

}  // namespace
}  // namespace imagegen::test
