#include <imagegen/testing/contract/record_store_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kThingKeys[] = {"owner", "kind", "note"};
constexpr RecordCollection kThings{"things", kThingKeys};
constexpr RecordCollection kOthers{"other_things", {}};

RecordQuery of_things() {
  RecordQuery query;
  query.collection = &kThings;
  return query;
}

std::string owned(const std::string& owner, const std::string& kind = "k") {
  return R"({"owner":")" + owner + R"(","kind":")" + kind + R"("})";
}

}  // namespace

RecordChange RecordStoreContract::put(const std::string& id, const std::string& document, int ms) {
  RecordChange change;
  change.collection = &kThings, change.id = id, change.document = document, change.created = at(ms);
  return change;
}

RecordChange RecordStoreContract::removal(const std::string& id) {
  RecordChange change;
  change.collection = &kThings, change.id = id;
  return change;
}

RecordChange RecordStoreContract::expecting(std::int64_t revision, RecordChange change) {
  change.expected = revision;
  return change;
}

Result<RecordStoreContract::Revisions> RecordStoreContract::write(std::vector<RecordChange> changes) {
  return harness_->run(records().write(std::move(changes)));
}

std::optional<Record> RecordStoreContract::found(const std::string& id) {
  return harness_->run(records().find(kThings, id)).value();
}

Result<RecordPage> RecordStoreContract::page(RecordQuery query) {
  return harness_->run(records().list(std::move(query)));
}

std::vector<std::string> RecordStoreContract::ids(RecordQuery query) {
  std::vector<std::string> all;
  for (const Record& record : page(std::move(query)).value().records) all.push_back(record.id);
  return all;
}

std::vector<std::string> RecordStoreContract::ids_where(std::vector<std::pair<std::string, std::string>> where) {
  auto query = of_things();
  query.where = std::move(where);
  return ids(query);
}

std::vector<std::string> RecordStoreContract::all_ids() {
  return ids(of_things());
}

void RecordStoreContract::on_threads(const std::function<void(IoRunner&, int)>& work) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, t, &work] { work(runners_.at(static_cast<std::size_t>(t)), t); });
}

void RecordStoreContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RecordStoreContract);

TEST_P(RecordStoreContract, GivesBackWhatWasWritten) {
  EXPECT_EQ(write(put("a", owned("u"), 5)).value(), (Revisions{1}));
  const Record written{"a", owned("u"), at(5), 1};
  EXPECT_EQ(found("a"), written);
  EXPECT_EQ(page(of_things()).value().records, std::vector{written});
}

TEST_P(RecordStoreContract, KeepsEveryKindOfJson) {
  const std::vector<std::string> documents = {
      R"({})",
      R"({"text":"","list":[],"object":{}})",
      R"({"null":null,"true":true,"false":false})",
      R"({"zero":0,"less":-2147483648,"int":2147483647,"more":2147483648,"exact":9007199254740992})",
      R"({"largest":9223372036854775807,"smallest":-9223372036854775808})",
      R"({"half":0.5,"tenth":0.1,"small":5e-324,"large":1.7976931348623157e+308})",
      R"({"text":"ünï 中文 \"quoted\" \\ \n \u0001 🐌","ünï":"name"})",
      R"({"z":1,"a":{"z":[1,"2",[3.5,[null]],{"x":{}}],"_id":"nested"},"m":[[],{}]})",
      R"({"id":"x","created":"y","revision":"z","collection":"w","document":{"document":1}})"};
  int count = 0;
  for (const std::string& document : documents) {
    const auto id = "r" + std::to_string(count++);
    ASSERT_THAT(write(put(id, document)), IsOk()) << document;
    EXPECT_EQ(found(id)->document, document);
  }
  EXPECT_EQ(page(of_things()).value().records.size(), documents.size());
}

TEST_P(RecordStoreContract, WritesADocumentAsOneLineWithItsNumbersAsTheyAreWorth) {
  ASSERT_THAT(write(put("a", " { \"a\" : 1.0 ,\n\"b\":1e2, \"c\":\"\\u00fc\\/\" } ")), IsOk());
  EXPECT_EQ(found("a")->document, R"({"a":1,"b":100,"c":"ü/"})");
  ASSERT_THAT(write(put("a", R"({"a":1,"b":2,"a":3})")), IsOk());
  EXPECT_EQ(found("a")->document, R"({"a":3,"b":2})") << "of one name the last value is it";
}

TEST_P(RecordStoreContract, ReplacesARecordWhereItStands) {
  ASSERT_THAT(write(put("a", owned("u"), 1)), IsOk());
  ASSERT_THAT(write(put("b", owned("u"), 5)), IsOk());
  EXPECT_EQ(write(put("a", owned("v"), 9)).value(), (Revisions{2}));
  EXPECT_EQ(found("a"), (Record{"a", owned("v"), at(1), 2}));
  EXPECT_THAT(all_ids(), ElementsAre("b", "a"));
}

TEST_P(RecordStoreContract, MovesARecordThatIsToMove) {
  ASSERT_THAT(write(put("a", owned("u"), 1)), IsOk());
  ASSERT_THAT(write(put("b", owned("u"), 5)), IsOk());
  auto change = put("a", owned("u"), 9);
  change.moves = true;
  ASSERT_THAT(write(change), IsOk());
  EXPECT_EQ(found("a")->created, at(9));
  EXPECT_THAT(all_ids(), ElementsAre("a", "b"));
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("a", "b"));
}

TEST_P(RecordStoreContract, KnowsWhatIsNotThere) {
  EXPECT_FALSE(found("a"));
  EXPECT_FALSE(found("'; no id"));
  EXPECT_FALSE(found("\xFF"));
  EXPECT_EQ(write(removal("a")).value(), (Revisions{0}));
  EXPECT_THAT(all_ids(), IsEmpty());
  EXPECT_EQ(write(std::vector<RecordChange>()).value(), Revisions());
}

TEST_P(RecordStoreContract, ForgetsWhatIsRemovedAndBeginsAnew) {
  ASSERT_THAT(write(put("a", owned("u"), 1)), IsOk());
  ASSERT_THAT(write(put("b", owned("u"), 1)), IsOk());
  EXPECT_EQ(write(removal("a")).value(), (Revisions{0}));
  EXPECT_FALSE(found("a"));
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("b"));
  EXPECT_EQ(write(put("a", owned("v"), 7)).value(), (Revisions{1}));
  EXPECT_EQ(found("a")->created, at(7));
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("b"));
}

TEST_P(RecordStoreContract, KeepsCollectionsApart) {
  auto other = put("a", R"({"n":2})");
  other.collection = &kOthers;
  ASSERT_THAT(write({put("a", R"({"n":1})"), other}), IsOk());
  EXPECT_EQ(found("a")->document, R"({"n":1})");
  EXPECT_EQ(harness_->run(records().find(kOthers, "a")).value()->document, R"({"n":2})");
  ASSERT_THAT(write(removal("a")), IsOk());
  EXPECT_TRUE(harness_->run(records().find(kOthers, "a")).value());
}

TEST_P(RecordStoreContract, ChangesOnlyTheRevisionThatIsExpected) {
  ASSERT_THAT(write(expecting(0, put("a", R"({"n":1})"))), IsOk());
  EXPECT_THAT(write(expecting(0, put("a"))),
              FailsSaying(Errc::conflict, AllOf(HasSubstr("things/a"), HasSubstr("expected none, got revision 1"))));
  EXPECT_EQ(write(expecting(1, put("a", R"({"n":2})"))).value(), (Revisions{2}));
  EXPECT_THAT(write(expecting(1, put("a"))), FailsSaying(Errc::conflict, HasSubstr("expected revision 1, got revision 2")));
  EXPECT_THAT(write(expecting(1, removal("a"))), FailsWith(Errc::conflict));
  EXPECT_EQ(found("a")->document, R"({"n":2})");
  EXPECT_EQ(write(expecting(2, removal("a"))).value(), (Revisions{0}));
  EXPECT_THAT(write(expecting(2, put("a"))), FailsSaying(Errc::conflict, HasSubstr("expected revision 2, got none")));
  EXPECT_THAT(write(expecting(2, removal("a"))), FailsWith(Errc::conflict));
  EXPECT_FALSE(found("a"));
}

TEST_P(RecordStoreContract, MakesSeveralChangesAtOnce) {
  ASSERT_THAT(write({put("a"), put("b")}), IsOk());
  ASSERT_THAT(write(put("b")), IsOk());
  const auto written = write({put("z", owned("u")), removal("a"), expecting(2, put("b", owned("u"), 4)), removal("none"),
                              expecting(0, put("c", owned("u"), 2))});
  EXPECT_EQ(written.value(), (Revisions{1, 0, 3, 0, 1})) << "in the order in which they were given";
  EXPECT_THAT(all_ids(), ElementsAre("c", "z", "b"));
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("c", "z", "b"));
  EXPECT_EQ(write({put("z"), put("b")}).value(), (Revisions{2, 4})) << "nothing holds them any more";
}

TEST_P(RecordStoreContract, MakesNoneOfSeveralChangesWhenOneConflicts) {
  ASSERT_THAT(write(put("b", owned("u"))), IsOk());
  for (const auto* last : {"a", "c", "z"}) {
    const auto refused = write({put("a1", owned("w")), put("b", owned("w")), removal("b1"), expecting(7, put(last))});
    EXPECT_THAT(refused, FailsSaying(Errc::conflict, HasSubstr(std::string("things/") + last))) << last;
    EXPECT_THAT(all_ids(), ElementsAre("b"));
    EXPECT_EQ(found("b"), (Record{"b", owned("u"), at(0), 1}));
    EXPECT_THAT(ids_where({{"owner", "w"}}), IsEmpty());
  }
  EXPECT_EQ(write({expecting(0, put("a1")), expecting(1, put("b"))}).value(), (Revisions{1, 2}));
}

TEST_P(RecordStoreContract, RefusesWhatIsOutOfItsLimitsAndKeepsNothing) {
  const RecordCollection unnamed{"", {}}, shouting{"A", {}};
  auto nowhere = put("a"), in_unnamed = put("a"), in_shouting = put("a");
  nowhere.collection = nullptr, in_unnamed.collection = &unnamed, in_shouting.collection = &shouting;
  const std::vector<RecordChange> bad = {
      nowhere, in_unnamed, in_shouting, put(""), put("a b"), put("a/b"), put(std::string(129, 'a')),
      put("a", ""), put("a", "[]"), put("a", "{} {}"), put("a", R"({"a":)"), put("a", R"({"a":"\u0000"})"),
      put("a", R"({"$a":1})"), put("a", R"({"a.b":1})"), put("a", R"({"":1})"), put("a", R"({"_a":1})"),
      put("a", R"({"a":[{"$b":1}]})"), put("a", R"({"a\u0000":1})"), put("a", "{\"a\":\"\xFF\"}"),
      put("a", R"({"a":9223372036854775808})"), put("a", R"({"a":1e999})"),
      put("a", R"({"a":")" + std::string(256U << 10U, 'x') + R"("})"),
      put("a", R"({"owner":")" + std::string(1025, 'x') + R"("})"),
      put("a", R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"),
      expecting(-1, put("a")), expecting(0, removal("a"))};
  for (const RecordChange& change : bad) {
    EXPECT_THAT(write({put("b"), change}), FailsWith(Errc::invalid_argument))
        << change.id << ": " << change.document.value_or("").substr(0, 60);
  }
  EXPECT_THAT(write({put("b"), removal("b")}), FailsSaying(Errc::invalid_argument, HasSubstr("things/b")));
  EXPECT_THAT(write(std::vector(33, put("b"))), FailsSaying(Errc::invalid_argument, HasSubstr("at most 32")));
  EXPECT_FALSE(found("b"));
}

TEST_P(RecordStoreContract, TakesAsMuchAsItsLimitsSay) {
  const auto large = R"({"a":")" + std::string((256U << 10U) - 8, 'x') + R"("})";
  std::vector<RecordChange> many;
  for (int i = 0; i < 32; ++i) many.push_back(put("r" + std::to_string(i), large, i));
  ASSERT_THAT(write(many), IsOk());
  const auto id = std::string(127, 'i') + "-", owner = std::string(1024, 'o');
  ASSERT_THAT(write(put(id, owned(owner))), IsOk());
  EXPECT_EQ(found("r31")->document, large);
  EXPECT_THAT(ids_where({{"owner", owner}}), ElementsAre(id));
}

TEST_P(RecordStoreContract, ListsTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(write(put("a" + std::to_string(i), owned("u"), i / 2)), IsOk());
  for (const auto& where : {std::vector<std::pair<std::string, std::string>>(), {{"owner", "u"}}}) {
    auto query = of_things();
    query.where = where, query.limit = 2;
    EXPECT_THAT(ids(query), ElementsAre("a4", "a3"));
    query.after = page(query).value().next;
    EXPECT_THAT(ids(query), ElementsAre("a2", "a1"));
    query.after = page(query).value().next;
    EXPECT_THAT(ids(query), ElementsAre("a0"));
    EXPECT_EQ(page(query).value().next, "");
  }
}

TEST_P(RecordStoreContract, AFullLastPageIsTheLast) {
  ASSERT_THAT(write(put("a")), IsOk());
  auto query = of_things();
  query.limit = 1;
  EXPECT_EQ(page(query).value().next, "");
}

TEST_P(RecordStoreContract, PagesStayWhileOthersAreWrittenAndRemoved) {
  for (int i = 0; i < 6; ++i) ASSERT_THAT(write(put("a" + std::to_string(i), owned("u"), i)), IsOk());
  for (const auto& where : {std::vector<std::pair<std::string, std::string>>(), {{"owner", "u"}}}) {
    auto query = of_things();
    query.where = where, query.limit = 2;
    query.after = page(query).value().next;  // after a4
    ASSERT_THAT(write({put("newer", owned("u"), 9), put("a5", owned("u"), 9), removal("a4"), removal("a3")}), IsOk());
    EXPECT_THAT(ids(query), ElementsAre("a2", "a1"));
    query.after = page(query).value().next;
    EXPECT_THAT(ids(query), ElementsAre("a0"));
    ASSERT_THAT(write({removal("newer"), put("a4", owned("u"), 4), put("a3", owned("u"), 3)}), IsOk());
  }
}

TEST_P(RecordStoreContract, OrdersIdsByTheirBytes) {
  for (const auto* id : {"a", "B", "_", "-", "Z", "0", "b.1", "b-1"}) ASSERT_THAT(write(put(id)), IsOk());
  EXPECT_THAT(all_ids(), ElementsAre("b.1", "b-1", "a", "_", "Z", "B", "0", "-"));
  auto query = of_things();
  query.limit = 4;
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), ElementsAre("Z", "B", "0", "-"));
}

TEST_P(RecordStoreContract, KeepsTimesBefore1970InOrder) {
  auto old = put("old"), older = put("older");
  old.created = from_unix_ms(-1), older.created = from_unix_ms(-2);
  ASSERT_THAT(write({old, older}), IsOk());
  auto query = of_things();
  query.limit = 1;
  EXPECT_THAT(ids(query), ElementsAre("old"));
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), ElementsAre("older"));
}

TEST_P(RecordStoreContract, ListsWhatHasAllTextsThatAreAskedFor) {
  ASSERT_THAT(write({put("a", owned("u", "x"), 1), put("b", owned("u", "y"), 2), put("c", owned("v", "x"), 3),
                     put("d", R"({"owner":"u","kind":"x","note":"n"})", 4)}),
              IsOk());
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("d", "b", "a"));
  EXPECT_THAT(ids_where({{"kind", "x"}}), ElementsAre("d", "c", "a"));
  EXPECT_THAT(ids_where({{"note", "n"}}), ElementsAre("d"));
  EXPECT_THAT(ids_where({{"owner", "u"}, {"kind", "x"}}), ElementsAre("d", "a"));
  EXPECT_THAT(ids_where({{"kind", "x"}, {"owner", "v"}}), ElementsAre("c"));
  EXPECT_THAT(ids_where({{"kind", "x"}, {"owner", "u"}, {"note", "n"}}), ElementsAre("d"));
  EXPECT_THAT(ids_where({{"owner", "v"}, {"kind", "y"}}), IsEmpty());
  EXPECT_THAT(ids_where({{"owner", "x"}}), IsEmpty());
}

TEST_P(RecordStoreContract, PagesOfSeveralFiltersMissNothing) {
  for (int i = 0; i < 6; ++i)
    ASSERT_THAT(write(put("a" + std::to_string(i), owned("u", i % 2 == 0 ? "x" : "y"), i / 3)), IsOk());
  auto query = of_things();
  query.where = {{"owner", "u"}, {"kind", "x"}}, query.limit = 2;
  EXPECT_THAT(ids(query), ElementsAre("a4", "a2"));
  query.after = page(query).value().next;
  EXPECT_THAT(ids(query), ElementsAre("a0"));
}

TEST_P(RecordStoreContract, LooksUpByTextsOnly) {
  ASSERT_THAT(write({put("number", R"({"owner":1})"), put("list", R"({"owner":["u","1"]})"), put("none"),
                     put("object", R"({"owner":{"0":"u"}})"), put("null", R"({"owner":null})"),
                     put("empty", R"({"owner":""})"), put("text", R"({"owner":"u"})")}),
              IsOk());
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("text"));
  EXPECT_THAT(ids_where({{"owner", "1"}}), IsEmpty());
  EXPECT_THAT(ids_where({{"owner", ""}}), ElementsAre("empty"));
  EXPECT_EQ(all_ids().size(), 7U);
}

TEST_P(RecordStoreContract, LooksUpByWhatTheRecordHasNow) {
  ASSERT_THAT(write(put("a", owned("u", "x"))), IsOk());
  ASSERT_THAT(write(put("a", R"({"owner":"v"})")), IsOk());
  EXPECT_THAT(ids_where({{"owner", "v"}}), ElementsAre("a"));
  EXPECT_THAT(ids_where({{"owner", "u"}}), IsEmpty());
  EXPECT_THAT(ids_where({{"kind", "x"}}), IsEmpty());
}

TEST_P(RecordStoreContract, QuotesDotsAndDollarsAreTextsLikeOthers) {
  const std::string odd = R"($a"b\\c'd,{}.null ünï)";
  ASSERT_THAT(write(put("a", R"({"owner":"$a\"b\\\\c'd,{}.null ünï"})")), IsOk());
  EXPECT_THAT(ids_where({{"owner", odd}}), ElementsAre("a"));
}

TEST_P(RecordStoreContract, RefusesAPageOutOfItsLimits) {
  for (const auto* after : {"x", "12", "12-", "-1-a b", "12-'; drop"}) {
    auto query = of_things();
    query.after = after;
    EXPECT_THAT(page(query), FailsSaying(Errc::invalid_argument, HasSubstr("after"))) << after;
  }
  for (const int limit : {0, -1, 1001}) {
    auto query = of_things();
    query.limit = limit;
    EXPECT_THAT(page(query), FailsSaying(Errc::invalid_argument, HasSubstr("limit"))) << limit;
  }
  auto undeclared = of_things(), twice = of_things(), of_none = RecordQuery(), broken = of_things();
  undeclared.where = {{"color", "red"}}, twice.where = {{"owner", "u"}, {"owner", "v"}};
  broken.where = {{"owner", std::string("\0", 1)}};
  for (const auto& query : {undeclared, twice, of_none, broken}) EXPECT_THAT(page(query), FailsWith(Errc::invalid_argument));
}

TEST_P(RecordStoreContract, OfTwoWritersAtOnceOneWins) {
  for (int round = 1; round <= 5; ++round) {
    std::atomic<int> won{0}, lost{0};
    on_threads([&](IoRunner& runner, int) {
      const auto written = runner.run(records().write({expecting(round - 1, put("a"))}));
      written ? ++won : lost += written.error().code == Errc::conflict ? 1 : 0;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 3);
    EXPECT_EQ(found("a")->revision, round);
  }
}

// Each leaves a key of its own, by which the record is found only where the last has left it.
TEST_P(RecordStoreContract, NoWriterPassesOverAnother) {
  const std::vector<std::string> keys = {"owner", "kind", "note", "owner"};
  std::atomic<int> failed{0};
  on_threads([&](IoRunner& runner, int t) {
    const auto document = R"({")" + keys[static_cast<std::size_t>(t)] + R"(":"u"})";
    for (int i = 0; i < 5; ++i) failed += runner.run(records().write({put("a", document)})) ? 0 : 1;
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(found("a")->revision, 20);
  for (const auto* key : {"owner", "kind", "note"})
    EXPECT_EQ(ids_where({{key, "u"}}).size(), found("a")->document.find(key) == std::string::npos ? 0U : 1U) << key;
}

// Each adds one to two counters, if the first has not changed since it was read.
TEST_P(RecordStoreContract, SeveralChangesAtOnceAreNeverMixedWithOthers) {
  ASSERT_THAT(write({put("a", R"({"n":0})"), put("z", R"({"n":0})")}), IsOk());
  std::atomic<int> failed{0};
  on_threads([&](IoRunner& runner, int t) {
    for (int done = 0; done < 4;) {
      const auto seen = runner.run(records().find(kThings, "a")).value().value();
      const auto next = R"({"n":)" + std::to_string(seen.revision) + "}";
      auto first = expecting(seen.revision, put("a", next));
      const auto written = runner.run(records().write({t % 2 == 0 ? first : put("z", next), t % 2 == 0 ? put("z", next) : first}));
      if (written) ++done;
      if (!written && written.error().code != Errc::conflict) ++failed, ++done;
    }
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(found("a"), (Record{"a", R"({"n":16})", at(0), 17}));
  EXPECT_EQ(found("z"), (Record{"z", R"({"n":16})", at(0), 17}));
}

TEST_P(RecordStoreContract, MayBeUsedFromManyThreads) {
  std::atomic<int> failed{0};
  on_threads([&](IoRunner& runner, int t) {
    for (int i = 0; i < 25; ++i) {
      const auto id = std::to_string(t) + "-" + std::to_string(i);
      if (!runner.run(records().write({put(id, owned("u"), i)})) || !runner.run(records().find(kThings, id)).value())
        ++failed;
    }
  });
  auto query = of_things();
  query.where = {{"owner", "u"}}, query.limit = 1000;
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(ids(query).size(), 100U);
}

TEST_P(RecordStoreContract, HasItsRecordsWhenItIsOpenedAgain) {
  ASSERT_THAT(write({put("a", owned("u"), 1), put("b", owned("u"), 2)}), IsOk());
  if (!harness_->reopen()) return;  // its records end with it
  EXPECT_EQ(found("a"), (Record{"a", owned("u"), at(1), 1}));
  EXPECT_THAT(ids_where({{"owner", "u"}}), ElementsAre("b", "a"));
  EXPECT_EQ(write(expecting(1, put("a"))).value(), (Revisions{2}));
}

}  // namespace imagegen::test
