#include <imagegen/workflow/heroes/lifestyle_pack.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack_source.hpp>

#include <algorithm>
#include <fstream>

namespace imagegen {
namespace {

bool is_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_work_item_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && id.front() != '.' && std::all_of(id.begin(), id.end(), is_id_character);
}

Result<std::string> read_pack(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error == std::errc::no_such_file_or_directory)
    return Error{Errc::not_found, "there is no pack " + file.filename().string()};
  if (error)
    return Error{Errc::storage_failed, "cannot read pack " + file.filename().string() + ": " + error.message()};
  if (size > kLargestPack) return Error{Errc::limit_exceeded, "pack " + file.filename().string() + " is above 4 MiB"};
  std::ifstream stream(file, std::ios::binary);
  std::string text(size, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(size));
  if (!stream) return Error{Errc::storage_failed, "cannot read pack " + file.filename().string()};
  return text;
}

class FolderPackSource final : public LifestylePackSource {
 public:
  FolderPackSource(std::filesystem::path folder, ThreadPool& pool) : folder_(std::move(folder)), pool_(pool) {}

  Task<Result<std::string>> find(std::string work_item_id) override {
    if (!is_work_item_id(work_item_id)) {
      co_return Error{Errc::invalid_argument,
                      "work item id: expected 1..128 of A-Z a-z 0-9 . _ - not beginning with a dot"};
    }
    const auto file = folder_ / (work_item_id + ".json");
    co_return co_await pool_.run([&file] { return read_pack(file); });
  }

 private:
  std::filesystem::path folder_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<LifestylePackSource> make_folder_lifestyle_packs(std::filesystem::path folder, ThreadPool& pool) {
  return std::make_unique<FolderPackSource>(std::move(folder), pool);
}

}  // namespace imagegen
