#pragma once
#include <imagegen/asset/asset_store.hpp>

#include "json/fields.hpp"

// Records of files as documents, for operations and for a host's own store of them.
namespace imagegen {

const json::Fields<AssetRecord>& fields_of(const AssetRecord*);
const json::Fields<AssetPage>& fields_of(const AssetPage*);
const json::Fields<AssetQuery>& fields_of(const AssetQuery*);

}  // namespace imagegen
