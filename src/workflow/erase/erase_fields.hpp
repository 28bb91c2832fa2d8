#pragma once
#include <imagegen/workflow/erase_person.hpp>

#include "json/fields.hpp"

namespace imagegen {

const json::Fields<EraseReport>& fields_of(const EraseReport*);

}  // namespace imagegen
