#pragma once
#include <imagegen/image/renditions.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <optional>
#include <utility>

namespace imagegen::heroes {

// How a row is cut from its master. \param row With its position resolved, as in a plan.
inline RenditionSpec rendition_of(const ExportRow& row, std::optional<Provenance> provenance) {
  RenditionSpec spec{row.size, *row.position, row.encoding};
  spec.provenance = std::move(provenance);
  return spec;
}

}  // namespace imagegen::heroes
