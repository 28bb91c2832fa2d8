#pragma once
#include <imagegen/core/prompt_text.hpp>
#include <imagegen/prompt/prompt_template.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/spend/price_table.hpp>
#include <imagegen/workflow/heroes/hero_request.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

/// \file Planning a work item. Pure: no store is asked, nothing is bought.
namespace imagegen {

struct HeroShotPlan {
  std::string shot_id;
  std::string card_title;
  PromptText prompt;
  PixelSize master_size;        ///< What the provider is asked for, px.
  ObjectKey master_key;         ///< Where the paid picture is kept.
  CostEstimate estimate;        ///< Of one master.
  std::vector<ExportRow> rows;  ///< In pack order, position resolved.
};

struct HeroPlan {
  std::vector<HeroShotPlan> shots;         ///< In pack order.
  std::vector<std::string> missing_shots;  ///< Ids asked for that no row has, then shots with rows but no board.
};

/// Names that a template may use: scenario, camera, framing, lighting, color_palette, sku, card_title, collection,
/// notes.
std::span<const std::string_view> hero_placeholders();

/// The text of the template that is used where the host gives none.
std::string_view default_hero_template();

/// Groups the rows that `request` asks for by shot, builds each prompt, chooses each master's size and prices it.
///
/// The master's key is "masters/" and the SHA-256 of provider, model, quality, prompt, sku and shot id: the size is not
/// part of it, so that other sizes and crops are cut from the picture that was bought once.
/// \return The plan, or a fault per shot whose prompt cannot be built or is longer than the model takes.
std::variant<HeroPlan, std::vector<FieldFault>> plan_heroes(const LifestylePack& pack, const HeroRequest& request,
                                                            const PromptTemplate& prompt_template,
                                                            const ProviderCapability& provider,
                                                            const PriceTable& prices);

}  // namespace imagegen
