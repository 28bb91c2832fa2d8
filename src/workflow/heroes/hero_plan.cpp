#include <imagegen/core/digest.hpp>
#include <imagegen/core/size_offer.hpp>
#include <imagegen/workflow/heroes/hero_plan.hpp>
#include <imagegen/maker/workflow/price_query.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "workflow/store_prefixes.hpp"

namespace imagegen {
namespace {

using Faults = std::vector<FieldFault>;

constexpr std::array<std::string_view, 9> kPlaceholders = {
    "scenario", "camera", "framing", "lighting", "color_palette", "sku", "card_title", "collection", "notes"};

constexpr std::string_view kDefaultTemplate =
    "A photorealistic lifestyle image for a greeting card titled \"{card_title}\" from the collection "
    "\"{collection}\". "
    "Scenario: {scenario}. Camera: {camera}. Framing: {framing}. Lighting: {lighting}. Colour palette: "
    "{color_palette}. "
    "[Notes: {notes}. ]"
    "High resolution, shallow depth of field, modern editorial style. No text other than the card's own.";

// Each part goes in with its length, so that no two different lists give one text.
ObjectKey master_key(const ProviderModel& asked, const PromptText& prompt, const ExportRow& row) {
  std::string identity;
  for (const std::string_view part :
       {std::string_view(asked.provider), std::string_view(asked.model), std::string_view(asked.quality),
        std::string_view(prompt.text), std::string_view(prompt.negative), std::string_view(row.sku),
        std::string_view(row.shot_id)}) {
    identity += std::to_string(part.size()) + ":" + std::string(part);
  }
  return ObjectKey::parse(std::string(kMastersPrefix) + to_hex(sha256(identity))).value();
}

const ShotBoard* board_of(const LifestylePack& pack, std::string_view shot_id) {
  const auto board = std::find_if(pack.shot_boards.begin(), pack.shot_boards.end(),
                                  [&](const ShotBoard& candidate) { return candidate.shot_id == shot_id; });
  return board == pack.shot_boards.end() ? nullptr : &*board;
}

struct ShotRows {
  std::string shot_id;
  std::vector<ExportRow> rows;
};

// The rows asked for, grouped by shot, both in pack order.
std::vector<ShotRows> group(const LifestylePack& pack, const HeroRequest& request) {
  std::vector<ShotRows> groups;
  for (const auto& row : pack.export_plan) {
    const auto& ids = request.shot_ids;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), row.shot_id) == ids.end()) continue;
    auto at = std::find_if(groups.begin(), groups.end(), [&](const ShotRows& g) { return g.shot_id == row.shot_id; });
    if (at == groups.end()) at = groups.insert(groups.end(), {row.shot_id, {}});
    at->rows.push_back(row);
    at->rows.back().pack_row = static_cast<std::size_t>(&row - pack.export_plan.data());
  }
  return groups;
}

std::vector<std::string> missing(const LifestylePack& pack, const HeroRequest& request,
                                 const std::vector<ShotRows>& groups) {
  std::vector<std::string> ids;
  std::set<std::string_view> seen;
  for (const auto& id : request.shot_ids) {
    const bool has_rows = std::any_of(groups.begin(), groups.end(), [&](const ShotRows& g) { return g.shot_id == id; });
    if (!has_rows && seen.insert(id).second) ids.push_back(id);
  }
  for (const auto& shot : groups) {
    if (!board_of(pack, shot.shot_id) && seen.insert(shot.shot_id).second) ids.push_back(shot.shot_id);
  }
  return ids;
}

class Planner {
 public:
  Planner(const LifestylePack& pack, const PromptTemplate& prompt_template, const std::vector<ChosenModel>& route,
          const PriceTable& prices)
      : pack_(pack), template_(prompt_template), route_(route), prices_(prices) {}

  void add(ShotRows shot) {
    const auto* board = board_of(pack_, shot.shot_id);
    if (!board) return;  // among the missing shots
    const auto text = template_.render(board->fields);
    if (!text) return fault(*board, text.error().message);
    const auto& first = route_.front();
    const PromptText prompt{*text, {}};
    std::vector<PixelSize> sizes;
    for (auto& row : shot.rows) {
      sizes.push_back(row.size);
      if (!row.position) row.position = board->position.value_or(CropPosition{});
    }
    ImageRequest wish;
    wish.quality = first.asked.quality;
    wish.prompt = prompt;
    wish.size = choose_master_size(first.model->sizes, sizes);
    auto sent = adapt(*first.model, wish, Strictness::lenient);
    if (!sent) return fault(*board, sent.error().message);
    const auto title = board->fields.find("card_title");
    HeroShotPlan planned{shot.shot_id, title == board->fields.end() ? "" : title->second, prompt,
                         pixels_of(sent->request), master_key(first.asked, prompt, shot.rows.front()),
                         estimate_of(prices_, route_, wish), std::move(shot.rows)};
    planned.adaptations = std::move(sent->adaptations);
    plan_.shots.push_back(std::move(planned));
  }

  HeroPlan plan_;
  Faults faults_;

 private:
  void fault(const ShotBoard& board, std::string message) {
    faults_.push_back({"shot_boards[" + std::to_string(&board - pack_.shot_boards.data()) + "]", std::move(message)});
  }

  const LifestylePack& pack_;
  const PromptTemplate& template_;
  const std::vector<ChosenModel>& route_;
  const PriceTable& prices_;
};

}  // namespace

std::span<const std::string_view> hero_placeholders() {
  return kPlaceholders;
}

std::string_view default_hero_template() {
  return kDefaultTemplate;
}

std::variant<HeroPlan, Faults> plan_heroes(const LifestylePack& pack, const HeroRequest& request,
                                           const PromptTemplate& prompt_template, const std::vector<ChosenModel>& route,
                                           const PriceTable& prices) {
  Planner planner(pack, prompt_template, route, prices);
  auto groups = group(pack, request);
  planner.plan_.missing_shots = missing(pack, request, groups);
  for (auto& shot : groups) planner.add(std::move(shot));
  if (!planner.faults_.empty()) return std::move(planner.faults_);
  return std::move(planner.plan_);
}

}  // namespace imagegen
