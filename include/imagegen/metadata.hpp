#pragma once
#include <imagegen/metadata/metadata_store.hpp>
#include <imagegen/metadata/store_parts.hpp>
