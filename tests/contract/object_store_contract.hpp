#pragma once
#include <imagegen/core/parallel.hpp>

#include "contract/store_harness.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

/// \file What every ObjectStore must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ObjectStoreContract, MemoryHarness);
///
/// A harness is default-constructible, gives an empty store, and has
///     ObjectStore& store();              // not called when no_store() says something
///     std::string no_store() const;      // why there is none here; else empty
///     std::size_t max_key_bytes() const; // the longest key to try; segments of 200 bytes are tried
/// and whatever else StoreHarness gives.
namespace imagegen::test {

template <class Harness>
class ObjectStoreContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  ObjectStore& store() { return harness_.store(); }
  Result<ObjectInfo> put(const std::string& key, std::string_view text, PutOptions options = {}) {
    return harness_.run(store().put(key_of(key), as_bytes(text), std::move(options)));
  }
  Result<Bytes> get(const std::string& key, std::size_t max_bytes = 8U << 20U) {
    return harness_.run(store().get(key_of(key), max_bytes));
  }
  /// The content, or the name of the error.
  std::string text_at(const std::string& key) {
    const auto bytes = get(key);
    return bytes ? std::string(as_text(*bytes)) : std::string(to_string(bytes.error().code));
  }
  Result<std::optional<ObjectInfo>> head(const std::string& key) { return harness_.run(store().head(key_of(key))); }
  Result<void> remove(const std::string& key) { return harness_.run(store().remove(key_of(key))); }
  /// The keys, or one entry with the error.
  std::vector<std::string> list(const std::string& prefix, std::size_t limit = 100, const std::string& after = "") {
    const auto found = harness_.run(store().list(prefix, limit, after));
    if (!found) return {"failed: " + found.error().message};
    std::vector<std::string> keys;
    for (const auto& info : *found) keys.push_back(info.key);
    return keys;
  }
  void put_all(const std::vector<std::string>& keys) {
    for (const auto& key : keys) ASSERT_THAT(put(key, "x"), IsOk()) << key;
  }
  bool run_all(std::size_t count, const std::function<Task<void>(std::size_t)>& body) {
    auto all = [](std::size_t n, std::function<Task<void>(std::size_t)> each) -> Task<bool> {
      co_await for_each_concurrently(n, n, std::move(each));
      co_return true;
    };
    return harness_.run(all(count, body));
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(ObjectStoreContract);

TYPED_TEST_P(ObjectStoreContract, GivesBackWhatWasPut) {
  ASSERT_THAT(this->put("fcc/lifestyle/OL-1.webp", std::string_view("\x00\xFFpicture", 9)), IsOk());
  EXPECT_EQ(this->text_at("fcc/lifestyle/OL-1.webp"), std::string_view("\x00\xFFpicture", 9));
}

TYPED_TEST_P(ObjectStoreContract, PutAndHeadAgree) {
  const auto stored = this->put("a/b.webp", "12345");
  ASSERT_THAT(stored, IsOk());
  const auto found = this->head("a/b.webp");
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->key, "a/b.webp");
  EXPECT_EQ((*found)->size_bytes, 5U);
  EXPECT_EQ(stored->size_bytes, 5U);
  EXPECT_EQ((*found)->etag, stored->etag);
  EXPECT_FALSE(stored->etag.empty());
}

TYPED_TEST_P(ObjectStoreContract, TellsTheContentTypeItCanKnow) {
  PutOptions options;
  options.content_type = this->store().capability().keeps_content_type ? "image/x-odd" : "image/webp";
  ASSERT_THAT(this->put("a.webp", "x", options), IsOk());
  EXPECT_EQ(this->head("a.webp").value()->content_type, options.content_type);
}

TYPED_TEST_P(ObjectStoreContract, KnowsThatThereIsNothing) {
  const auto found = this->head("nothing/here");
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(found->has_value());
  EXPECT_THAT(this->get("nothing/here"), FailsWith(Errc::not_found));
}

TYPED_TEST_P(ObjectStoreContract, RemovesAndAgreesToRemoveNothing) {
  this->put_all({"a/1", "a/2"});
  EXPECT_THAT(this->remove("a/1"), IsOk());
  EXPECT_THAT(this->remove("a/1"), IsOk());
  EXPECT_THAT(this->remove("never/was"), IsOk());
  EXPECT_FALSE(this->head("a/1").value().has_value());
  EXPECT_EQ(this->text_at("a/2"), "x");
}

TYPED_TEST_P(ObjectStoreContract, OverwritesAndThenHasAnotherEtag) {
  const auto first = this->put("a", "old");
  const auto second = this->put("a", "new");
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(first->etag, second->etag);
  EXPECT_EQ(this->head("a").value()->etag, second->etag);
  EXPECT_EQ(this->text_at("a"), "new");
}

TYPED_TEST_P(ObjectStoreContract, ConditionalPutLosesAgainstWhatIsThere) {
  ASSERT_THAT(this->put("a", "first", if_absent()), IsOk());
  EXPECT_THAT(this->put("a", "second", if_absent()), FailsWith(Errc::already_exists));
  EXPECT_THAT(this->put("a", "first", if_absent()), FailsWith(Errc::already_exists));
  EXPECT_EQ(this->text_at("a"), "first");
}

TYPED_TEST_P(ObjectStoreContract, ConditionalPutSucceedsAgainAfterRemoval) {
  ASSERT_THAT(this->put("a", "first"), IsOk());
  ASSERT_THAT(this->remove("a"), IsOk());
  EXPECT_THAT(this->put("a", "second", if_absent()), IsOk());
  EXPECT_EQ(this->text_at("a"), "second");
}

TYPED_TEST_P(ObjectStoreContract, OneOfManyConditionalPutsWins) {
  constexpr std::size_t kWriters = 16;
  std::vector<std::string> texts, won;
  for (std::size_t i = 0; i < kWriters; ++i) texts.push_back(std::string(20'000, static_cast<char>('a' + i)));
  std::size_t refused = 0;
  this->run_all(kWriters, [&](std::size_t i) -> Task<void> {
    const auto stored = co_await this->store().put(key_of("new/folder/a"), as_bytes(texts[i]), if_absent());
    if (stored) won.push_back(texts[i]);
    refused += !stored && stored.error().code == Errc::already_exists ? 1U : 0U;
  });
  ASSERT_EQ(won.size(), 1U);
  EXPECT_EQ(refused, kWriters - 1);
  EXPECT_EQ(this->text_at("new/folder/a"), won.front());
}

TYPED_TEST_P(ObjectStoreContract, ReadersSeeWholeObjectsWhileWritersOverwrite) {
  std::vector<std::string> texts, seen;
  for (char c = 'a'; c < 'i'; ++c) texts.push_back(std::string(100'000, c));
  ASSERT_THAT(this->put("a", texts[0]), IsOk());
  this->run_all(16, [&](std::size_t i) -> Task<void> {
    if (i % 2 == 0) {
      PutOptions options;
      const auto stored = co_await this->store().put(key_of("a"), as_bytes(texts[i / 2]), options);
      EXPECT_THAT(stored, IsOk());
      co_return;
    }
    const auto bytes = co_await this->store().get(key_of("a"), 1U << 20U);
    seen.push_back(bytes ? std::string(as_text(*bytes)) : bytes.error().message);
  });
  EXPECT_EQ(seen.size(), 8U);
  for (const auto& text : seen) EXPECT_THAT(texts, testing::Contains(text));
}

TYPED_TEST_P(ObjectStoreContract, KeepsAnEmptyObject) {
  ASSERT_THAT(this->put("empty", ""), IsOk());
  EXPECT_EQ(this->text_at("empty"), "");
  EXPECT_EQ(this->head("empty").value()->size_bytes, 0U);
  EXPECT_THAT(this->get("empty", 0), IsOk());
}

TYPED_TEST_P(ObjectStoreContract, KeepsFiveMegabytes) {
  const auto bytes = patterned_bytes(5'000'001, /*seed=*/1);
  ASSERT_THAT(this->put("big.png", as_text(bytes)), IsOk());
  EXPECT_TRUE(this->get("big.png").value() == bytes);
}

TYPED_TEST_P(ObjectStoreContract, TakesEveryCharacterThatAKeyCanHave) {
  const std::vector<std::string> keys = {
      "a b.webp",   "100%.webp", "%41.txt",     "A.txt",   "a+b",      "what?x=1&y",       "a#b",     "~tilde",
      "é/日本.png", "🎨",         "q'\"<>&;,.a", ".hidden", "a..b/...", "!$()*=@[]^_`{|}:", "x/ y /z "};
  for (const auto& key : keys) ASSERT_THAT(this->put(key, key), IsOk()) << key;
  for (const auto& key : keys) EXPECT_EQ(this->text_at(key), key);
  auto sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(this->list(""), sorted);
  for (const auto& key : keys) EXPECT_THAT(this->remove(key), IsOk()) << key;
  EXPECT_THAT(this->list(""), testing::IsEmpty());
}

TYPED_TEST_P(ObjectStoreContract, TakesTheLongestKey) {
  std::string key;
  while (key.size() + 201 < this->harness_.max_key_bytes()) key += std::string(200, 'k') + "/";
  key.resize(this->harness_.max_key_bytes(), 'z');
  ASSERT_THAT(this->put(key, "far"), IsOk());
  EXPECT_EQ(this->text_at(key), "far");
  EXPECT_EQ(this->list(key.substr(0, 300)), std::vector<std::string>{key});
}

TYPED_TEST_P(ObjectStoreContract, GetsNothingAboveTheLimit) {
  ASSERT_THAT(this->put("a", "12345"), IsOk());
  EXPECT_THAT(this->get("a", 5), IsOk());
  EXPECT_THAT(this->get("a", 4), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(this->get("no", 4), FailsWith(Errc::not_found));
}

TYPED_TEST_P(ObjectStoreContract, ListsInByteOrder) {
  this->put_all({"b", "a/b", "a.b", "a0", "é", "a-b/c"});
  EXPECT_THAT(this->list(""), testing::ElementsAre("a-b/c", "a.b", "a/b", "a0", "b", "é"));
}

TYPED_TEST_P(ObjectStoreContract, ListsWhatBeginsWithThePrefix) {
  this->put_all({"shop/a", "shop/ab/c", "shop/b", "shopping", "other"});
  EXPECT_THAT(this->list("shop/"), testing::ElementsAre("shop/a", "shop/ab/c", "shop/b"));
  EXPECT_THAT(this->list("shop/a"), testing::ElementsAre("shop/a", "shop/ab/c"));
  EXPECT_THAT(this->list("shop/ab/c"), testing::ElementsAre("shop/ab/c"));
  EXPECT_THAT(this->list("shop/ab/cd"), testing::IsEmpty());
  EXPECT_THAT(this->list("none/"), testing::IsEmpty());
}

TYPED_TEST_P(ObjectStoreContract, ListingTellsSizeAndEtag) {
  const auto stored = this->put("a/b", "123");
  const auto found = this->harness_.run(this->store().list("a/", 10, ""));
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().size_bytes, 3U);
  EXPECT_EQ(found->front().etag, stored->etag);
}

TYPED_TEST_P(ObjectStoreContract, ListsPageByPage) {
  const std::vector<std::string> keys = {"p/a", "p/b/1", "p/b/2", "p/b.x", "p/c", "q"};
  this->put_all(keys);
  std::vector<std::string> all;
  for (std::string after;;) {
    const auto page = this->list("p/", 2, after);
    ASSERT_LE(page.size(), 2U);
    if (page.empty()) break;
    all.insert(all.end(), page.begin(), page.end());
    after = page.back();
  }
  EXPECT_THAT(all, testing::ElementsAre("p/a", "p/b.x", "p/b/1", "p/b/2", "p/c"));
}

TYPED_TEST_P(ObjectStoreContract, ListsAfterAKeyThatNeedNotExist) {
  this->put_all({"a", "b/1", "b/3", "c"});
  EXPECT_THAT(this->list("", 100, "b/2"), testing::ElementsAre("b/3", "c"));
  EXPECT_THAT(this->list("b/", 100, "a"), testing::ElementsAre("b/1", "b/3"));
  EXPECT_THAT(this->list("b/", 100, "b0"), testing::IsEmpty());
  EXPECT_THAT(this->list("", 0), testing::IsEmpty());
}

TYPED_TEST_P(ObjectStoreContract, RefusesHeadersThatCouldSmuggle) {
  PutOptions options;
  options.content_type = "image/webp\r\nx-evil: 1";
  EXPECT_THAT(this->put("a", "x", options), FailsWith(Errc::invalid_argument));
  options.content_type = "image/webp";
  options.cache_control = "no-store\n";
  EXPECT_THAT(this->put("a", "x", options), FailsWith(Errc::invalid_argument));
  EXPECT_FALSE(this->head("a").value().has_value());
}

TYPED_TEST_P(ObjectStoreContract, UrlNamesTheKeyPercentEncoded) {
  EXPECT_THAT(this->store().url(key_of("x y/50%#?.webp")), testing::EndsWith("x%20y/50%25%23%3F.webp"));
  EXPECT_NE(this->store().url(key_of("a%20b")), this->store().url(key_of("a b")));
}

REGISTER_TYPED_TEST_SUITE_P(ObjectStoreContract, GivesBackWhatWasPut, PutAndHeadAgree, TellsTheContentTypeItCanKnow,
                            KnowsThatThereIsNothing, RemovesAndAgreesToRemoveNothing, OverwritesAndThenHasAnotherEtag,
                            ConditionalPutLosesAgainstWhatIsThere, ConditionalPutSucceedsAgainAfterRemoval,
                            OneOfManyConditionalPutsWins, ReadersSeeWholeObjectsWhileWritersOverwrite,
                            KeepsAnEmptyObject, KeepsFiveMegabytes, TakesEveryCharacterThatAKeyCanHave,
                            TakesTheLongestKey, GetsNothingAboveTheLimit, ListsInByteOrder,
                            ListsWhatBeginsWithThePrefix, ListingTellsSizeAndEtag, ListsPageByPage,
                            ListsAfterAKeyThatNeedNotExist, RefusesHeadersThatCouldSmuggle,
                            UrlNamesTheKeyPercentEncoded);

}  // namespace imagegen::test
