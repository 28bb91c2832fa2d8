#pragma once
#include <imagegen/spend/price_table.hpp>
