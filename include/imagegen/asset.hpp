#pragma once
#include <imagegen/asset/asset_store.hpp>
