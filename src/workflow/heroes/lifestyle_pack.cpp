#include <imagegen/core/shown_text.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <set>

#include "json/crop_position.hpp"
#include "json/object_reader.hpp"
#include "workflow/store_prefixes.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;
using Faults = std::vector<FieldFault>;

constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kMostBoards = 1'000;
constexpr int kLargestSide = 16'383;  // what WebP can hold

constexpr std::string_view kRequiredBoardFields[] = {"scenario",      "camera", "framing",    "lighting",
                                                     "color_palette", "sku",    "card_title", "collection"};

std::string indexed(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

bool has_control_characters(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) return true;
  }
  return false;
}

bool is_break(char c) {
  return c == '\n' || c == '\r' || c == '\t';
}

// Line ends and tabs as spaces.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (!is_break(c)) line += c;
    else if (!line.ends_with(' ')) line += ' ';
  }
  return line;
}

std::optional<ObjectKey> read_filename(ObjectReader& reader) {
  const auto text = reader.text("filename", Need::required);
  if (text.empty()) return std::nullopt;  // already a fault
  auto key = ObjectKey::parse(text);
  if (!key) return reader.fault("filename", key.error().message), std::nullopt;
  for (const auto reserved : {kMastersPrefix, kTemporaryPrefix}) {
    if (!text.starts_with(reserved)) continue;
    reader.fault("filename",
                 "expected a key outside \"" + std::string(reserved) + "\", which the library keeps for itself");
    return std::nullopt;
  }
  return std::move(*key);
}

std::optional<ImageFormat> read_format(ObjectReader& reader, const std::optional<ObjectKey>& filename) {
  const auto text = reader.text("format", Need::required);
  if (text.empty()) return std::nullopt;
  const auto format = parse_image_format(text);
  if (!format) return reader.fault("format", format.error().message), std::nullopt;
  if (!filename) return *format;
  if (const auto named = format_of_name(filename->str()); named && *named != *format) {
    reader.fault("format",
                 "expected " + std::string(to_string(*named)) + " as in the filename's extension, got " + text);
  }
  return *format;
}

class PackReader {
 public:
  LifestylePackResult read(std::string_view text) {
    const auto document = json::parse(text, kLargestPack);
    if (!document) return Faults{{"", document.error().message}};
    ObjectReader root(*document, "", faults_);
    if (const auto* rows = root.array("export_plan", kMostRows, Need::required)) {
      if (rows->empty()) root.fault("export_plan", "expected at least one row, got none");
      for (std::size_t i = 0; i < rows->size(); ++i) read_row({(*rows)[i], indexed("export_plan", i), faults_});
    }
    if (const auto* boards = root.array("shot_boards", kMostBoards, Need::required)) {
      for (std::size_t i = 0; i < boards->size(); ++i) read_board({(*boards)[i], indexed("shot_boards", i), faults_});
    }
    if (!faults_.empty()) return std::move(faults_);
    pack_.document = text;
    return std::move(pack_);
  }

 private:
  void read_row(ObjectReader reader) {
    const auto sku = line(reader, "sku", Need::required);
    const auto shot_id = line(reader, "shot_id", Need::required);
    const auto base_key = line(reader, "base_key", Need::required);
    const auto size_label = line(reader, "size_label", Need::required);
    auto filename = read_filename(reader);
    if (filename && !filenames_.insert(filename->str()).second) {
      reader.fault("filename", "expected a name of its own, got " + in_quotes(filename->str()) + " a second time");
    }
    const auto width = reader.integer("width", 1, kLargestSide, Need::required);
    const auto height = reader.integer("height", 1, kLargestSide, Need::required);
    const auto format = read_format(reader, filename);
    const auto quality = reader.integer("quality", 0, 100, Need::optional);
    const auto position = json::read_crop_position(reader, faults_);
    const auto is_primary = reader.flag("is_primary", false);
    if (!filename || !width || !height || !format) return;  // each of them has been reported
    Encoding encoding{*format};
    if (quality) encoding.quality = static_cast<int>(*quality);
    pack_.export_plan.push_back({sku,
                                 shot_id,
                                 base_key,
                                 size_label,
                                 std::move(*filename),
                                 {static_cast<int>(*width), static_cast<int>(*height)},
                                 encoding,
                                 position,
                                 is_primary,
                                 0});
  }

  void read_board(ObjectReader reader) {
    ShotBoard board;
    board.shot_id = line(reader, "shot_id", Need::required);
    if (!board.shot_id.empty() && !board_ids_.insert(board.shot_id).second) {
      reader.fault("shot_id", "expected a board of its own, got " + in_quotes(board.shot_id) + " a second time");
    }
    for (const auto name : kRequiredBoardFields) board.fields.emplace(name, line(reader, name, Need::required));
    if (reader.has("notes")) board.fields.emplace("notes", lines(reader, "notes"));
    board.position = json::read_crop_position(reader, faults_);
    pack_.shot_boards.push_back(std::move(board));
  }

  // A string on one line: these texts end up in prompts, keys and logs.
  static std::string line(ObjectReader& reader, std::string_view name, Need need) {
    auto text = reader.text(name, need);
    if (has_control_characters(text) || has_unseen(text))
      reader.fault(name, "expected " + std::string(kExpectedSeen) + ", got " + json::describe(boost::json::value(text)));
    return text;
  }

  // What people write in several lines; in a prompt it is one.
  std::string lines(ObjectReader& reader, std::string_view name) {
    auto text = reader.text(name, Need::optional);
    if (has_unseen(text))
      reader.fault(name, "expected " + std::string(kExpectedSeen) + ", got " + json::describe(boost::json::value(text)));
    return in_one_line(text);
  }

  Faults faults_;
  LifestylePack pack_;
  std::set<std::string> filenames_, board_ids_;
};

}  // namespace

LifestylePackResult parse_lifestyle_pack(std::string_view json) {
  return PackReader().read(json);
}

}  // namespace imagegen
