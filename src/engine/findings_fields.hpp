#pragma once
#include <imagegen/workflow/workflow.hpp>

#include <vector>

#include "json/fields.hpp"

namespace imagegen {

// What an examination of a runtime, or of a configuration, answers.
struct Examination {
  std::vector<Finding> findings;
};

const json::Fields<Examination>& fields_of(const Examination*);

}  // namespace imagegen
