#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace imagegen::json {
class ObjectReader;
}

// The fields by which data/models.json and providers of hosts say what a model takes and makes: docs/models.md.
namespace imagegen::detail {

inline constexpr std::array<std::pair<std::string_view, bool ModelCapability::*>, 7> kModelFlags{{
    {"negative", &ModelCapability::negative},
    {"strength", &ModelCapability::strength},
    {"steps", &ModelCapability::steps},
    {"guidance", &ModelCapability::guidance},
    {"partial_images", &ModelCapability::partial_images},
    {"extras", &ModelCapability::extras},
    {"trained", &ModelCapability::trained},
}};

inline constexpr std::array<std::pair<std::string_view, MaskSense>, 4> kPolarities{{
    {"none", MaskSense::none},
    {"alpha_zero_edits", MaskSense::alpha_zero_edits},
    {"white_edits", MaskSense::white_edits},
    {"black_edits", MaskSense::black_edits},
}};

// What is given takes the place of what is there; so an object that holds less is read over one that holds all.
void put_capability(json::ObjectReader& reader, std::vector<FieldFault>& faults, ModelCapability& into);
void put_retirement(json::ObjectReader& reader, Retirement& into);

// All of them; read again, they come to the same.
boost::json::object model_fields(const ModelCapability& model);

}  // namespace imagegen::detail
