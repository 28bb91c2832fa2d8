#pragma once
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <string_view>
#include <variant>

namespace imagegen::test {

// A pack of the shots A and B with one small file each.
inline LifestylePack two_shots() {
  constexpr std::string_view kPack = R"({
  "export_plan": [{"sku": "S", "shot_id": "A", "base_key": "k", "size_label": "D", "filename": "a.webp", "width": 64, "height": 32, "format": "webp"},
                  {"sku": "S", "shot_id": "B", "base_key": "k", "size_label": "D", "filename": "b.webp", "width": 64, "height": 32, "format": "webp"}],
  "shot_boards": [{"shot_id": "A", "scenario": "a", "camera": "c", "framing": "f", "lighting": "l", "color_palette": "p", "sku": "S", "card_title": "t", "collection": "m"},
                  {"shot_id": "B", "scenario": "b", "camera": "c", "framing": "f", "lighting": "l", "color_palette": "p", "sku": "S", "card_title": "t", "collection": "m"}]})";
  return std::get<LifestylePack>(parse_lifestyle_pack(kPack));
}

}  // namespace imagegen::test
