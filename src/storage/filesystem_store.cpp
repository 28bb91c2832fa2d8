#include <imagegen/storage/stores.hpp>

#include "storage/file_tree.hpp"
#include "storage/object_headers.hpp"

#include <boost/asio/this_coro.hpp>

namespace imagegen {
namespace {

/// FileTree behind the pool. The arguments live in the coroutine's frame, which waits for the pool whatever happens.
class FilesystemStore final : public ObjectStore {
 public:
  FilesystemStore(detail::FileTree tree, ThreadPool& pool, std::string base_url)
      : tree_(std::move(tree)), pool_(pool), base_url_(std::move(base_url)) {}

  StoreCapability capability() const override { return {"file", /*keeps_content_type=*/false, /*durable=*/true}; }

  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    if (auto good = detail::check_put_options(options); !good) co_return good.error();
    auto work = [&] { return tree_.put(key, data, options.only_if_absent); };
    co_return co_await on_pool(work);
  }

  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    auto work = [&] { return tree_.get(key, max_bytes); };
    co_return co_await on_pool(work);
  }

  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    auto work = [&] { return tree_.head(key); };
    co_return co_await on_pool(work);
  }

  Task<Result<void>> remove(ObjectKey key) override {
    auto work = [&] { return tree_.remove(key); };
    co_return co_await on_pool(work);
  }

  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    auto work = [&] { return tree_.list(prefix, limit, after); };
    co_return co_await on_pool(work);
  }

  std::string url(const ObjectKey& key) const override { return detail::url_below(base_url_, key.str()); }

 private:
  // A call that is already cancelled does nothing; one that has begun on the pool runs to its end.
  template <class Work>
  Task<std::invoke_result_t<Work&>> on_pool(Work& work) {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) co_return Error{Errc::cancelled, "cancelled"};
    co_return co_await pool_.run(std::ref(work));
  }

  detail::FileTree tree_;
  ThreadPool& pool_;
  std::string base_url_;
};

std::string file_url(const std::filesystem::path& root) {
  return "file://" + detail::percent_encode(root.string(), /*keep_slashes=*/true);
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> make_filesystem_store(std::filesystem::path root, ThreadPool& pool,
                                                           std::string public_base_url) {
  auto tree = detail::FileTree::open(root);
  if (!tree) return in_context(tree.error(), "filesystem store");
  auto base_url = public_base_url.empty() ? file_url(tree->root()) : std::move(public_base_url);
  return std::make_unique<FilesystemStore>(std::move(*tree), pool, std::move(base_url));
}

}  // namespace imagegen
