#include "storage/s3_store.hpp"

#include <algorithm>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxPageKeys = 1000;        // S3's limit
constexpr std::size_t kMaxListBytes = 8U << 20U;  // a page of the longest keys, each byte written as a reference
constexpr int kMaxEmptyPages = 100;               // allowed by S3, but a server must not keep us for ever

}  // namespace

Task<Result<S3ListPage>> S3Store::list_page(const std::string& prefix, std::size_t keys, QueryParameter from) {
  S3Call call;
  call.what = "list " + prefix;
  call.method = "GET";
  call.query = {{"list-type", "2"}, {"max-keys", std::to_string(std::min(keys, kMaxPageKeys))}, {"prefix", prefix}};
  if (!from.value.empty()) call.query.push_back(std::move(from));
  call.body_sha256 = empty_sha256();
  call.max_response_bytes = kMaxListBytes;
  const auto outcome = co_await service_.send(call);
  const auto* response = outcome.response();
  if (response == nullptr) co_return outcome.failure().error;
  auto page = parse_s3_list(as_text(response->body));
  if (!page) co_return in_context(page.error(), "S3");
  co_return page;
}

Task<Result<std::vector<ObjectInfo>>> S3Store::list(std::string prefix, std::size_t limit, std::string after) {
  std::vector<ObjectInfo> out;
  const auto full_prefix = prefix_ + prefix;
  // Also what proves progress: a server that ignores the position would otherwise be asked for ever.
  std::string last = after.empty() ? std::string() : prefix_ + after;
  QueryParameter from{"start-after", last};
  int empty_pages = 0;
  while (out.size() < limit) {
    auto page = co_await list_page(full_prefix, limit - out.size(), from);
    if (!page) co_return page.error();
    for (auto& object : page->objects) {
      if (object.key <= last || !object.key.starts_with(full_prefix)) {
        co_return Error{Errc::bad_answer, "S3 list: the server's keys are out of order or outside of the prefix"};
      }
      last = object.key;
      object.key.erase(0, prefix_.size());
      // Folder marks ("a/") and other people's odd names are no keys here.
      if (out.size() < limit && ObjectKey::parse(object.key)) out.push_back(std::move(object));
    }
    if (page->continuation_token.empty()) break;
    empty_pages += page->objects.empty() ? 1 : 0;
    if (empty_pages > kMaxEmptyPages) co_return Error{Errc::bad_answer, "S3 list: too many empty pages"};
    from = {"continuation-token", std::move(page->continuation_token)};
  }
  co_return out;
}

}  // namespace imagegen::detail
