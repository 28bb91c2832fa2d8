#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/object_key.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file Lifestyle Pack v2: which pictures a work item needs, in which sizes, under which names.
namespace imagegen {

/// Of the document that parse_lifestyle_pack() reads, bytes.
inline constexpr std::size_t kLargestPack = 4U << 20U;

/// One output file.
struct ExportRow {
  std::string sku, shot_id, base_key, size_label;  ///< Not empty, without line breaks.
  ObjectKey filename;  ///< Under which the file is stored; no two rows have one name.
  PixelSize size;  ///< px, each side in 1..16383
  Encoding encoding;                     ///< What kind of file it is.
  std::optional<CropPosition> position;  ///< Where to crop; else the board's, else the centre.
  bool is_primary = false;   ///< For hosts; nothing here goes by it.
  std::size_t pack_row = 0;  ///< Its index in the pack; set when the pack is planned.
};

/// What a shot shows.
struct ShotBoard {
  std::string shot_id;                                     ///< One board for each.
  std::map<std::string, std::string, std::less<>> fields;  ///< scenario, camera ... as they came, untrimmed.
  std::optional<CropPosition> position;                    ///< For all rows of the shot that have none of their own.
};

/// What a work item needs.
struct LifestylePack {
  std::vector<ExportRow> export_plan;  ///< At least one row.
  std::vector<ShotBoard> shot_boards;  ///< One for each shot that is to be made.
  std::string document;  ///< The JSON it came from, with the fields that this version does not know.
};

/// A pack, or everything that is wrong with it.
using LifestylePackResult = std::variant<LifestylePack, std::vector<FieldFault>>;

/// Reads a pack. All faults are found, not just the first. At most 4 MiB, 10,000 rows and 1,000 boards.
/// Deterministic, safe from any thread.
LifestylePackResult parse_lifestyle_pack(std::string_view json);

}  // namespace imagegen
