#include "workflow/image_job/master_vault.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/image/decode.hpp>

#include "workflow/image_job/whole_object.hpp"
#include "workflow/store_prefixes.hpp"

namespace imagegen {
namespace {

// Named by the picture too: whoever keeps another picture under the key leaves this one's answer alone.
ObjectKey answer_key(const ObjectKey& key, std::string_view picture_sha256) {
  return ObjectKey::parse(key.str() + "." + std::string(picture_sha256.substr(0, 16)) + ".json").value();
}

}  // namespace

std::string content_type_of_picture(ByteView file) {
  const auto name = sniff_format(file);
  const bool is_picture = name == "png" || name == "jpeg" || name == "webp" || name == "avif" || name == "gif";
  return is_picture ? "image/" + std::string(name) : "application/octet-stream";
}

Task<Result<bool>> MasterVault::has(ObjectKey key) {
  co_return co_await has_content(store_, std::move(key));
}

Task<Result<Bytes>> MasterVault::get(ObjectKey key, std::size_t max_bytes) {
  co_return co_await store_.get(std::move(key), max_bytes);
}

Task<Result<std::optional<Bytes>>> MasterVault::keep(ObjectKey key, ByteView file, bool replace,
                                                     std::size_t max_bytes) {
  PutOptions options;
  options.content_type = content_type_of_picture(file);
  auto put = replace ? store_.put(key, file, options) : put_if_absent(store_, key, file, options);
  const auto stored = co_await shielded(std::move(put));
  if (stored) co_return std::optional<Bytes>();
  if (stored.error().code != Errc::already_exists) co_return stored.error();
  auto other = co_await store_.get(std::move(key), max_bytes);
  if (!other) co_return other.error();
  co_return std::optional<Bytes>(std::move(*other));
}

Task<Result<void>> MasterVault::keep_answer(ObjectKey key, const MasterAnswer& answer) {
  const std::string text = to_json(answer);
  PutOptions options;
  options.content_type = "application/json";
  auto put = store_.put(answer_key(key, answer.sha256), as_bytes(text), options);
  const auto stored = co_await shielded(std::move(put));
  if (!stored) co_return stored.error();
  co_return Result<void>();
}

Task<Result<std::optional<MasterAnswer>>> MasterVault::answer(ObjectKey key, ByteView file) {
  const auto text = co_await store_.get(answer_key(key, to_hex(sha256(file))), kLargestAnswer);
  if (!text && text.error().code == Errc::not_found) co_return std::optional<MasterAnswer>();
  if (!text) co_return text.error();
  auto answer = parse_master_answer(as_text(*text));
  if (!answer) co_return std::optional<MasterAnswer>();  // not of ours: the ledger knows what matters
  co_return std::optional(std::move(*answer));
}

Task<Result<void>> MasterVault::reject(ObjectKey key, ByteView file) {
  const auto name = key.str().substr(kMastersPrefix.size()) + "-" + to_hex(sha256(file)).substr(0, 16);
  auto rejected = ObjectKey::parse(std::string(kMastersPrefix) + "rejected/" + name);
  if (!rejected) co_return rejected.error();
  PutOptions options;
  options.content_type = content_type_of_picture(file);
  const auto put = co_await store_.put(*rejected, file, options);
  if (!put) co_return put.error();
  const auto answered = co_await answer(key, file);
  if (answered && *answered) {
    const auto moved = co_await keep_answer(*rejected, **answered);
    if (!moved) co_return moved.error();
  }
  co_return co_await remove(std::move(key), file);
}

Task<Result<void>> MasterVault::remove(ObjectKey key, ByteView file) {
  const auto removed = co_await store_.remove(key);
  if (!removed) co_return removed.error();
  co_return co_await store_.remove(answer_key(key, to_hex(sha256(file))));
}

}  // namespace imagegen
