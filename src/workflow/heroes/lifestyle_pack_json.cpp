#include "workflow/heroes/lifestyle_pack_json.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

js::object row_json(const ExportRow& row) {
  js::object json{{"sku", row.sku},
                  {"shot_id", row.shot_id},
                  {"base_key", row.base_key},
                  {"size_label", row.size_label},
                  {"filename", row.filename.str()},
                  {"width", row.size.width},
                  {"height", row.size.height},
                  {"format", to_string(row.encoding.format)},
                  {"quality", quality_of(row.encoding)},
                  {"is_primary", row.is_primary}};
  if (row.position) json["position"] = to_string(*row.position);
  return json;
}

js::object board_json(const ShotBoard& board) {
  js::object json{{"shot_id", board.shot_id}};
  for (const auto& [name, text] : board.fields) json[name] = text;
  if (board.position) json["position"] = to_string(*board.position);
  return json;
}

}  // namespace

js::object lifestyle_pack_json(const LifestylePack& pack) {
  js::array rows, boards;
  for (const auto& row : pack.export_plan) rows.push_back(row_json(row));
  for (const auto& board : pack.shot_boards) boards.push_back(board_json(board));
  return {{"export_plan", std::move(rows)}, {"shot_boards", std::move(boards)}};
}

}  // namespace imagegen
