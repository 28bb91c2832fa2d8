#include <imagegen/testing/contract/spool_contract.hpp>

#include <imagegen/maker/spend/spool_rules.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace imagegen::test {

SpooledPicture spooled_picture(const std::string& purchase, const std::string& key, const std::string& file) {
  return {purchase, ObjectKey::parse(key).value(), "image/png", R"({"actual":0.002})", to_bytes(file)};
}

void SpoolContract::put(const SpooledPicture& picture) {
  ASSERT_THAT(spool().put(picture), IsOk());
}

std::vector<std::string> SpoolContract::ids(const SpoolQuery& query) {
  std::vector<std::string> found;
  for (const auto& entry : spool().list(query).value().pictures) found.push_back(entry.purchase_id);
  return found;
}

void SpoolContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SpoolContract);

TEST_P(SpoolContract, IsEmptyAtFirst) {
  const auto page = spool().list({}).value();
  EXPECT_TRUE(page.pictures.empty());
  EXPECT_TRUE(page.damaged.empty());
  EXPECT_EQ(page.next, "");
  EXPECT_FALSE(spool().find("j/0/1").value());
  EXPECT_FALSE(spool().find_key(ObjectKey::parse("masters/a.png").value()).value());
  EXPECT_THAT(spool().remove("j/0/1"), IsOk());
  EXPECT_THAT(spool().description(), testing::StartsWith("the spool in "));
}

TEST_P(SpoolContract, GivesBackWhatWasPut) {
  SpooledPicture picture{"imgjob_ä b/0/1", ObjectKey::parse("masters/ü/b c.png").value(), "image/png",
                         "{\"note\":\"\\\"it's\\\"\n\"}", Bytes(300'000)};
  for (std::size_t i = 0; i < picture.file.size(); ++i) picture.file[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  put(picture);
  const auto found = spool().find(picture.purchase_id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->purchase_id, picture.purchase_id);
  EXPECT_EQ(found->key, picture.key);
  EXPECT_EQ(found->content_type, picture.content_type);
  EXPECT_EQ(found->about_json, picture.about_json);
  EXPECT_TRUE(found->file == picture.file);
}

TEST_P(SpoolContract, TakesTheLongestOfEverything) {
  SpooledPicture picture = spooled_picture(std::string(1022, 'p') + "/1", std::string(1024, 'k'), "x");
  picture.about_json = std::string(kLongestSpooledAbout, '\x01');
  picture.content_type = std::string(1024, 'c');
  put(picture);
  const auto found = spool().find(picture.purchase_id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->about_json, picture.about_json);
  EXPECT_EQ(ids(), std::vector<std::string>{picture.purchase_id});
}

TEST_P(SpoolContract, ListsTheOldestFirstWithoutTheirBytes) {
  for (const auto* id : {"j/9/1", "j/1/1", "a/0/2"}) put(spooled_picture(id));
  EXPECT_THAT(ids(), testing::ElementsAre("j/9/1", "j/1/1", "a/0/2"));
  const auto entry = spool().list({}).value().pictures.front();
  EXPECT_EQ(entry.key.str(), "masters/a.png");
  EXPECT_EQ(entry.content_type, "image/png");
  EXPECT_EQ(entry.about_json, R"({"actual":0.002})");
  EXPECT_EQ(entry.size_bytes, 9U);
  EXPECT_GT(to_unix_ms(entry.spooled), 1'700'000'000'000);
}

TEST_P(SpoolContract, ListsInPages) {
  for (int i = 0; i < 5; ++i) put(spooled_picture("j/" + std::to_string(i) + "/1"));
  SpoolQuery query;
  query.limit = 2;
  std::vector<std::string> found;
  int pages = 0;
  do {
    const auto page = spool().list(query).value();
    for (const auto& entry : page.pictures) found.push_back(entry.purchase_id);
    query.after = page.next;
  } while (!query.after.empty() && ++pages < 9);
  EXPECT_THAT(found, testing::ElementsAre("j/0/1", "j/1/1", "j/2/1", "j/3/1", "j/4/1"));
}

TEST_P(SpoolContract, TheSamePurchaseTwiceIsOnePicture) {
  put(spooled_picture("j/0/1", "masters/a.png", "first"));
  put(spooled_picture("j/0/1", "masters/b.png", "second"));
  EXPECT_THAT(ids(), testing::ElementsAre("j/0/1"));
  EXPECT_EQ(as_text(spool().find("j/0/1").value()->file), "second");
  EXPECT_FALSE(spool().find_key(ObjectKey::parse("masters/a.png").value()).value());
  EXPECT_TRUE(spool().find_key(ObjectKey::parse("masters/b.png").value()).value());
}

TEST_P(SpoolContract, TheOldestOfAKeyIsFound) {
  put(spooled_picture("z/0/1", "masters/b.png", "older"));
  put(spooled_picture("a/0/1", "masters/b.png", "newer"));
  const auto found = spool().find_key(ObjectKey::parse("masters/b.png").value()).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->purchase_id, "z/0/1");
  EXPECT_EQ(as_text(found->file), "older");
}

TEST_P(SpoolContract, WhatIsRemovedIsGoneAndTheRestStays) {
  put(spooled_picture("j/0/1")), put(spooled_picture("j/1/1"));
  EXPECT_THAT(spool().remove("j/0/1"), IsOk());
  EXPECT_THAT(spool().remove("j/0/1"), IsOk());
  EXPECT_FALSE(spool().find("j/0/1").value());
  EXPECT_THAT(ids(), testing::ElementsAre("j/1/1"));
}

TEST_P(SpoolContract, IdsThatLookAlikeAreApart) {
  const std::vector<std::string> alike = {"a/b",  "a%2fb", "a%2Fb", "a.b", ".a", "..",
                                          "a b",  "a\\b",  "a~b",   "%",   "~",  std::string(300, 'a'),
                                          std::string(301, 'a')};
  for (const auto& id : alike) put(spooled_picture(id, "masters/a.png", "of " + id));
  for (const auto& id : alike) EXPECT_EQ(as_text(spool().find(id).value()->file), "of " + id);
  EXPECT_EQ(ids(), alike);
}

TEST_P(SpoolContract, RefusesWhatIsOutOfItsLimits) {
  EXPECT_THAT(spool().put(spooled_picture("")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(spool().put(spooled_picture("a\nb")), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(spool().put(spooled_picture("a", "k", "")), FailsSaying(Errc::invalid_argument,
                                                                           testing::HasSubstr("file")));
  auto picture = spooled_picture("a");
  picture.about_json = std::string(kLongestSpooledAbout + 1, ' ');
  EXPECT_THAT(spool().put(picture), FailsSaying(Errc::limit_exceeded, testing::HasSubstr("65537")));
  picture.about_json = std::string("{\0}", 3);
  EXPECT_THAT(spool().put(picture), FailsSaying(Errc::invalid_argument, testing::HasSubstr("about")));
  SpoolQuery query;
  query.limit = 0;
  EXPECT_THAT(spool().list(query), FailsWith(Errc::invalid_argument));
  query.limit = 1, query.after = "none of ours";
  EXPECT_THAT(spool().list(query), FailsWith(Errc::invalid_argument));
  EXPECT_TRUE(ids().empty());
}

TEST_P(SpoolContract, ManyThreadsPutListAndRemoveAtOnce) {
  constexpr int kThreads = 4, kEach = 12;
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto id = "j/" + std::to_string(t * kEach + i) + "/1";
          if (!spool().put(spooled_picture(id, "masters/" + id, "of " + id))) ++wrong;
          if (!spool().put(spooled_picture("same/0/1", "masters/same", std::string(50'000, 's')))) ++wrong;
          const auto page = spool().list({});
          if (!page || !page->damaged.empty()) ++wrong;
          if (i % 2 == 0 && !spool().remove(id)) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(ids().size(), static_cast<std::size_t>(kThreads * kEach / 2 + 1));
  EXPECT_EQ(brief(as_text(spool().find("same/0/1").value()->file)), brief(std::string(50'000, 's')));
}

}  // namespace imagegen::test
