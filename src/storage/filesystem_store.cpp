#include <imagegen/storage/stores.hpp>

#include "storage/file_tree.hpp"
#include "storage/object_headers.hpp"

#include <boost/asio/this_coro.hpp>

#include <mutex>

namespace imagegen {
namespace {

/// FileTree behind the pool. The arguments live in the coroutine's frame, which waits for the pool whatever happens.
class FilesystemStore final : public ObjectStore {
 public:
  FilesystemStore(std::filesystem::path root, std::optional<detail::FileTree> tree, ThreadPool& pool,
                  std::string base_url)
      : root_(std::move(root)), tree_(std::move(tree)), pool_(pool), base_url_(std::move(base_url)) {}

  StoreCapability capability() const override { return {"file", /*keeps_content_type=*/false, /*durable=*/true}; }

  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    if (auto good = detail::check_put_options(options); !good) co_return good.error();
    auto work = [&]() -> Result<ObjectInfo> {
      const auto tree = made();
      if (!tree) return tree.error();
      return (*tree)->put(key, data, options.only_if_absent);
    };
    co_return co_await on_pool(work);
  }

  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    auto work = [&]() -> Result<Bytes> {
      const auto tree = found();
      if (!tree) return tree.error();
      if (*tree == nullptr) return Error{Errc::not_found, "get " + key.str() + ": no such object"};
      return (*tree)->get(key, max_bytes);
    };
    co_return co_await on_pool(work);
  }

  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    auto work = [&]() -> Result<std::optional<ObjectInfo>> {
      const auto tree = found();
      if (!tree) return tree.error();
      return *tree == nullptr ? std::optional<ObjectInfo>() : (*tree)->head(key);
    };
    co_return co_await on_pool(work);
  }

  Task<Result<void>> remove(ObjectKey key) override {
    auto work = [&]() -> Result<void> {
      const auto tree = found();
      if (!tree) return tree.error();
      return *tree == nullptr ? Result<void>() : (*tree)->remove(key);
    };
    co_return co_await on_pool(work);
  }

  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    auto work = [&]() -> Result<std::vector<ObjectInfo>> {
      const auto tree = found();
      if (!tree) return tree.error();
      if (*tree == nullptr) return std::vector<ObjectInfo>();
      return (*tree)->list(prefix, limit, after);
    };
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

  // Null where there is no folder yet: who only reads makes none.
  Result<const detail::FileTree*> found() {
    const std::lock_guard lock(mutex_);
    if (!tree_) {
      std::error_code failed;
      if (!std::filesystem::exists(root_, failed)) return static_cast<const detail::FileTree*>(nullptr);
    }
    return opened();
  }

  Result<const detail::FileTree*> made() {
    const std::lock_guard lock(mutex_);
    return opened();
  }

  // It stays where it is: once there is one it is never another.
  Result<const detail::FileTree*> opened() {
    if (tree_) return &*tree_;
    auto tree = detail::FileTree::open(root_);
    if (!tree) return in_context(tree.error(), "filesystem store");
    tree_.emplace(std::move(*tree));
    return &*tree_;
  }

  const std::filesystem::path root_;
  std::mutex mutex_;  // of tree_, until it has a value
  std::optional<detail::FileTree> tree_;
  ThreadPool& pool_;
  std::string base_url_;
};

std::string file_url(const std::filesystem::path& root) {
  return "file://" + detail::percent_encode(root.string(), /*keep_slashes=*/true);
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> make_filesystem_store(std::filesystem::path root, ThreadPool& pool,
                                                           std::string public_base_url) {
  const auto missing = detail::FileTree::missing(root);
  if (!missing) return in_context(missing.error(), "filesystem store");
  std::optional<detail::FileTree> tree;
  if (!*missing) {
    auto opened = detail::FileTree::open(root);
    if (!opened) return in_context(opened.error(), "filesystem store");
    tree.emplace(std::move(*opened));
  }
  const auto& path = tree ? tree->root() : **missing;
  auto base_url = public_base_url.empty() ? file_url(path) : std::move(public_base_url);
  return std::make_unique<FilesystemStore>(path, std::move(tree), pool, std::move(base_url));
}

}  // namespace imagegen
