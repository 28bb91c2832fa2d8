#include <imagegen/testing/contract/io_runner.hpp>

#include "state/support/mongo_harness.hpp"
#include "support/run_task.hpp"

// How records stand in MongoDB, and what becomes of several changes at once when their writer is killed under way.
namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBoatKeys[] = {"owner"};
constexpr RecordCollection kBoats{"boats", kBoatKeys};

RecordChange boat(const std::string& id, const std::string& document) {
  RecordChange change;
  change.collection = &kBoats, change.id = id, change.document = document;
  change.created = from_unix_ms(1'800'000'000'000);
  return change;
}

// Before the pool of the test, whose threads post to it.
struct MongoRecordRunner {
  IoRunner runner_;
};

class MongoRecord : protected MongoRecordRunner, public MongoTest {
 protected:
  using Revisions = std::vector<std::int64_t>;
  static constexpr const char* kSet = R"({"$oid": "65f000000000000000000001"})";

  void SetUp() override {
    MongoTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) state_ = open().value();
  }

  Result<Revisions> write(std::vector<RecordChange> changes) {
    return runner_.run(state_.records->write(std::move(changes)));
  }
  std::string found(const std::string& id) {
    const auto record = runner_.run(state_.records->find(kBoats, id)).value();
    return record ? record->document + " " + std::to_string(record->revision) : "none";
  }
  std::string stored(const std::string& id) { return database().find("imagegen_records_boats", R"({"_id": ")" + id + R"("})"); }
  std::string sets() { return database().run(R"({"count": "imagegen_record_sets"})"); }

  // What is there when the writer of a set is killed: "a" is to be replaced, "b" removed, "c" added.
  void leave_a_set(bool decided) {
    ASSERT_THAT(write({boat("a", R"({"n":1})"), boat("b", R"({"n":1})")}), IsOk());
    database().run(R"({"insert": "imagegen_record_sets", "documents": [{"_id": )" + std::string(kSet) +
                   R"(, "decided": )" + (decided ? "true" : "false") +
                   R"(, "begun": {"$date": "2027-01-15T08:00:00Z"}, "changes": [
        {"collection": "boats", "id": "a", "created": {"$date": "2020-01-01T00:00:00Z"}, "moves": false, "document": "{\"n\":2}"},
        {"collection": "boats", "id": "b", "created": {"$date": "2020-01-01T00:00:00Z"}, "moves": false},
        {"collection": "boats", "id": "c", "created": {"$date": "2020-01-01T00:00:00Z"}, "moves": false, "document": "{\"n\":3}"}]}]})");
    claim("a"), claim("b");
    database().run(R"({"insert": "imagegen_records_boats", "documents": [{"_id": "c", "_revision": {"$numberLong": "0"}, "_changeSet": )" +
                   std::string(kSet) + "}]}");
  }
  void claim(const std::string& id) {
    database().update("imagegen_records_boats", R"({"_id": ")" + id + R"("})",
                      R"({"$set": {"_changeSet": )" + std::string(kSet) + "}}");
  }
  void expect_all_was_done() {
    EXPECT_EQ(found("a"), R"({"n":2} 2)");
    EXPECT_EQ(found("b"), "none");
    EXPECT_EQ(found("c"), R"({"n":3} 1)");
    for (const auto* id : {"a", "c"}) EXPECT_THAT(stored(id), Not(HasSubstr("_changeSet")));
    EXPECT_THAT(sets(), HasSubstr("\"n\" : 0"));
  }
  void expect_nothing_was_done() {
    EXPECT_EQ(found("a"), R"({"n":1} 1)");
    EXPECT_EQ(found("b"), R"({"n":1} 1)");
    EXPECT_EQ(found("c"), "none");
  }

  State state_;
};

TEST_F(MongoRecord, HasItsFieldsAtTheTop) {
  ASSERT_THAT(write({boat("a", R"({"owner":"u","size":{"m":12.5},"crew":["x",null,3000000000],"sold":false})")}), IsOk());
  EXPECT_THAT(stored("a"),
              AllOf(HasSubstr(R"("_id" : "a")"), HasSubstr(R"("owner" : "u")"), HasSubstr(R"("m" : 12.5)"),
                    HasSubstr(R"("crew" : [ "x", null, 3000000000 ])"), HasSubstr(R"("sold" : false)"),
                    HasSubstr(R"("_created" : { "$date")"), HasSubstr(R"("_revision" : 1)")));
  EXPECT_THAT(stored("a"), Not(HasSubstr("_changeSet")));
}

TEST_F(MongoRecord, SaysThatReadersSeeOneChangeAfterTheOther) {
  EXPECT_FALSE(state_.records->capability().atomic);
}

TEST_F(MongoRecord, HasAnIndexForEachKey) {
  ASSERT_THAT(write({boat("a", "{}")}), IsOk());
  EXPECT_THAT(database().run(R"({"listIndexes": "imagegen_records_boats"})"),
              AllOf(HasSubstr("newest"), HasSubstr("by_owner")));
}

TEST_F(MongoRecord, ReadsWhatAHostHasAdded) {
  ASSERT_THAT(write({boat("a", R"({"owner":"u"})")}), IsOk());
  database().update("imagegen_records_boats", R"({"_id": "a"})",
                    R"({"$set": {"__v": 3, "seen": {"$date": "2027-01-15T08:00:00Z"}, "by": {"$oid": "65f000000000000000000002"}}})");
  EXPECT_EQ(found("a"), R"({"owner":"u","seen":"2027-01-15T08:00:00.000Z","by":"65f000000000000000000002"} 1)");
}

TEST_F(MongoRecord, ThatIsDamagedIsCorruptData) {
  for (const auto* damage : {R"({"$set": {"x": {"$binary": {"base64": "AA==", "subType": "00"}}}})", R"({"$unset": {"_created": ""}})"}) {
    ASSERT_THAT(write({boat("a", R"({"owner":"u"})")}), IsOk());
    database().update("imagegen_records_boats", R"({"_id": "a"})", damage);
    EXPECT_THAT(runner_.run(state_.records->find(kBoats, "a")), FailsSaying(Errc::corrupt_data, HasSubstr("boats/a")));
    EXPECT_EQ(write({boat("a", "{}")}).has_value(), std::string(damage).find("_created") == std::string::npos) << damage;
    database().run(R"({"delete": "imagegen_records_boats", "deletes": [{"q": {}, "limit": 0}]})");
  }
  ASSERT_THAT(write({boat("a", R"({"owner":"u"})")}), IsOk());
  database().update("imagegen_records_boats", R"({"_id": "a"})", R"({"$set": {"_revision": "one"}})");
  EXPECT_THAT(write({boat("a", "{}")}), FailsSaying(Errc::corrupt_data, HasSubstr("_revision")));
}

TEST_F(MongoRecord, LeavesNoSetBehind) {
  ASSERT_THAT(write({boat("a", "{}"), boat("b", "{}")}), IsOk());
  auto wrong = boat("b", "{}");
  wrong.expected = 7;
  ASSERT_THAT(write({boat("a", "{}"), wrong, boat("c", "{}")}), FailsWith(Errc::conflict));
  EXPECT_THAT(sets(), HasSubstr("\"n\" : 0"));
  EXPECT_THAT(stored("a"), Not(HasSubstr("_changeSet")));
  EXPECT_EQ(write({boat("a", "{}"), boat("b", "{}"), boat("c", "{}")}).value(), (Revisions{2, 2, 1}));
}

TEST_F(MongoRecord, ASetThatIsDecidedIsNoticedByNoReaderYet) {
  leave_a_set(true);
  expect_nothing_was_done();
  RecordQuery query;
  query.collection = &kBoats;
  EXPECT_EQ(runner_.run(state_.records->list(query)).value().records.size(), 2U) << "of what is to be added nothing is seen";
}

TEST_F(MongoRecord, ASetThatIsDecidedIsDoneWhenTheStoreIsOpenedAgain) {
  leave_a_set(true);
  state_ = open().value();
  expect_all_was_done();
}

TEST_F(MongoRecord, ASetThatIsDecidedIsDoneByTheNextWhoWritesOneOfItsRecords) {
  for (const std::string id : {"a", "b", "c"}) {
    leave_a_set(true);
    auto next = boat(id, R"({"n":9})");
    next.expected = 7;
    EXPECT_THAT(write({next}), FailsWith(Errc::conflict)) << "it is judged by what the set has made of it";
    expect_all_was_done();
    RecordChange gone_a = boat("a", ""), gone_c = boat("c", "");
    gone_a.document = gone_c.document = std::nullopt;
    ASSERT_THAT(write({gone_a, gone_c}), IsOk());
  }
}

TEST_F(MongoRecord, ASetThatIsHalfDoneIsDoneToTheEnd) {
  leave_a_set(true);
  database().run(R"({"delete": "imagegen_records_boats", "deletes": [{"q": {"_id": "b"}, "limit": 1}]})");
  state_ = open().value();
  expect_all_was_done();
}

TEST_F(MongoRecord, ASetOfAnotherWriteIsDoneFirst) {
  leave_a_set(true);
  EXPECT_EQ(write({boat("c", R"({"n":4})"), boat("d", "{}")}).value(), (Revisions{2, 1}));
  EXPECT_EQ(found("a"), R"({"n":2} 2)");
}

TEST_F(MongoRecord, ASetThatWasNotDecidedIsGivenUpByTheNextWhoWritesOneOfItsRecords) {
  leave_a_set(false);
  auto next = boat("a", R"({"n":9})");
  next.expected = 1;
  EXPECT_EQ(write({next}).value(), (Revisions{2}));
  EXPECT_EQ(found("a"), R"({"n":9} 2)");
  EXPECT_EQ(found("b"), R"({"n":1} 1)");
  EXPECT_THAT(stored("b"), Not(HasSubstr("_changeSet")));
  EXPECT_THAT(sets(), HasSubstr("\"n\" : 0"));
  EXPECT_EQ(write({boat("c", "{}")}).value(), (Revisions{1}));
}

TEST_F(MongoRecord, ASetThatWasNotDecidedForAMinuteIsGivenUpWhenTheStoreIsOpened) {
  const auto begun = from_unix_ms(1'800'000'000'000);  // 2027-01-15T08:00:00Z
  leave_a_set(false);
  clock_.set(begun + std::chrono::seconds(59));
  state_ = open().value();
  EXPECT_THAT(sets(), HasSubstr("\"n\" : 1"));
  clock_.set(begun + std::chrono::seconds(61));
  state_ = open().value();
  EXPECT_THAT(sets(), HasSubstr("\"n\" : 0"));
  expect_nothing_was_done();
  for (const auto* id : {"a", "b"}) EXPECT_THAT(stored(id), Not(HasSubstr("_changeSet")));
}

TEST_F(MongoRecord, AClaimWithoutASetIsVoid) {
  leave_a_set(false);
  database().run(R"({"delete": "imagegen_record_sets", "deletes": [{"q": {}, "limit": 0}]})");
  EXPECT_EQ(write({boat("a", "{}"), boat("b", "{}"), boat("c", "{}")}).value(), (Revisions{2, 2, 1}));
}

TEST_F(MongoRecord, WhoOnlyLooksFinishesNothing) {
  leave_a_set(true);
  auto looking = options();
  looking.opening = StateOpening::look;
  ASSERT_TRUE(open(looking));
  EXPECT_THAT(sets(), HasSubstr("\"n\" : 1"));
  expect_nothing_was_done();
}

}  // namespace
}  // namespace imagegen::test
