#pragma once
#include <imagegen/spend/spool_rules.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/matchers.hpp"

/// \file What every Spool must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, SpoolContract, MemorySpoolHarness);
///
/// A harness is default-constructible, gives an empty spool, and has
///     Spool& spool();               // not called when no_store() says something
///     std::string no_store() const; // why there is none here; else empty
namespace imagegen::test {

inline SpooledPicture spooled_picture(const std::string& purchase, const std::string& key = "masters/a.png",
                                      const std::string& file = "a picture") {
  return {purchase, ObjectKey::parse(key).value(), "image/png", R"({"actual":0.002})", to_bytes(file)};
}

template <class Harness>
class SpoolContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  Spool& spool() { return harness_.spool(); }
  void put(const SpooledPicture& picture) { ASSERT_THAT(spool().put(picture), IsOk()); }
  std::vector<std::string> ids(SpoolQuery query = {}) {
    std::vector<std::string> found;
    for (const auto& entry : spool().list(query).value().pictures) found.push_back(entry.purchase_id);
    return found;
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(SpoolContract);

TYPED_TEST_P(SpoolContract, IsEmptyAtFirst) {
  const auto page = this->spool().list({}).value();
  EXPECT_TRUE(page.pictures.empty());
  EXPECT_TRUE(page.damaged.empty());
  EXPECT_EQ(page.next, "");
  EXPECT_FALSE(this->spool().find("j/0/1").value());
  EXPECT_FALSE(this->spool().find_key(ObjectKey::parse("masters/a.png").value()).value());
  EXPECT_THAT(this->spool().remove("j/0/1"), IsOk());
  EXPECT_THAT(this->spool().description(), testing::StartsWith("the spool in "));
}

TYPED_TEST_P(SpoolContract, GivesBackWhatWasPut) {
  SpooledPicture picture{"imgjob_ä b/0/1", ObjectKey::parse("masters/ü/b c.png").value(), "image/png",
                         "{\"note\":\"\\\"it's\\\"\n\"}", Bytes(300'000)};
  for (std::size_t i = 0; i < picture.file.size(); ++i) picture.file[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  this->put(picture);
  const auto found = this->spool().find(picture.purchase_id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->purchase_id, picture.purchase_id);
  EXPECT_EQ(found->key, picture.key);
  EXPECT_EQ(found->content_type, picture.content_type);
  EXPECT_EQ(found->about_json, picture.about_json);
  EXPECT_TRUE(found->file == picture.file);
}

TYPED_TEST_P(SpoolContract, TakesTheLongestOfEverything) {
  SpooledPicture picture = spooled_picture(std::string(1022, 'p') + "/1", std::string(1024, 'k'), "x");
  picture.about_json = std::string(kLongestSpooledAbout, '\x01');
  picture.content_type = std::string(1024, 'c');
  this->put(picture);
  const auto found = this->spool().find(picture.purchase_id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->about_json, picture.about_json);
  EXPECT_EQ(this->ids(), std::vector<std::string>{picture.purchase_id});
}

TYPED_TEST_P(SpoolContract, ListsTheOldestFirstWithoutTheirBytes) {
  for (const auto* id : {"j/9/1", "j/1/1", "a/0/2"}) this->put(spooled_picture(id));
  EXPECT_THAT(this->ids(), testing::ElementsAre("j/9/1", "j/1/1", "a/0/2"));
  const auto entry = this->spool().list({}).value().pictures.front();
  EXPECT_EQ(entry.key.str(), "masters/a.png");
  EXPECT_EQ(entry.content_type, "image/png");
  EXPECT_EQ(entry.about_json, R"({"actual":0.002})");
  EXPECT_EQ(entry.size_bytes, 9U);
  EXPECT_GT(to_unix_ms(entry.spooled), 1'700'000'000'000);
}

TYPED_TEST_P(SpoolContract, ListsInPages) {
  for (int i = 0; i < 5; ++i) this->put(spooled_picture("j/" + std::to_string(i) + "/1"));
  SpoolQuery query;
  query.limit = 2;
  std::vector<std::string> found;
  int pages = 0;
  do {
    const auto page = this->spool().list(query).value();
    for (const auto& entry : page.pictures) found.push_back(entry.purchase_id);
    query.after = page.next;
  } while (!query.after.empty() && ++pages < 9);
  EXPECT_THAT(found, testing::ElementsAre("j/0/1", "j/1/1", "j/2/1", "j/3/1", "j/4/1"));
}

TYPED_TEST_P(SpoolContract, TheSamePurchaseTwiceIsOnePicture) {
  this->put(spooled_picture("j/0/1", "masters/a.png", "first"));
  this->put(spooled_picture("j/0/1", "masters/b.png", "second"));
  EXPECT_THAT(this->ids(), testing::ElementsAre("j/0/1"));
  EXPECT_EQ(as_text(this->spool().find("j/0/1").value()->file), "second");
  EXPECT_FALSE(this->spool().find_key(ObjectKey::parse("masters/a.png").value()).value());
  EXPECT_TRUE(this->spool().find_key(ObjectKey::parse("masters/b.png").value()).value());
}

TYPED_TEST_P(SpoolContract, TheOldestOfAKeyIsFound) {
  this->put(spooled_picture("z/0/1", "masters/b.png", "older"));
  this->put(spooled_picture("a/0/1", "masters/b.png", "newer"));
  const auto found = this->spool().find_key(ObjectKey::parse("masters/b.png").value()).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->purchase_id, "z/0/1");
  EXPECT_EQ(as_text(found->file), "older");
}

TYPED_TEST_P(SpoolContract, WhatIsRemovedIsGoneAndTheRestStays) {
  this->put(spooled_picture("j/0/1")), this->put(spooled_picture("j/1/1"));
  EXPECT_THAT(this->spool().remove("j/0/1"), IsOk());
  EXPECT_THAT(this->spool().remove("j/0/1"), IsOk());
  EXPECT_FALSE(this->spool().find("j/0/1").value());
  EXPECT_THAT(this->ids(), testing::ElementsAre("j/1/1"));
}

TYPED_TEST_P(SpoolContract, IdsThatLookAlikeAreApart) {
  const std::vector<std::string> alike = {"a/b",  "a%2fb", "a%2Fb", "a.b", ".a", "..",
                                          "a b",  "a\\b",  "a~b",   "%",   "~",  std::string(300, 'a'),
                                          std::string(301, 'a')};
  for (const auto& id : alike) this->put(spooled_picture(id, "masters/a.png", "of " + id));
  for (const auto& id : alike) EXPECT_EQ(as_text(this->spool().find(id).value()->file), "of " + id);
  EXPECT_EQ(this->ids(), alike);
}

TYPED_TEST_P(SpoolContract, RefusesWhatIsOutOfItsLimits) {
  EXPECT_THAT(this->spool().put(spooled_picture("")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->spool().put(spooled_picture("a\nb")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->spool().put(spooled_picture("a", "k", "")), FailsSaying(Errc::invalid_argument,
                                                                           testing::HasSubstr("file")));
  auto picture = spooled_picture("a");
  picture.about_json = std::string(kLongestSpooledAbout + 1, ' ');
  EXPECT_THAT(this->spool().put(picture), FailsSaying(Errc::limit_exceeded, testing::HasSubstr("65537")));
  picture.about_json = std::string("{\0}", 3);
  EXPECT_THAT(this->spool().put(picture), FailsSaying(Errc::invalid_argument, testing::HasSubstr("about")));
  SpoolQuery query;
  query.limit = 0;
  EXPECT_THAT(this->spool().list(query), FailsWith(Errc::invalid_argument));
  query.limit = 1, query.after = "none of ours";
  EXPECT_THAT(this->spool().list(query), FailsWith(Errc::invalid_argument));
  EXPECT_TRUE(this->ids().empty());
}

TYPED_TEST_P(SpoolContract, ManyThreadsPutListAndRemoveAtOnce) {
  constexpr int kThreads = 4, kEach = 12;
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto id = "j/" + std::to_string(t * kEach + i) + "/1";
          if (!this->spool().put(spooled_picture(id, "masters/" + id, "of " + id))) ++wrong;
          if (!this->spool().put(spooled_picture("same/0/1", "masters/same", std::string(50'000, 's')))) ++wrong;
          const auto page = this->spool().list({});
          if (!page || !page->damaged.empty()) ++wrong;
          if (i % 2 == 0 && !this->spool().remove(id)) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(this->ids().size(), static_cast<std::size_t>(kThreads * kEach / 2 + 1));
  EXPECT_EQ(as_text(this->spool().find("same/0/1").value()->file), std::string(50'000, 's'));
}

REGISTER_TYPED_TEST_SUITE_P(SpoolContract, IsEmptyAtFirst, GivesBackWhatWasPut, TakesTheLongestOfEverything,
                            ListsTheOldestFirstWithoutTheirBytes, ListsInPages, TheSamePurchaseTwiceIsOnePicture,
                            TheOldestOfAKeyIsFound, WhatIsRemovedIsGoneAndTheRestStays, IdsThatLookAlikeAreApart,
                            RefusesWhatIsOutOfItsLimits, ManyThreadsPutListAndRemoveAtOnce);

}  // namespace imagegen::test
