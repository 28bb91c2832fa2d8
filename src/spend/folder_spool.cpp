#include <imagegen/core/digest.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/maker/spend/spool_rules.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <system_error>
#include <utility>

#include "spend/spool_file.hpp"
#include "spend/spool_folder.hpp"

namespace imagegen {
namespace {

using spend::SpoolFolder;
using spend::SpoolHead;

// A file whose beginning has been read.
struct Opened {
  detail::FileHandle file;
  SpoolHead head;
};

std::int64_t unix_ns(std::optional<Timestamp> given) {
  constexpr std::int64_t kOfOneMs = 1'000'000;
  if (given) return to_unix_ms(*given) * kOfOneMs;
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

class FolderSpool final : public Spool {
 public:
  explicit FolderSpool(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<void> put(const SpooledPicture& picture) override {
    if (const auto checked = check_spooled(picture); !checked) return checked.error();
    if (!cleaned_.exchange(true)) folder_.remove_stale();
    const auto head = spend::write_spool_head(picture, unix_ns(picture.spooled));
    return folder_.write(spend::spool_file_name(picture.purchase_id), {as_bytes(head), picture.file});
  }

  Result<SpoolPage> list(const SpoolQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_spool_cursor(query.after);
    if (!after) return after.error();
    SpoolPage page;
    auto heads = sorted_heads(*after ? nullptr : &page.damaged);
    if (!heads) return heads.error();
    SpoolCursor last;
    for (auto& head : *heads) {
      if (*after && cursor_of(head) <= **after) continue;
      if (page.pictures.size() == static_cast<std::size_t>(query.limit)) {
        page.next = to_text(last);
        break;
      }
      last = cursor_of(head);
      page.pictures.push_back(std::move(head.entry));
    }
    return page;
  }

  Result<std::optional<SpooledPicture>> find(const std::string& purchase_id) override {
    const auto name = spend::spool_file_name(purchase_id);
    auto opened = open(name);
    if (!opened) return opened.error();
    if (!*opened) return std::optional<SpooledPicture>();
    if ((*opened)->head.entry.purchase_id != purchase_id)
      return damaged(name, "it holds another purchase than its name says");
    return whole(name, std::move(**opened));
  }

  Result<std::optional<SpooledPicture>> find_key(const ObjectKey& key) override {
    const auto heads = sorted_heads(nullptr);
    if (!heads) return heads.error();
    for (const auto& head : *heads) {
      if (head.entry.key != key) continue;
      auto found = find(head.entry.purchase_id);
      if (!found || *found) return found;  // else it was removed meanwhile
    }
    return std::optional<SpooledPicture>();
  }

  Result<void> remove(const std::string& purchase_id) override {
    return folder_.remove(spend::spool_file_name(purchase_id));
  }

  std::string description() const override { return "the spool in " + folder_.path().string(); }

 private:
  static SpoolCursor cursor_of(const SpoolHead& head) { return {head.order, head.entry.purchase_id}; }

  Error damaged(const std::string& name, const std::string& what) const {
    return {Errc::corrupt_data, "the spool in " + folder_.path().string() + ": " + name + " is damaged: " + what +
                                    "; it is left as it is"};
  }

  // Nothing when there is no such file.
  Result<std::optional<Opened>> open(const std::string& name) const {
    auto file = folder_.open(name);
    if (!file) return file.error();
    if (!*file) return std::optional<Opened>();
    const auto size = folder_.size(**file);
    if (!size) return size.error();
    // Most heads are short, and a picture is long.
    constexpr std::size_t kUsualHead = 8U << 10U;
    auto head = head_of(**file, std::min<std::uint64_t>(kUsualHead, *size));
    if (!head && head.error().code == Errc::corrupt_data && *size > kUsualHead)
      head = head_of(**file, spend::kLongestSpoolHead);
    if (!head) return head.error().code == Errc::corrupt_data ? damaged(name, head.error().message) : head.error();
    const auto expected = head->bytes + head->entry.size_bytes;
    if (*size != expected)
      return damaged(name, "expected " + std::to_string(expected) + " bytes, it has " + std::to_string(*size));
    return std::optional(Opened{std::move(**file), std::move(*head)});
  }

  Result<SpoolHead> head_of(const detail::FileHandle& file, std::size_t most) const {
    const auto beginning = folder_.read(file, 0, most);
    if (!beginning) return beginning.error();
    return spend::parse_spool_head(as_text(*beginning));
  }

  Result<std::optional<SpooledPicture>> whole(const std::string& name, Opened opened) const {
    auto& entry = opened.head.entry;
    auto bytes = folder_.read(opened.file, opened.head.bytes, static_cast<std::size_t>(entry.size_bytes));
    if (!bytes) return bytes.error();
    if (to_hex(sha256(*bytes)) != opened.head.sha256)
      return damaged(name, "its picture has changed since it was written");
    return std::optional(SpooledPicture{std::move(entry.purchase_id), std::move(entry.key),
                                        std::move(entry.content_type), std::move(entry.about_json),
                                        std::move(*bytes)});
  }

  // Oldest first. \param unreadable Where to say what cannot be read; may be null.
  Result<std::vector<SpoolHead>> sorted_heads(std::vector<std::string>* unreadable) const {
    const auto names = folder_.names(spend::kSpooledSuffix);
    if (!names) return names.error();
    std::vector<SpoolHead> heads;
    for (const auto& name : *names) {
      auto opened = open(name);
      if (opened && *opened) heads.push_back(std::move((*opened)->head));
      if (!opened && unreadable != nullptr) unreadable->push_back(opened.error().message);
    }
    std::sort(heads.begin(), heads.end(),
              [](const SpoolHead& a, const SpoolHead& b) { return cursor_of(a) < cursor_of(b); });
    return heads;
  }

  const SpoolFolder folder_;
  std::atomic<bool> cleaned_ = false;
};

}  // namespace

Result<std::unique_ptr<Spool>> make_folder_spool(std::filesystem::path folder) {
  std::error_code failed;
  const auto& text = folder.native();
  auto absolute = text.empty() ? folder : std::filesystem::absolute(folder, failed).lexically_normal();
  if (text.empty() || text.find('\0') != std::string::npos)
    return Error(Errc::invalid_argument, "spool: expected the path of a folder without NUL, got " +
                                             in_quotes(text.substr(0, text.find('\0'))));
  if (failed) return Error(Errc::storage_failed, "spool: the current folder is not known: " + failed.message());
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // "spool/" is "spool"
  return std::make_unique<FolderSpool>(std::move(absolute));
}

}  // namespace imagegen
