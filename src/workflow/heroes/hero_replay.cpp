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

struct Stored {
  std::string key, sha256;
};

// What the events say of one shot.
struct RecordedShot {
  std::optional<RecordedRequest> request;  // nothing: an earlier input had bought the master
  std::string master_key;
  std::vector<Stored> files;  // each as it was stored last
  std::optional<Provenance> provenance;

  void put(Stored stored) {
    std::erase_if(files, [&](const Stored& earlier) { return earlier.key == stored.key; });
    files.push_back(std::move(stored));
  }
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

void read_files(const boost::json::object& detail, RecordedShot& shot) {
  shot.provenance = provenance_of(detail);
  const auto* files = detail.if_contains("files");
  if (files == nullptr || !files->is_array()) return;
  for (const auto& entry : files->get_array()) {
    if (entry.is_object()) shot.put({text_of(entry.get_object(), "key"), text_of(entry.get_object(), "sha256")});
  }
}

// Of the newest input, over all the times that it was given.
std::map<std::string, RecordedShot> recorded_shots(const RecordedJob& recorded) {
  const std::string newest = to_hex(sha256(recorded.job.input));
  std::map<std::string, RecordedShot> shots;
  std::string input;
  for (const JobEvent& event : recorded.events) {
    const auto detail = detail_of(event);
    if (detail.contains("inputSha256")) input = text_of(detail, "inputSha256");
    if (input != newest) continue;
    RecordedShot& shot = shots[text_of(detail, "shot")];
    if (event.name == "image_bought") shot.request = read_request(detail);
    if (event.name == "image_bought" || event.name == "image_found") shot.master_key = text_of(detail, "key");
    if (event.name == "files_stored") read_files(detail, shot);
  }
  std::erase_if(shots, [](const auto& entry) { return entry.second.files.empty(); });
  return shots;
}

class HeroReplayer {
 public:
  HeroReplayer(HeroServices& services, HeroOptions& options, const HeroPlan& plan)
      : services_(services), options_(options), plan_(plan) {}

  Task<std::vector<ReplayedFile>> replay(const std::string& shot_id, const RecordedShot& recorded) {
    const auto shot = std::find_if(plan_.shots.begin(), plan_.shots.end(),
                                   [&](const HeroShotPlan& candidate) { return candidate.shot_id == shot_id; });
    std::vector<ReplayedFile> files;
    for (const Stored& stored : recorded.files) files.push_back({stored.key, false, false, stored.sha256, {}, {}});
    if (shot == plan_.shots.end()) co_return with_fault(std::move(files), "the pack has no shot " + shot_id);
    for (auto& file : files) file.same_request = !recorded.request || recorded.request->same_with(shot->prompt);
    co_return co_await render(*shot, recorded, std::move(files));
  }

 private:
  static std::vector<ReplayedFile> with_fault(std::vector<ReplayedFile> files, const std::string& fault) {
    for (auto& file : files) file.fault = fault;
    return files;
  }

  Task<std::vector<ReplayedFile>> render(const HeroShotPlan& shot, const RecordedShot& recorded,
                                         std::vector<ReplayedFile> files) {
    MasterVault vault(services_.store);
    auto key = ObjectKey::parse(recorded.master_key);
    if (!key) co_return with_fault(std::move(files), key.error().message);
    const auto master = co_await vault.get(std::move(*key), options_.limits.max_bytes);
    if (!master) co_return with_fault(std::move(files), "the picture as it was bought: " + master.error().message);
    std::vector<RenditionSpec> specs;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto row = std::find_if(shot.rows.begin(), shot.rows.end(), [&](const ExportRow& candidate) {
        return candidate.filename.str() == files[i].name;
      });
      if (row == shot.rows.end()) {
        files[i].fault = "the pack has no such row";
        continue;
      }
      specs.push_back(heroes::rendition_of(*row, recorded.provenance));
      places.push_back(i);
    }
    auto on_ready = [&](std::size_t index, Result<Rendition> made) -> Task<void> {
      compare(files[places[index]], made);
      co_return;
    };
    const auto rendered =
        co_await render_all(*master, std::move(specs), options_.limits, services_.pool, std::move(on_ready));
    if (!rendered) co_return with_fault(std::move(files), rendered.error().message);
    co_return files;
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
};

}  // namespace

Task<Result<Replay>> replay_hero_job(HeroServices services, HeroOptions options, JobStore& jobs, std::string job_id) {
  auto call = [&] { return load_recorded_job(jobs, job_id, kHeroJobKind); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  auto order = parse_hero_order(loaded->job.input);
  if (!order) co_return order.error();
  options.prompt_template = order->prompt_template;
  auto planned = plan_heroes(services, options, order->pack, order->request);
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&planned)) co_return to_error("the job's pack:", *faults);
  HeroReplayer replayer(services, options, std::get<HeroPlan>(planned));
  Replay made;
  made.job_id = job_id;
  for (const auto& [shot_id, recorded] : recorded_shots(*loaded)) {
    auto files = co_await replayer.replay(shot_id, recorded);
    std::move(files.begin(), files.end(), std::back_inserter(made.files));
  }
  co_return made;
}

}  // namespace imagegen
