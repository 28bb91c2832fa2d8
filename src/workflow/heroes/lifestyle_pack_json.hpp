#pragma once
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <boost/json/object.hpp>

namespace imagegen {

// A pack as parse_lifestyle_pack() reads it.
boost::json::object lifestyle_pack_json(const LifestylePack& pack);

}  // namespace imagegen
