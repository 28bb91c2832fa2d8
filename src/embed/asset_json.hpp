#pragma once
#include <imagegen/metadata/metadata_store.hpp>

#include <boost/json/object.hpp>

#include "json/object_reader.hpp"

// Records of files as documents: of operations and of a metadata store of the host.
namespace imagegen {

boost::json::object to_object(const AssetRecord& asset);
boost::json::object to_object(const AssetPage& page);
// Its limits are for check_asset().
AssetRecord read_asset(json::ObjectReader& part);

}  // namespace imagegen
