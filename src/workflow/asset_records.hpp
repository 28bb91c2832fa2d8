#pragma once
#include <imagegen/asset/asset_store.hpp>

#include <string>
#include <string_view>

namespace imagegen {

// The id of the record of what a job made for one place ("0", "OL-1/Desktop"), the same whenever it is made again.
std::string asset_id(std::string_view job_id, std::string_view place);

// Writes down a file that has just been published; does nothing without a store of records. May be repeated: a record
// that says the same already is left as it is, with the time it was made. Errors of the store.
Task<Result<void>> record_asset(AssetStore* assets, AssetRecord asset);

}  // namespace imagegen
