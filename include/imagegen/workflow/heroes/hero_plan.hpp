#pragma once
#include <imagegen/core/prompt_text.hpp>
#include <imagegen/prompt/prompt_template.hpp>
#include <imagegen/provider/provider_set.hpp>
#include <imagegen/spend/price_table.hpp>
#include <imagegen/workflow/heroes/hero_request.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

/// \file Planning a work item. Pure: no store is asked, nothing is bought.
namespace imagegen {

/// One master to make, and what is cut from it.
struct HeroShotPlan {
  std::string shot_id;          ///< Of the pack.
  std::string card_title;       ///< Of the shot's board; may be empty.
  PromptText prompt;            ///< What the template makes of the board.
  PixelSize master_size;        ///< What the provider is asked for, px.
  ObjectKey master_key;         ///< Where the paid picture is kept.
  CostEstimate estimate;        ///< Of one master, at the dearest entry of the route.
  std::vector<ExportRow> rows;  ///< In pack order, position resolved.
  /// What the first entry of the route is sent otherwise than it is wished for.
  std::vector<Adaptation> adaptations = {};
};

/// All that a call will do.
struct HeroPlan {
  std::vector<HeroShotPlan> shots;         ///< In pack order.
  std::vector<std::string> missing_shots;  ///< Ids asked for that no row has, then shots with rows but no board.
  std::vector<std::string> warnings = {};  ///< For people: that a model of the route is about to be retired.
};

/// Names that a template may use: scenario, camera, framing, lighting, color_palette, sku, card_title, collection,
/// notes.
std::span<const std::string_view> hero_placeholders();

/// The text of the template that is used where the host gives none.
std::string_view default_hero_template();

/// Groups the rows that `request` asks for by shot, builds each prompt, chooses each master's size and prices it.
///
/// The master's key is "masters/" and the SHA-256 of provider, model and quality of the route's first entry, prompt, sku
/// and shot id: the size is not part of it, so that other sizes and crops are cut from the picture that was bought once.
/// \param route At least one.
/// \return The plan, or a fault per shot whose prompt cannot be built or is longer than the model takes.
std::variant<HeroPlan, std::vector<FieldFault>> plan_heroes(const LifestylePack& pack, const HeroRequest& request,
                                                            const PromptTemplate& prompt_template,
                                                            const std::vector<ChosenModel>& route,
                                                            const PriceTable& prices);

}  // namespace imagegen
