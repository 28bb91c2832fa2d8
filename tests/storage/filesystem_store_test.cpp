#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

#include <imagegen/maker/core/shield.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/object_store_contract.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen::test {

class FilesystemHarness final : public ObjectStoreHarness {
 public:
  ObjectStore& store() override { return *store_; }

 private:
  TempFolder folder_;
  ThreadPool pool_{4};
  std::unique_ptr<ObjectStore> store_ = make_filesystem_store(folder_.path() / "root", pool_).value();
};
INSTANTIATE_TEST_SUITE_P(Filesystem, ObjectStoreContract, testing::Values(harness<FilesystemHarness>()));

// The pool's threads touch the io_context that waits for them until they are joined, so the pool must go first.
class FilesystemStore : public testing::Test {
 protected:
  const TempFolder folder_;
  IoRunner io_;
  ThreadPool pool_{1};
};

TEST_F(FilesystemStore, MakesItsRootAndStoresPlainFiles) {
  const auto store = make_filesystem_store(folder_.path() / "x" / "y", pool_).value();
  ASSERT_THAT(io_.run(store->put(key_of("a/b.webp"), as_bytes("picture"), {})), IsOk());
  EXPECT_EQ(read_file(folder_.path() / "x/y/a/b.webp"), "picture");
}

TEST_F(FilesystemStore, IsNotMadeByWhoOnlyReads) {
  const auto store = make_filesystem_store(folder_.path() / "x" / "y", pool_).value();
  EXPECT_THAT(io_.run(store->get(key_of("a"), 9)), FailsWith(Errc::not_found));
  EXPECT_FALSE(io_.run(store->head(key_of("a"))).value().has_value());
  EXPECT_THAT(io_.run(store->remove(key_of("a"))), IsOk());
  EXPECT_TRUE(io_.run(store->list("", 9, "")).value().empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  const auto other = make_filesystem_store(folder_.path() / "x" / "y", pool_).value();
  ASSERT_THAT(io_.run(other->put(key_of("a"), as_bytes("x"), {})), IsOk());
  EXPECT_TRUE(io_.run(store->head(key_of("a"))).value().has_value()) << "it is found once it is there";
}

TEST_F(FilesystemStore, FindsWhatAnotherStoreOfTheSameFolderPut) {
  const auto first = make_filesystem_store(folder_.path(), pool_).value();
  ASSERT_THAT(io_.run(first->put(key_of("a"), as_bytes("x"), {})), IsOk());
  const auto second = make_filesystem_store(folder_.path(), pool_).value();
  EXPECT_THAT(io_.run(second->put(key_of("a"), as_bytes("y"), if_absent())), FailsWith(Errc::already_exists));
}

TEST_F(FilesystemStore, RefusesARootThatIsAFile) {
  write_file(folder_.path() / "file", "x");
  EXPECT_FALSE(make_filesystem_store(folder_.path() / "file", pool_).has_value());
  EXPECT_FALSE(make_filesystem_store(folder_.path() / "file" / "below", pool_).has_value());
  EXPECT_THAT(make_filesystem_store("", pool_).error().code, Errc::invalid_argument);
}

TEST_F(FilesystemStore, HasFileUrlsOrThoseOfThePublicAddress) {
  const auto local = make_filesystem_store(folder_.path() / "my root", pool_).value();
  const auto root = std::filesystem::canonical(folder_.path()).string();
  EXPECT_EQ(local->url(key_of("a b")), "file://" + root + "/my%20root/a%20b");
  const auto served = make_filesystem_store(folder_.path(), pool_, "https://cdn.example/p/").value();
  EXPECT_EQ(served->url(key_of("a b")), "https://cdn.example/p/a%20b");
}

TEST_F(FilesystemStore, DoesNothingWhenItsCallerIsAlreadyCancelled) {
  const auto store = make_filesystem_store(folder_.path(), pool_).value();
  auto call = [&]() -> Task<Result<ObjectInfo>> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await boost::asio::this_coro::executor;
    while (!co_await is_cancelled()) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    PutOptions options;
    co_return co_await store->put(key_of("a"), as_bytes("x"), options);
  };
  EXPECT_THAT(io_.run_and_cancel(call(), [] { return true; }), FailsWith(Errc::cancelled));
  EXPECT_FALSE(io_.run(store->head(key_of("a"))).value().has_value());
}

}  // namespace imagegen::test
