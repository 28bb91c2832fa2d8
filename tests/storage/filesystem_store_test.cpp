#include "contract/object_store_contract.hpp"
#include "storage/support/temp_folder.hpp"

#include <imagegen/storage/stores.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen::test {

class FilesystemHarness : public StoreHarness {
 public:
  ObjectStore& store() { return *store_; }

 private:
  TempFolder folder_;
  ThreadPool pool_{4};
  std::unique_ptr<ObjectStore> store_ = make_filesystem_store(folder_.path() / "root", pool_).value();
};
INSTANTIATE_TYPED_TEST_SUITE_P(Filesystem, ObjectStoreContract, FilesystemHarness);

TEST(FilesystemStore, MakesItsRootAndStoresPlainFiles) {
  const TempFolder folder;
  ThreadPool pool(1);
  const auto store = make_filesystem_store(folder.path() / "x" / "y", pool).value();
  ASSERT_THAT(run_task(store->put(key_of("a/b.webp"), as_bytes("picture"), {})), IsOk());
  EXPECT_EQ(read_file(folder.path() / "x/y/a/b.webp"), "picture");
}

TEST(FilesystemStore, FindsWhatAnotherStoreOfTheSameFolderPut) {
  const TempFolder folder;
  ThreadPool pool(1);
  const auto first = make_filesystem_store(folder.path(), pool).value();
  ASSERT_THAT(run_task(first->put(key_of("a"), as_bytes("x"), {})), IsOk());
  const auto second = make_filesystem_store(folder.path(), pool).value();
  EXPECT_THAT(run_task(second->put(key_of("a"), as_bytes("y"), if_absent())), FailsWith(Errc::already_exists));
}

TEST(FilesystemStore, RefusesARootThatIsAFile) {
  const TempFolder folder;
  ThreadPool pool(1);
  write_file(folder.path() / "file", "x");
  EXPECT_FALSE(make_filesystem_store(folder.path() / "file", pool).has_value());
  EXPECT_FALSE(make_filesystem_store(folder.path() / "file" / "below", pool).has_value());
  EXPECT_THAT(make_filesystem_store("", pool).error().code, Errc::invalid_argument);
}

TEST(FilesystemStore, HasFileUrlsOrThoseOfThePublicAddress) {
  const TempFolder folder;
  ThreadPool pool(1);
  const auto local = make_filesystem_store(folder.path() / "my root", pool).value();
  const auto root = std::filesystem::canonical(folder.path()).string();
  EXPECT_EQ(local->url(key_of("a b")), "file://" + root + "/my%20root/a%20b");
  const auto served = make_filesystem_store(folder.path(), pool, "https://cdn.example/p/").value();
  EXPECT_EQ(served->url(key_of("a b")), "https://cdn.example/p/a%20b");
}

TEST(FilesystemStore, DoesNothingWhenItsCallerIsAlreadyCancelled) {
  const TempFolder folder;
  ThreadPool pool(1);
  const auto store = make_filesystem_store(folder.path(), pool).value();
  boost::asio::io_context io;
  std::optional<Result<ObjectInfo>> stored;
  auto call = [&]() -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await boost::asio::post(io, boost::asio::use_awaitable);  // lets the signal come first
    PutOptions options;
    stored = co_await store->put(key_of("a"), as_bytes("x"), options);
  };
  boost::asio::cancellation_signal signal;
  boost::asio::co_spawn(io, call, boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  signal.emit(boost::asio::cancellation_type::terminal);
  io.run();
  ASSERT_TRUE(stored.has_value());
  EXPECT_THAT(*stored, FailsWith(Errc::cancelled));
  EXPECT_FALSE(run_task(store->head(key_of("a"))).value().has_value());
}

}  // namespace imagegen::test
