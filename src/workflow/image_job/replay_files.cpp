#include "workflow/image_job/replay_files.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/image/decode.hpp>

#include <boost/json.hpp>

#include <utility>

#include "workflow/image_job/master_vault.hpp"

namespace imagegen {
namespace {

std::optional<Provenance> recorded_provenance(const boost::json::object& detail) {
  const auto source = parse_digital_source_type(text_of(detail, "digitalSourceType"));
  if (!source) return std::nullopt;
  Provenance provenance;
  provenance.source = *source;
  provenance.model = text_of(detail, "model");
  provenance.prompt_sha256 = text_of(detail, "promptSha256");
  return provenance;
}

std::optional<PromptText> recorded_prompt(const boost::json::object& detail) {
  if (!detail.contains("prompt")) return std::nullopt;
  return PromptText{text_of(detail, "prompt"), text_of(detail, "negativePrompt")};
}

RecordedFile recorded_file(const boost::json::object& file) {
  RecordedFile recorded;
  recorded.key = text_of(file, "key"), recorded.sha256 = text_of(file, "sha256");
  if (const auto size = parse_pixel_size(text_of(file, "size"))) recorded.size = *size;
  if (const auto fit = parse_fit(text_of(file, "fit"))) recorded.fit = *fit;
  if (const auto position = parse_crop_position(text_of(file, "position"))) recorded.position = *position;
  if (const auto format = parse_image_format(text_of(file, "format"))) {
    Encoding encoding;
    encoding.format = *format;
    encoding.quality = number_of(file, "quality"), encoding.effort = number_of(file, "effort");
    recorded.encoding = encoding;
  }
  return recorded;
}

// What the events say of one slot, over all inputs that the job has had.
class RecordedSlot {
 public:
  void read(const JobEvent& event, const boost::json::object& detail, bool is_newest, bool found_is_own) {
    const auto key = text_of(detail, "key");
    if (event.name == "image_bought") master_ = key, request_ = read_request(detail);
    // Found under its key, it is the one that was bought: another prompt has another key. Prompt jobs of older versions
    // did not name it, and have one for each slot.
    const bool is_own = key.empty() || found_is_own;
    if (event.name == "image_found" && is_own) master_ = key, request_ = read_request(detail);
    if (event.name == "image_found" && !is_own && master_ != key) master_ = key, request_.reset();
    if (event.name == "files_stored") read_files(detail, is_newest);
    if (event.name == "image_stored") add(recorded_file(detail), detail, is_newest);
  }

  std::vector<RecordedFile> files;

 private:
  void read_files(const boost::json::object& detail, bool is_newest) {
    const auto* list = detail.if_contains("files");
    if (list == nullptr || !list->is_array()) return;
    for (const auto& entry : list->get_array())
      if (entry.is_object()) add(recorded_file(entry.get_object()), detail, is_newest);
  }

  void add(RecordedFile file, const boost::json::object& detail, bool is_newest) {
    file.master_key = master_, file.request = request_;
    file.prompt = recorded_prompt(detail), file.provenance = recorded_provenance(detail);
    file.of_newest_input = is_newest;
    std::erase_if(files, [&](const RecordedFile& earlier) { return earlier.key == file.key; });
    files.push_back(std::move(file));
  }

  std::string master_;
  std::optional<RecordedRequest> request_;
};

std::string slot_name(const boost::json::object& detail, std::string_view name) {
  const auto* value = detail.if_contains(name);
  if (value == nullptr) return {};
  return value->is_int64() ? std::to_string(value->get_int64()) : text_of(detail, name);
}

class FileReplayer {
 public:
  FileReplayer(const WorkServices& services, const ImageLimits& limits, std::vector<RecordedFile>& files,
               ReplayRules& rules)
      : services_(services), limits_(limits), files_(files), rules_(rules) {}

  Task<std::vector<ReplayedFile>> run() {
    std::map<std::string, std::vector<std::size_t>> by_master;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      RecordedFile& file = files_[i];
      if (file.master_key.empty() && rules_.master_key) file.master_key = rules_.master_key(file);
      replayed_.push_back({rules_.name(file), !file.request || rules_.is_same_request(file), false, file.sha256, {}, {}});
      by_master[file.master_key].push_back(i);
    }
    for (const auto& [key, places] : by_master) co_await render(key, places);
    co_return std::move(replayed_);
  }

 private:
  std::optional<RenditionSpec> spec_for(const RecordedFile& file, PixelSize whole) const {
    std::optional<RenditionSpec> spec;
    if (file.encoding)
      spec = RenditionSpec{file.size.value_or(whole), file.position.value_or(CropPosition()), *file.encoding, file.fit};
    if (!spec && rules_.planned) spec = rules_.planned(file);
    if (spec) spec->provenance = file.provenance;
    return spec;
  }

  Task<void> render(const std::string& master_key, const std::vector<std::size_t>& places) {
    const auto all_fail = [&](const std::string& fault) {
      for (const auto place : places) replayed_[place].fault = fault;
    };
    auto key = ObjectKey::parse(master_key);
    if (!key) co_return all_fail(key.error().message);
    MasterVault vault(services_.store);
    const auto master = co_await vault.get(std::move(*key), limits_.max_bytes);
    if (!master) co_return all_fail("the picture as it was bought: " + master.error().message);
    const auto info = inspect_image(*master, limits_);
    if (!info) co_return all_fail(info.error().message);
    std::vector<RenditionSpec> specs;
    std::vector<std::size_t> made;
    for (const auto place : places) {
      auto spec = spec_for(files_[place], info->size);
      if (!spec) replayed_[place].fault = "neither its record nor the pack says how it was cut";
      if (!spec) continue;
      specs.push_back(std::move(*spec));
      made.push_back(place);
    }
    auto on_ready = [&](std::size_t index, Result<Rendition> rendition) -> Task<void> {
      compare(replayed_[made[index]], rendition);
      co_return;
    };
    const auto rendered =
        co_await render_all(*master, std::move(specs), limits_, services_.pool, std::move(on_ready));
    if (!rendered) all_fail(rendered.error().message);
  }

  static void compare(ReplayedFile& file, const Result<Rendition>& made) {
    if (!made) {
      file.fault = made.error().message;
      return;
    }
    file.replayed_sha256 = to_hex(sha256(made->image.bytes));
    file.same_file = file.replayed_sha256 == file.recorded_sha256;
  }

  const WorkServices& services_;
  const ImageLimits& limits_;
  std::vector<RecordedFile>& files_;
  ReplayRules& rules_;
  std::vector<ReplayedFile> replayed_;
};

}  // namespace

std::map<std::string, std::vector<RecordedFile>> recorded_files(const RecordedJob& recorded, std::string_view name,
                                                                bool found_is_own) {
  const std::string newest = to_hex(sha256(recorded.job.input));
  std::map<std::string, RecordedSlot> slots;
  std::string input;
  for (const JobEvent& event : recorded.events) {
    const auto detail = detail_of(event);
    if (detail.contains("inputSha256")) input = text_of(detail, "inputSha256");
    if (detail.contains(name)) slots[slot_name(detail, name)].read(event, detail, input == newest, found_is_own);
  }
  std::map<std::string, std::vector<RecordedFile>> files;
  for (auto& [slot, found] : slots)
    if (!found.files.empty()) files.emplace(slot, std::move(found.files));
  return files;
}

Task<std::vector<ReplayedFile>> replay_files(const WorkServices& services, const ImageLimits& limits,
                                             std::vector<RecordedFile> files, ReplayRules rules) {
  FileReplayer replayer(services, limits, files, rules);
  co_return co_await replayer.run();
}

}  // namespace imagegen
