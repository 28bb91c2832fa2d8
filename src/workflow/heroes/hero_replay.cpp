#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/replay.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "workflow/heroes/hero_rendition.hpp"
#include "workflow/image_job/master_vault.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

// What a master was, when files were made of it.
struct RecordedMaster {
  std::string key;
  std::optional<RecordedRequest> request;  // nothing: something else than this job had bought it
};

// A file as it was stored last, with all that decided what it is like.
struct RecordedFile {
  std::string key, sha256;
  RecordedMaster master;
  std::optional<PromptText> prompt;  // nothing: an older version, which did not write it down
  std::optional<RenditionSpec> spec;
  std::optional<Provenance> provenance;
  bool of_newest_input = false;
};

std::optional<Provenance> provenance_of(const boost::json::object& detail) {
  const auto source = parse_digital_source_type(text_of(detail, "digitalSourceType"));
  if (!source) return std::nullopt;
  Provenance provenance;
  provenance.source = *source;
  provenance.model = text_of(detail, "model");
  provenance.prompt_sha256 = text_of(detail, "promptSha256");
  return provenance;
}

std::optional<PromptText> prompt_of(const boost::json::object& detail) {
  if (!detail.contains("prompt")) return std::nullopt;
  return PromptText{text_of(detail, "prompt"), text_of(detail, "negativePrompt")};
}

std::optional<RenditionSpec> spec_of(const boost::json::object& file) {
  const auto size = parse_pixel_size(text_of(file, "size"));
  const auto position = parse_crop_position(text_of(file, "position"));
  const auto format = parse_image_format(text_of(file, "format"));
  if (!size || !position || !format) return std::nullopt;
  Encoding encoding;
  encoding.format = *format, encoding.quality = number_of(file, "quality"), encoding.effort = number_of(file, "effort");
  return RenditionSpec{*size, *position, encoding};
}

// What the events say of one shot, over all inputs that the job has had.
class RecordedShot {
 public:
  void read(const JobEvent& event, const boost::json::object& detail, bool is_newest) {
    if (event.name == "image_bought") master_ = {text_of(detail, "key"), read_request(detail)};
    // Found under its key, it is the one that was bought: another prompt has another key.
    if (event.name == "image_found" && master_.key != text_of(detail, "key"))
      master_ = {text_of(detail, "key"), std::nullopt};
    if (event.name == "files_stored") read_files(detail, is_newest);
  }

  const std::vector<RecordedFile>& files() const noexcept { return files_; }

 private:
  void read_files(const boost::json::object& detail, bool is_newest) {
    const auto* list = detail.if_contains("files");
    if (list == nullptr || !list->is_array()) return;
    for (const auto& entry : list->get_array()) {
      if (!entry.is_object()) continue;
      const auto& file = entry.get_object();
      RecordedFile stored{text_of(file, "key"), text_of(file, "sha256"), master_,  prompt_of(detail),
                          spec_of(file),        provenance_of(detail),   is_newest};
      std::erase_if(files_, [&](const RecordedFile& earlier) { return earlier.key == stored.key; });
      files_.push_back(std::move(stored));
    }
  }

  RecordedMaster master_;
  std::vector<RecordedFile> files_;
};

std::map<std::string, RecordedShot> recorded_shots(const RecordedJob& recorded) {
  const std::string newest = to_hex(sha256(recorded.job.input));
  std::map<std::string, RecordedShot> shots;
  std::string input;
  for (const JobEvent& event : recorded.events) {
    const auto detail = detail_of(event);
    if (detail.contains("inputSha256")) input = text_of(detail, "inputSha256");
    if (detail.contains("shot")) shots[text_of(detail, "shot")].read(event, detail, input == newest);
  }
  std::erase_if(shots, [](const auto& entry) { return entry.second.files().empty(); });
  return shots;
}

class HeroReplayer {
 public:
  HeroReplayer(HeroServices& services, HeroOptions& options, const HeroPlan& plan)
      : services_(services), options_(options), plan_(plan) {}

  Task<std::vector<ReplayedFile>> replay(const std::string& shot_id, const RecordedShot& shot) {
    const auto found = std::find_if(plan_.shots.begin(), plan_.shots.end(),
                                    [&](const HeroShotPlan& candidate) { return candidate.shot_id == shot_id; });
    planned_ = found == plan_.shots.end() ? nullptr : &*found;
    std::vector<ReplayedFile> files;
    for (const RecordedFile& file : shot.files())
      files.push_back({file.key, is_same_request(file), false, file.sha256, {}, {}});
    // By master, so that each is decoded once.
    std::map<std::string, std::vector<std::size_t>> by_master;
    for (std::size_t i = 0; i < files.size(); ++i) by_master[shot.files()[i].master.key].push_back(i);
    for (const auto& [key, places] : by_master) co_await render(shot, key, places, files);
    co_return files;
  }

 private:
  // What the newest input asks for is planned again from its pack. Of an earlier one the pack is not kept, but the
  // prompt that came of it.
  bool is_same_request(const RecordedFile& file) const {
    if (!file.master.request) return true;
    const auto& request = *file.master.request;
    if (planned_ != nullptr && request.same_with(planned_->prompt)) return true;
    return !file.of_newest_input && file.prompt && request.same_with(*file.prompt);
  }

  std::optional<RenditionSpec> spec_for(const RecordedFile& file) const {
    auto spec = file.spec;
    const auto* row = planned_row(file.key);
    if (!spec && row != nullptr) spec = heroes::rendition_of(*row, std::nullopt);
    if (spec) spec->provenance = file.provenance;
    return spec;
  }

  const ExportRow* planned_row(const std::string& key) const {
    if (planned_ == nullptr) return nullptr;
    const auto row = std::find_if(planned_->rows.begin(), planned_->rows.end(),
                                  [&](const ExportRow& candidate) { return candidate.filename.str() == key; });
    return row == planned_->rows.end() ? nullptr : &*row;
  }

  Task<void> render(const RecordedShot& shot, const std::string& master_key, const std::vector<std::size_t>& places,
                    std::vector<ReplayedFile>& files) {
    const auto all_fail = [&](const std::string& fault) {
      for (const auto place : places) files[place].fault = fault;
    };
    MasterVault vault(services_.store);
    auto key = ObjectKey::parse(master_key);
    if (!key) co_return all_fail(key.error().message);
    const auto master = co_await vault.get(std::move(*key), options_.limits.max_bytes);
    if (!master) co_return all_fail("the picture as it was bought: " + master.error().message);
    std::vector<RenditionSpec> specs;
    std::vector<std::size_t> made;
    for (const auto place : places) {
      auto spec = spec_for(shot.files()[place]);
      if (!spec) files[place].fault = "neither its record nor the pack says how it was cut";
      if (!spec) continue;
      specs.push_back(std::move(*spec));
      made.push_back(place);
    }
    auto on_ready = [&](std::size_t index, Result<Rendition> rendition) -> Task<void> {
      compare(files[made[index]], rendition);
      co_return;
    };
    const auto rendered =
        co_await render_all(*master, std::move(specs), options_.limits, services_.pool, std::move(on_ready));
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

  HeroServices& services_;
  HeroOptions& options_;
  const HeroPlan& plan_;
  const HeroShotPlan* planned_ = nullptr;
};

// Of all shots of the pack, whichever of them were asked for last.
// Only the prompts matter, so that a model that is not to be had any more is no fault.
Result<HeroPlan> plan_all(const HeroServices& services, const HeroOrder& order) {
  const auto& own = order.prompt_template;
  const auto prompts = PromptTemplate::parse(own.empty() ? default_hero_template() : own, hero_placeholders());
  if (!prompts) return prompts.error();
  auto route = choose_all(services.providers, order.route);
  if (!route) route = choose_all(services.providers, {});
  if (!route) return route.error();
  auto whole = order.request;
  whole.shot_ids.clear();
  auto planned = plan_heroes(order.pack, whole, *prompts, *route, services.prices);
  if (std::holds_alternative<std::vector<FieldFault>>(planned))
    planned = plan_heroes(order.pack, order.request, *prompts, *route, services.prices);
  if (const auto* faults = std::get_if<std::vector<FieldFault>>(&planned)) return to_error("the job's pack:", *faults);
  return std::get<HeroPlan>(std::move(planned));
}

}  // namespace

Task<Result<Replay>> replay_hero_job(HeroServices services, HeroOptions options, JobStore& jobs, std::string job_id) {
  auto call = [&] { return load_recorded_job(jobs, job_id, kHeroJobKind); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  auto order = parse_hero_order(loaded->job.input);
  if (!order) co_return order.error();
  const auto planned = plan_all(services, *order);
  if (!planned) co_return planned.error();
  HeroReplayer replayer(services, options, *planned);
  Replay made;
  made.job_id = job_id;
  for (const auto& [shot_id, recorded] : recorded_shots(*loaded)) {
    auto files = co_await replayer.replay(shot_id, recorded);
    std::move(files.begin(), files.end(), std::back_inserter(made.files));
  }
  co_return made;
}

}  // namespace imagegen
