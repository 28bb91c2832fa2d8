#pragma once
#include <imagegen/spend/price_table.hpp>

namespace imagegen::test {

// What the models of FakeProvider cost: 0.04 USD for a picture.
inline PriceTable fake_prices() {
  return PriceTable::parse(R"({"models":[
      {"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test","per_image":0.04}]})")
      .value();
}

}  // namespace imagegen::test
