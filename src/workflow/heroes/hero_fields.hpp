#pragma once
#include <imagegen/workflow/heroes/hero_request.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include "json/fields.hpp"

// What is asked for heroes, and what comes of them, as documents.
namespace imagegen {

const json::Fields<HeroRequest>& fields_of(const HeroRequest*);
const json::Fields<HeroResult>& fields_of(const HeroResult*);
const json::Fields<HeroFailure>& fields_of(const HeroFailure*);
const json::Fields<HeroProgress>& fields_of(const HeroProgress*);

}  // namespace imagegen
