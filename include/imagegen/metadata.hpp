#pragma once
#include <imagegen/metadata/metadata_store.hpp>
