#pragma once
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>

#include <boost/json/value.hpp>

namespace imagegen::test {

// Three shots OL-1, OL-2, OL-3, each 96x40 Desktop, 60x30 Tablet and 40x50 Mobile: small, so that tests are quick.
boost::json::value example_pack_json();
LifestylePack example_pack();

// Reads `document` and expects no faults.
LifestylePack parse_pack(const boost::json::value& document);

}  // namespace imagegen::test
