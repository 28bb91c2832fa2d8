#include "workflow/example_pack.hpp"

#include <boost/json.hpp>

namespace imagegen::test {
namespace {

boost::json::object row(const std::string& shot, const std::string& label, int width, int height) {
  const auto name = shot + "_" + label + "_" + std::to_string(width) + "x" + std::to_string(height);
  return {{"sku", "FCC-100"},
          {"shot_id", shot},
          {"base_key", "fcc/lifestyle/" + shot},
          {"size_label", label},
          {"filename", "fcc/lifestyle/" + name + ".webp"},
          {"width", width},
          {"height", height},
          {"format", "webp"}};
}

boost::json::object board(const std::string& shot) {
  return {{"shot_id", shot},        {"scenario", "A card for " + shot + " on a breakfast table."},
          {"camera", "50 mm, f/2"}, {"framing", "three quarter view"},
          {"lighting", "morning"},  {"color_palette", "sage and cream"},
          {"sku", "FCC-100"},       {"card_title", "Bloom"},
          {"collection", "Meadow"}};
}

}  // namespace

boost::json::value example_pack_json() {
  boost::json::array rows, boards;
  for (const std::string shot : {"OL-1", "OL-2", "OL-3"}) {
    rows.push_back(row(shot, "Desktop", 96, 40));
    rows.push_back(row(shot, "Tablet", 60, 30));
    rows.push_back(row(shot, "Mobile", 40, 50));
    boards.push_back(board(shot));
  }
  return boost::json::object{{"export_plan", std::move(rows)}, {"shot_boards", std::move(boards)}, {"pack_version", 2}};
}

LifestylePack parse_pack(const boost::json::value& document) {
  return std::get<LifestylePack>(parse_lifestyle_pack(boost::json::serialize(document)));
}

LifestylePack example_pack() {
  return parse_pack(example_pack_json());
}

}  // namespace imagegen::test
