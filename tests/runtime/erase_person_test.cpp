// Two users who share pictures, of whom one is erased: in every database, and killed after every step.
#include <gmock/gmock.h>

#include "runtime/erase_fixture.hpp"
#include "state/support/sqlite_file.hpp"
#ifdef IMAGEGEN_HAS_MONGODB
#include "state/support/mongo_harness.hpp"
#endif
#ifdef IMAGEGEN_HAS_POSTGRES
#include "state/support/postgres_harness.hpp"
#endif

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

struct MemoryPlace {
  static std::string no_store() { return {}; }
  StateOptions options() const {
    StateOptions options;
    options.url = Secret("memory:");
    return options;
  }
};

// Ada is erased. Bo has the same pictures, ada2 a name that begins as hers.
template <class Place>
class ErasePerson : public testing::Test {
 protected:
  void SetUp() override { fail_or_skip(Place::no_store()); }

  struct Kept : Place, KeptOfPersons {
    Kept() : KeptOfPersons(Place::options()) {
      for (const auto* user : {"ada", "ada2", "bo"}) add_user(user);
    }
  };

  static std::vector<std::string> without(std::vector<std::string> keys, const std::vector<std::string>& gone) {
    std::erase_if(keys, [&](const std::string& key) { return std::find(gone.begin(), gone.end(), key) != gone.end(); });
    return keys;
  }
  static EraseRequest character(const std::string& id) {
    EraseRequest request;
    request.person = {Person::Kind::character, id};
    return request;
  }
};

using Places = testing::Types<MemoryPlace, SqlitePlace
#ifdef IMAGEGEN_HAS_POSTGRES
                              ,
                              PostgresPlace
#endif
#ifdef IMAGEGEN_HAS_MONGODB
                              ,
                              MongoPlace
#endif
                              >;
TYPED_TEST_SUITE(ErasePerson, Places);

TYPED_TEST(ErasePerson, TakesAllOfAUserAndNothingOfOthers) {
  typename TestFixture::Kept kept;
  const auto keys = kept.keys();
  const auto amounts = kept.amounts("ada");
  ASSERT_THAT(kept.mentions("ada"), SizeIs(7));
  const auto report = kept.erase("ada").value();
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.jobs, 1);
  EXPECT_EQ(report.purchases, 1);
  EXPECT_EQ(report.assets, 2);
  EXPECT_EQ(report.spooled, 1);
  EXPECT_EQ(report.records, (std::map<std::string, int>{{"cast_list", 1}, {"faces", 1}}));
  EXPECT_EQ(report.removed, kept.own_keys("ada"));
  EXPECT_THAT(report.shared, ElementsAre("images/all.webp", "masters/all"));
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
  EXPECT_EQ(kept.keys(), TestFixture::without(keys, kept.own_keys("ada")));
  EXPECT_EQ(kept.amounts("ada"), amounts);
  EXPECT_THAT(kept.mentions("ada2"), SizeIs(7));
  EXPECT_THAT(kept.mentions("bo"), SizeIs(7));
}

TYPED_TEST(ErasePerson, LeavesAStubThatIsNoDamage) {
  typename TestFixture::Kept kept;
  kept.erase("ada").value();
  const Job job = kept.job("job-ada");
  EXPECT_TRUE(is_erased(job));
  EXPECT_EQ(job.state, JobState::partly_succeeded);
  EXPECT_EQ(job.owner, "");
  EXPECT_THAT(verify_events(job, kept.jobs().events("job-ada").value()), IsOk());
}

TYPED_TEST(ErasePerson, ASecondRunFindsNothing) {
  typename TestFixture::Kept kept;
  kept.erase("ada").value();
  EXPECT_TRUE(kept.erase("ada")->found_nothing());
  EXPECT_TRUE(kept.erase("nobody")->found_nothing());
}

TYPED_TEST(ErasePerson, TheLastWhoHadAPictureTakesItAlong) {
  typename TestFixture::Kept kept;
  kept.erase("ada").value();
  kept.erase("ada2").value();
  EXPECT_THAT(kept.erase("bo")->removed, AllOf(Contains("images/all.webp"), Contains("masters/all")));
  EXPECT_THAT(kept.keys(), IsEmpty());
}

TYPED_TEST(ErasePerson, WhatBelongsToNobodyKeepsItsPicture) {
  typename TestFixture::Kept kept;
  kept.put("fcc/hero.webp");
  kept.add_asset("ada", "3", "fcc/hero.webp", "masters/ada");
  kept.add_asset("", "3", "fcc/hero.webp", "masters/nobody");
  EXPECT_THAT(kept.erase("ada")->shared, Contains("fcc/hero.webp"));
  EXPECT_THAT(kept.keys(), Contains("fcc/hero.webp"));
}

TYPED_TEST(ErasePerson, APictureThatSomebodyElseIsBuyingStays) {
  typename TestFixture::Kept kept;
  PurchaseIntent intent;
  intent.job_id = "job-cy", intent.slot = "0", intent.user = "cy", intent.provider = "p", intent.model = "m";
  intent.master_key = "masters/of-both";
  kept.put("masters/of-both");
  kept.add_asset("ada", "3", "images/x.webp", "masters/of-both");
  kept.ledger().reserve(intent, {}, kept.now()).value();
  EXPECT_THAT(kept.erase("ada")->shared, Contains("masters/of-both"));
  EXPECT_THAT(kept.keys(), Contains("masters/of-both"));
}

TYPED_TEST(ErasePerson, AJobThatIsSomebodyElsesNowIsToldAndStays) {
  typename TestFixture::Kept kept;
  JobRetry again;
  again.input = R"({"finalPrompt":"another"})", again.owner = "cy";
  kept.jobs().retry("job-ada", again, kept.now()).value();
  kept.end(kept.begin("job-ada"));
  const auto report = kept.erase("ada").value();
  EXPECT_EQ(report.jobs, 0);
  EXPECT_THAT(report.left, ElementsAre(HasSubstr("job job-ada: it was ordered again")));
  EXPECT_THAT(kept.mentions("ada"), ElementsAre("job job-ada"));
  EXPECT_THAT(kept.erase("ada")->left, SizeIs(1)) << "whoever asks again is told again";
  kept.erase("cy").value();
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
}

// Killed after any step it is simply asked for again.
TYPED_TEST(ErasePerson, KilledAnywhereItIsFinishedByTheNextRun) {
  struct Killed {};
  for (int steps = 1;; ++steps) {
    typename TestFixture::Kept kept;
    const auto keys = kept.keys();
    const auto amounts = kept.amounts("ada");
    int left = steps;
    kept.on_step = [&left](std::string_view) {
      if (--left == 0) throw Killed();
    };
    bool was_killed = false;
    try {
      kept.erase("ada").value();
    } catch (const Killed&) {
      was_killed = true;
    }
    if (!was_killed) {
      EXPECT_GT(steps, 15) << "the steps of files, rows and records";
      break;
    }
    kept.on_step = {};
    EXPECT_THAT(kept.erase("ada")->failed, IsEmpty()) << steps;
    EXPECT_THAT(kept.mentions("ada"), IsEmpty()) << steps;
    EXPECT_EQ(kept.keys(), TestFixture::without(keys, kept.own_keys("ada"))) << steps;
    EXPECT_EQ(kept.amounts("ada"), amounts) << steps;
    EXPECT_TRUE(kept.erase("ada")->found_nothing()) << steps;
  }
}

TYPED_TEST(ErasePerson, WhatNamesAFileThatCannotBeRemovedStaysUntilItCan) {
  typename TestFixture::Kept kept;
  kept.store.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call != "remove" || key != "images/ada.webp") return std::nullopt;
    return Error(Errc::permission_denied, "it is locked");
  };
  const auto first = kept.erase("ada").value();
  ASSERT_THAT(first.failed, SizeIs(1));
  EXPECT_EQ(first.failed[0].what, "object images/ada.webp");
  EXPECT_EQ(first.failed[0].error.code, Errc::permission_denied);
  EXPECT_EQ(first.jobs, 0);
  EXPECT_EQ(first.assets, 1);
  EXPECT_EQ(first.purchases, 1);
  EXPECT_THAT(kept.mentions("ada"), UnorderedElementsAre("job job-ada", "asset asset-ada-1"));
  kept.store.fault = {};
  const auto second = kept.erase("ada").value();
  EXPECT_THAT(second.failed, IsEmpty());
  EXPECT_THAT(second.removed, ElementsAre("images/ada.webp"));
  EXPECT_EQ(second.jobs, 1);
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
}

TYPED_TEST(ErasePerson, AnAnswerThatCannotBeRemovedKeepsItsMasterAndItsPurchase) {
  typename TestFixture::Kept kept;
  kept.store.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call != "remove" || !key.ends_with(".json") || key.find("further") != std::string_view::npos) return std::nullopt;
    return Error(Errc::unavailable, "it is away");
  };
  const auto first = kept.erase("ada").value();
  ASSERT_THAT(first.failed, SizeIs(1));
  EXPECT_EQ(first.failed[0].what, "object masters/ada");
  EXPECT_THAT(kept.keys(), Contains("masters/ada"));
  EXPECT_THAT(kept.mentions("ada"), AllOf(Contains("job job-ada"), Contains("purchase job-ada/0/1")));
  kept.store.fault = {};
  EXPECT_THAT(kept.erase("ada")->failed, IsEmpty());
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
}

TYPED_TEST(ErasePerson, WhileAJobOfThePersonWaitsNothingIsRemoved) {
  typename TestFixture::Kept kept;
  kept.order("job-next", "ada");
  const auto before = kept.keys();
  EXPECT_THAT(kept.erase("ada"), FailsSaying(Errc::conflict, AllOf(HasSubstr("\"ada\""), HasSubstr("1 job (job-next)"),
                                                                   HasSubstr("cancelJobs"))));
  EXPECT_EQ(kept.keys(), before);
  EXPECT_THAT(kept.mentions("ada"), SizeIs(8));
}

TYPED_TEST(ErasePerson, JobsThatWaitAndRunAreCancelledWhereThatIsAskedFor) {
  typename TestFixture::Kept kept;
  kept.order("job-waits", "ada"), kept.order("job-runs", "ada");
  kept.begin("job-runs");
  EraseRequest request;
  request.person.id = "ada", request.cancel_jobs = true, request.patience = std::chrono::seconds(1);
  EXPECT_THAT(kept.erase(request), FailsSaying(Errc::conflict, AllOf(HasSubstr("job-runs"), HasSubstr("nothing was removed"))));
  EXPECT_EQ(kept.job("job-waits").state, JobState::cancelled);
  EXPECT_TRUE(kept.job("job-runs").cancel_requested);
  // Its worker is gone: it is ended when its lease is over.
  request.patience = std::chrono::minutes(1);
  const auto report = kept.erase(request).value();
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.cancelled, 1);
  EXPECT_EQ(report.jobs, 3);
  EXPECT_EQ(kept.job("job-runs").state, JobState::cancelled);
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
}

TYPED_TEST(ErasePerson, ADryRunTellsTheSameAndChangesNothing) {
  typename TestFixture::Kept kept;
  kept.order("job-next", "ada");
  const auto before = kept.keys();
  EraseRequest request;
  request.person.id = "ada", request.dry_run = true;
  const auto told = kept.erase(request).value();
  EXPECT_THAT(told.live, ElementsAre("job-next"));
  EXPECT_EQ(kept.keys(), before);
  EXPECT_THAT(kept.mentions("ada"), SizeIs(8));
  kept.end(kept.begin("job-next"));
  const auto done = kept.erase("ada").value();
  EXPECT_EQ(told.removed, done.removed);
  EXPECT_EQ(told.shared, done.shared);
  EXPECT_EQ(told.records, done.records);
  EXPECT_EQ(told.jobs + 1, done.jobs);
}

TYPED_TEST(ErasePerson, OfACharacterGoesWhatIsDeclaredAsItsOwn) {
  typename TestFixture::Kept kept;
  const auto report = kept.erase(TestFixture::character("cha-ada")).value();
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.jobs, 1);
  EXPECT_EQ(report.records, (std::map<std::string, int>{{"cast_list", 1}, {"faces", 1}}));
  EXPECT_EQ(report.removed, kept.own_keys("ada"));
  EXPECT_THAT(kept.mentions("ada"), IsEmpty());
  EXPECT_EQ(kept.job("job-ada").owner, "ada") << "it is the user's job all the same";
  EXPECT_TRUE(kept.erase(TestFixture::character("cha-ad"))->found_nothing());
}

TYPED_TEST(ErasePerson, AJobOfAKindThatNobodyDeclaresIsLeftAndTold) {
  typename TestFixture::Kept kept;
  kept.order("job-odd", "ada", "odd");
  kept.end(kept.begin("job-odd", "odd"));
  const auto report = kept.erase("ada").value();
  ASSERT_THAT(report.failed, SizeIs(1));
  EXPECT_EQ(report.failed[0].what, "job job-odd");
  EXPECT_EQ(report.failed[0].error.code, Errc::unsupported);
  EXPECT_THAT(kept.mentions("ada"), ElementsAre("job job-odd"));
}

TYPED_TEST(ErasePerson, RefusesAnIdThatNobodyCanHave) {
  typename TestFixture::Kept kept;
  for (const std::string& wrong : {std::string(), std::string(" \t"), std::string(257, 'a'), std::string("a\0b", 3),
                                   std::string("\xff")})
    EXPECT_THAT(kept.erase(wrong), FailsSaying(Errc::invalid_argument, HasSubstr("user: expected")));
  EXPECT_THAT(kept.mentions("ada"), SizeIs(7));
}

// All bytes of the files of a database.
std::string bytes_of(const SqliteFolder& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

TEST(ErasePersonFromSqlite, LeavesNoByteOfAPromptInItsFiles) {
  const SqliteFolder folder;
  KeptOfPersons kept(sqlite_options(folder.file()));
  kept.add_user("ada"), kept.add_user("bo");
  // A long one, which lies in pages of its own, and one that was replaced long ago.
  const std::string text = kept.text_of("ada");
  std::string input;
  for (int i = 0; i < 2000; ++i) input += text;
  kept.jobs().add({"job-long", "prompt", "ada", input}, kept.now()).value();
  kept.end(kept.begin("job-long"));
  JobRetry other;
  other.input = R"({"finalPrompt":"another"})";
  kept.jobs().retry("job-long", other, kept.now()).value();
  kept.end(kept.begin("job-long"));
  ASSERT_NE(bytes_of(folder).find(text), std::string::npos) << "else this proves nothing";
  EXPECT_THAT(kept.erase("ada")->failed, IsEmpty());
  const auto left = bytes_of(folder);
  EXPECT_EQ(left.find(text), std::string::npos);
  EXPECT_NE(left.find(kept.text_of("bo")), std::string::npos);
}

TEST(EraseReportJson, SaysWhatWentAndWhatHasToBeRepeated) {
  EraseReport report;
  report.person.id = "u-7", report.jobs = 2, report.removed = {"a.webp"}, report.records = {{"faces", 3}};
  EXPECT_EQ(to_json(report),
            R"({"user":"u-7","dryRun":false,"complete":true,"foundNothing":false,"cancelled":0,"jobs":2,"purchases":0,)"
            R"("assets":0,"spooled":0,"records":{"faces":3},"removed":["a.webp"],"shared":[],"live":[],"left":[],"failed":[]})");
  report.failed.push_back({"object b.webp", Error(Errc::permission_denied, "no right")});
  EXPECT_THAT(to_json(report), AllOf(HasSubstr(R"("complete":false)"), HasSubstr(R"("code":"PERMISSION_DENIED")")));
}

}  // namespace
}  // namespace imagegen::test
