#include "image/avif_checks.hpp"

#include <avif/avif.h>

#include <algorithm>

#include "image/av1_size.hpp"

namespace imagegen::detail {
namespace {

constexpr std::uint32_t kGrid = box_name("grid"), kDerived = box_name("dimg"), kAuxiliary = box_name("auxl");

// Of some grids, whose ids are sorted; of one grid in the order of the picture.
std::vector<std::uint32_t> tiles_of(const AvifBoxes& boxes, const std::vector<std::uint32_t>& grids) {
  std::vector<std::uint32_t> tiles;
  for (const auto& reference : boxes.references) {
    if (reference.kind == kDerived && std::binary_search(grids.begin(), grids.end(), reference.from)) {
      tiles.insert(tiles.end(), reference.to.begin(), reference.to.end());
    }
  }
  return tiles;
}

// Items that are auxiliary to one of `ids`, which are sorted.
std::vector<std::uint32_t> auxiliaries_of(const AvifBoxes& boxes, const std::vector<std::uint32_t>& ids) {
  std::vector<std::uint32_t> found;
  for (const auto& reference : boxes.references) {
    const auto is_one = [&ids](std::uint32_t to) { return std::binary_search(ids.begin(), ids.end(), to); };
    if (reference.kind == kAuxiliary && std::any_of(reference.to.begin(), reference.to.end(), is_one)) {
      found.push_back(reference.from);
    }
  }
  return found;
}

bool has_alpha_among(const AvifBoxes& boxes, const std::vector<std::uint32_t>& ids) {
  return std::any_of(ids.begin(), ids.end(), [&boxes](std::uint32_t id) {
    const AvifItem* item = boxes.item(id);
    return item != nullptr && item->is_alpha;
  });
}

bool is_grid(const AvifBoxes& boxes, std::uint32_t id) {
  const AvifItem* item = boxes.item(id);
  return item != nullptr && item->kind == kGrid;
}

// libavif before 1.1 takes the tiles in the order of the items.
bool is_in_order_of_items(const AvifBoxes& boxes, const std::vector<std::uint32_t>& tiles) {
  auto next = boxes.items.begin();
  for (const std::uint32_t tile : tiles) {
    next = std::find_if(next, boxes.items.end(), [tile](const AvifItem& item) { return item.id == tile; });
    if (next == boxes.items.end()) return false;
  }
  return true;
}

Result<void> check_grid(const AvifBoxes& boxes) {
  if (!is_grid(boxes, boxes.primary)) return {};
  auto tiles = tiles_of(boxes, {boxes.primary});
  const auto alphas = auxiliaries_of(boxes, {boxes.primary});
  const auto alpha_grid = std::find_if(alphas.begin(), alphas.end(), [&](auto id) { return is_grid(boxes, id); });
  const bool alpha_in_order =
      alpha_grid == alphas.end() || is_in_order_of_items(boxes, tiles_of(boxes, {*alpha_grid}));
  if (!is_in_order_of_items(boxes, tiles) || !alpha_in_order) {
    return Error(Errc::unsupported,
                 "AVIF: the tiles of the grid stand in another order than their items, which this libavif mixes up");
  }
  std::sort(tiles.begin(), tiles.end());
  if (!has_alpha_among(boxes, alphas) && has_alpha_among(boxes, auxiliaries_of(boxes, tiles))) {
    return Error(Errc::unsupported, "AVIF: the tiles of the grid have alpha one by one, which this libavif loses");
  }
  return {};
}

Result<void> check_tracks(const AvifBoxes& boxes) {
  if (boxes.brand == box_name("avif")) return {};  // then items are shown
  for (const auto& track : boxes.tracks) {
    if (track.auxiliary_for != 0 && track.says_kind && !track.is_alpha) {
      return Error(Errc::unsupported,
                   "AVIF: an auxiliary track that is not alpha, as of depth, which this libavif takes for alpha");
    }
  }
  return {};
}

// The pieces of `data` as one, `joined` where there are several.
ByteView whole_data(const std::vector<ByteView>& data, Bytes& joined) {
  if (data.size() == 1) return data.front();
  joined.clear();
  for (const ByteView piece : data) joined.insert(joined.end(), piece.begin(), piece.end());
  return joined;
}

Result<void> check_item_size(const AvifItem& item, std::size_t file_bytes, std::uint64_t most_pixels) {
  std::size_t bytes = 0;
  for (const ByteView piece : item.data) {
    bytes += piece.size();
    if (bytes > file_bytes) return Error(Errc::corrupt_data, "AVIF: the pieces of an item overlap");
  }
  Bytes joined;
  if (largest_av1_frame(whole_data(item.data, joined)) <= most_pixels) return {};
  return Error(Errc::corrupt_data, "AVIF: the coded picture is larger than the file says");
}

}  // namespace

Result<void> check_avif_structure(const AvifBoxes& boxes) {
  if (auto checked = check_tracks(boxes); !checked) return checked;
  constexpr int kKeepsOrder = 1'010'000;
  if (AVIF_VERSION >= kKeepsOrder) return {};
  return check_grid(boxes);
}

Result<void> check_coded_size(const AvifBoxes& boxes, std::size_t file_bytes, std::uint64_t most_pixels) {
  std::vector<std::uint32_t> shown = {boxes.primary};
  const auto auxiliaries = auxiliaries_of(boxes, shown);
  shown.insert(shown.end(), auxiliaries.begin(), auxiliaries.end());
  std::sort(shown.begin(), shown.end());
  const auto tiles = tiles_of(boxes, shown);
  shown.insert(shown.end(), tiles.begin(), tiles.end());
  std::sort(shown.begin(), shown.end());
  for (const auto& item : boxes.items) {
    if (!std::binary_search(shown.begin(), shown.end(), item.id)) continue;
    if (auto checked = check_item_size(item, file_bytes, most_pixels); !checked) return checked;
  }
  for (const auto& track : boxes.tracks) {
    if (largest_av1_frame(track.first_sample) > most_pixels) {
      return Error(Errc::corrupt_data, "AVIF: the coded picture is larger than the file says");
    }
  }
  return {};
}

}  // namespace imagegen::detail
