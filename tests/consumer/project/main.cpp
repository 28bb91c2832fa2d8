// A program that has nothing but the installed library: plans and makes one shot.
#include <imagegen/imagegen.hpp>

#include <iostream>

constexpr std::string_view kPack = R"({
  "export_plan": [{"sku": "S", "shot_id": "A", "base_key": "k", "size_label": "Desktop",
                   "filename": "k/a.webp", "width": 320, "height": 160, "format": "webp"}],
  "shot_boards": [{"shot_id": "A", "scenario": "a card on a table", "camera": "50 mm", "framing": "close",
                   "lighting": "soft", "color_palette": "sage", "sku": "S", "card_title": "Bloom", "collection": "Meadow"}]})";

int main() {
  const imagegen::RuntimeConfig config;
  const auto runtime = imagegen::Runtime::open(config).value();
  auto pack = std::get<imagegen::LifestylePack>(imagegen::parse_lifestyle_pack(kPack));
  const auto outcome = run_heroes(*runtime, "wi-1", std::move(pack), {});
  std::cout << to_json(outcome) << "\n";
  const auto* result = std::get_if<imagegen::HeroResult>(&outcome);
  return result && result->generated.size() == 1 && result->failed.empty() ? 0 : 1;
}
