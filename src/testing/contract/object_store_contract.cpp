#include <imagegen/testing/contract/object_store_contract.hpp>

#include <imagegen/maker/core/parallel.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <algorithm>

namespace imagegen::test {

Result<ObjectInfo> ObjectStoreContract::put(const std::string& key, std::string_view text, PutOptions options) {
  return harness_->run(store().put(key_of(key), as_bytes(text), std::move(options)));
}

Result<Bytes> ObjectStoreContract::get(const std::string& key, std::size_t max_bytes) {
  return harness_->run(store().get(key_of(key), max_bytes));
}

std::string ObjectStoreContract::text_at(const std::string& key) {
  const auto bytes = get(key);
  return bytes ? brief(as_text(*bytes)) : std::string(to_string(bytes.error().code));
}

Result<std::optional<ObjectInfo>> ObjectStoreContract::head(const std::string& key) {
  return harness_->run(store().head(key_of(key)));
}

Result<void> ObjectStoreContract::remove(const std::string& key) {
  return harness_->run(store().remove(key_of(key)));
}

std::vector<std::string> ObjectStoreContract::list(const std::string& prefix, std::size_t limit,
                                                   const std::string& after) {
  const auto found = harness_->run(store().list(prefix, limit, after));
  if (!found) return {"failed: " + found.error().message};
  std::vector<std::string> keys;
  for (const auto& info : *found) keys.push_back(info.key);
  return keys;
}

void ObjectStoreContract::put_all(const std::vector<std::string>& keys) {
  for (const auto& key : keys) ASSERT_THAT(put(key, "x"), IsOk()) << key;
}

void ObjectStoreContract::run_all(std::size_t count, const std::function<Task<void>(std::size_t)>& body) {
  harness_->run(for_each_concurrently(count, count, body));
}

void ObjectStoreContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ObjectStoreContract);

TEST_P(ObjectStoreContract, GivesBackWhatWasPut) {
  ASSERT_THAT(put("fcc/lifestyle/OL-1.webp", std::string_view("\x00\xFFpicture", 9)), IsOk());
  EXPECT_EQ(text_at("fcc/lifestyle/OL-1.webp"), std::string_view("\x00\xFFpicture", 9));
}

TEST_P(ObjectStoreContract, PutAndHeadAgree) {
  const auto stored = put("a/b.webp", "12345");
  ASSERT_THAT(stored, IsOk());
  const auto found = head("a/b.webp");
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->key, "a/b.webp");
  EXPECT_EQ((*found)->size_bytes, 5U);
  EXPECT_EQ(stored->size_bytes, 5U);
  EXPECT_EQ((*found)->etag, stored->etag);
  EXPECT_FALSE(stored->etag.empty());
}

TEST_P(ObjectStoreContract, TellsTheContentTypeItCanKnow) {
  PutOptions options;
  options.content_type = store().capability().keeps_content_type ? "image/x-odd" : "image/webp";
  ASSERT_THAT(put("a.webp", "x", options), IsOk());
  EXPECT_EQ(head("a.webp").value()->content_type, options.content_type);
}

TEST_P(ObjectStoreContract, KnowsThatThereIsNothing) {
  const auto found = head("nothing/here");
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(found->has_value());
  EXPECT_THAT(get("nothing/here"), FailsWith(Errc::not_found));
}

TEST_P(ObjectStoreContract, RemovesAndAgreesToRemoveNothing) {
  put_all({"a/1", "a/2"});
  EXPECT_THAT(remove("a/1"), IsOk());
  EXPECT_THAT(remove("a/1"), IsOk());
  EXPECT_THAT(remove("never/was"), IsOk());
  EXPECT_FALSE(head("a/1").value().has_value());
  EXPECT_EQ(text_at("a/2"), "x");
}

TEST_P(ObjectStoreContract, OverwritesAndThenHasAnotherEtag) {
  const auto first = put("a", "old");
  const auto second = put("a", "new");
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(first->etag, second->etag);
  EXPECT_EQ(head("a").value()->etag, second->etag);
  EXPECT_EQ(text_at("a"), "new");
}

TEST_P(ObjectStoreContract, ConditionalPutLosesAgainstWhatIsThere) {
  ASSERT_THAT(put("a", "first", if_absent()), IsOk());
  EXPECT_THAT(put("a", "second", if_absent()), FailsWith(Errc::already_exists));
  EXPECT_THAT(put("a", "first", if_absent()), FailsWith(Errc::already_exists));
  EXPECT_EQ(text_at("a"), "first");
}

TEST_P(ObjectStoreContract, ConditionalPutSucceedsAgainAfterRemoval) {
  ASSERT_THAT(put("a", "first"), IsOk());
  ASSERT_THAT(remove("a"), IsOk());
  EXPECT_THAT(put("a", "second", if_absent()), IsOk());
  EXPECT_EQ(text_at("a"), "second");
}

TEST_P(ObjectStoreContract, OneOfManyConditionalPutsWins) {
  constexpr std::size_t kWriters = 16;
  std::vector<std::string> texts, won;
  for (std::size_t i = 0; i < kWriters; ++i) texts.push_back(std::string(20'000, static_cast<char>('a' + i)));
  std::size_t refused = 0;
  run_all(kWriters, [&](std::size_t i) -> Task<void> {
    const auto stored = co_await store().put(key_of("new/folder/a"), as_bytes(texts[i]), if_absent());
    if (stored) won.push_back(brief(texts[i]));
    refused += !stored && stored.error().code == Errc::already_exists ? 1U : 0U;
  });
  ASSERT_EQ(won.size(), 1U);
  EXPECT_EQ(refused, kWriters - 1);
  EXPECT_EQ(text_at("new/folder/a"), won.front());
}

TEST_P(ObjectStoreContract, ReadersSeeWholeObjectsWhileWritersOverwrite) {
  std::vector<std::string> texts, seen;
  for (char c = 'a'; c < 'i'; ++c) texts.push_back(std::string(100'000, c));
  ASSERT_THAT(put("a", texts[0]), IsOk());
  run_all(16, [&](std::size_t i) -> Task<void> {
    if (i % 2 == 0) {
      PutOptions options;
      const auto stored = co_await store().put(key_of("a"), as_bytes(texts[i / 2]), options);
      EXPECT_THAT(stored, IsOk());
      co_return;
    }
    const auto bytes = co_await store().get(key_of("a"), 1U << 20U);
    seen.push_back(bytes ? brief(as_text(*bytes)) : bytes.error().message);
  });
  EXPECT_EQ(seen.size(), 8U);
  std::transform(texts.begin(), texts.end(), texts.begin(), brief);
  for (const auto& text : seen) EXPECT_THAT(texts, testing::Contains(text));
}

TEST_P(ObjectStoreContract, KeepsAnEmptyObject) {
  ASSERT_THAT(put("empty", ""), IsOk());
  EXPECT_EQ(text_at("empty"), "");
  EXPECT_EQ(head("empty").value()->size_bytes, 0U);
  EXPECT_THAT(get("empty", 0), IsOk());
}

TEST_P(ObjectStoreContract, KeepsFiveMegabytes) {
  const auto bytes = patterned_bytes(5'000'001, /*seed=*/1);
  ASSERT_THAT(put("big.png", as_text(bytes)), IsOk());
  EXPECT_TRUE(get("big.png").value() == bytes);
}

TEST_P(ObjectStoreContract, TakesEveryCharacterThatAKeyCanHave) {
  const std::vector<std::string> keys = {
      "a b.webp",   "100%.webp", "%41.txt",     "A.txt",   "a+b",      "what?x=1&y",       "a#b",     "~tilde",
      "é/日本.png", "🎨",         "q'\"<>&;,.a", ".hidden", "a..b/...", "!$()*=@[]^_`{|}:", "x/ y /z "};
  for (const auto& key : keys) ASSERT_THAT(put(key, key), IsOk()) << key;
  for (const auto& key : keys) EXPECT_EQ(text_at(key), key);
  auto sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(list(""), sorted);
  for (const auto& key : keys) EXPECT_THAT(remove(key), IsOk()) << key;
  EXPECT_THAT(list(""), testing::IsEmpty());
}

TEST_P(ObjectStoreContract, TakesTheLongestKey) {
  std::string key;
  while (key.size() + 201 < harness_->max_key_bytes()) key += std::string(200, 'k') + "/";
  key.resize(harness_->max_key_bytes(), 'z');
  ASSERT_THAT(put(key, "far"), IsOk());
  EXPECT_EQ(text_at(key), "far");
  EXPECT_EQ(list(key.substr(0, 300)), std::vector<std::string>{key});
}

TEST_P(ObjectStoreContract, GetsNothingAboveTheLimit) {
  ASSERT_THAT(put("a", "12345"), IsOk());
  EXPECT_THAT(get("a", 5), IsOk());
  EXPECT_THAT(get("a", 4), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(get("no", 4), FailsWith(Errc::not_found));
}

TEST_P(ObjectStoreContract, ListsInByteOrder) {
  put_all({"b", "a/b", "a.b", "a0", "é", "a-b/c"});
  EXPECT_THAT(list(""), testing::ElementsAre("a-b/c", "a.b", "a/b", "a0", "b", "é"));
}

TEST_P(ObjectStoreContract, ListsWhatBeginsWithThePrefix) {
  put_all({"shop/a", "shop/ab/c", "shop/b", "shopping", "other"});
  EXPECT_THAT(list("shop/"), testing::ElementsAre("shop/a", "shop/ab/c", "shop/b"));
  EXPECT_THAT(list("shop/a"), testing::ElementsAre("shop/a", "shop/ab/c"));
  EXPECT_THAT(list("shop/ab/c"), testing::ElementsAre("shop/ab/c"));
  EXPECT_THAT(list("shop/ab/cd"), testing::IsEmpty());
  EXPECT_THAT(list("none/"), testing::IsEmpty());
}

TEST_P(ObjectStoreContract, ListingTellsSizeAndEtag) {
  const auto stored = put("a/b", "123");
  const auto found = harness_->run(store().list("a/", 10, ""));
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().size_bytes, 3U);
  EXPECT_EQ(found->front().etag, stored->etag);
}

TEST_P(ObjectStoreContract, ListsPageByPage) {
  const std::vector<std::string> keys = {"p/a", "p/b/1", "p/b/2", "p/b.x", "p/c", "q"};
  put_all(keys);
  std::vector<std::string> all;
  for (std::string after;;) {
    const auto page = list("p/", 2, after);
    ASSERT_LE(page.size(), 2U);
    ASSERT_LE(all.size(), keys.size()) << "it goes on for ever: " << testing::PrintToString(page);
    if (page.empty()) break;
    all.insert(all.end(), page.begin(), page.end());
    after = page.back();
  }
  EXPECT_THAT(all, testing::ElementsAre("p/a", "p/b.x", "p/b/1", "p/b/2", "p/c"));
}

TEST_P(ObjectStoreContract, ListsAfterAKeyThatNeedNotExist) {
  put_all({"a", "b/1", "b/3", "c"});
  EXPECT_THAT(list("", 100, "b/2"), testing::ElementsAre("b/3", "c"));
  EXPECT_THAT(list("b/", 100, "a"), testing::ElementsAre("b/1", "b/3"));
  EXPECT_THAT(list("b/", 100, "b0"), testing::IsEmpty());
  EXPECT_THAT(list("", 0), testing::IsEmpty());
}

TEST_P(ObjectStoreContract, RefusesHeadersThatCouldSmuggle) {
  PutOptions options;
  options.content_type = "image/webp\r\nx-evil: 1";
  EXPECT_THAT(put("a", "x", options), FailsWith(Errc::invalid_argument));
  options.content_type = "image/webp";
  options.cache_control = "no-store\n";
  EXPECT_THAT(put("a", "x", options), FailsWith(Errc::invalid_argument));
  EXPECT_FALSE(head("a").value().has_value());
}

TEST_P(ObjectStoreContract, UrlNamesTheKeyPercentEncoded) {
  EXPECT_THAT(store().url(key_of("x y/50%#?.webp")), testing::EndsWith("x%20y/50%25%23%3F.webp"));
  EXPECT_NE(store().url(key_of("a%20b")), store().url(key_of("a b")));
}

}  // namespace imagegen::test
