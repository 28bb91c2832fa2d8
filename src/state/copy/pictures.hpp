#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/spend/spool.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "state/copy/parts.hpp"

/// \file Pictures that wait for a store, on their way from one spool to another.
namespace imagegen::state {

/// Called after each picture with how many have come; an error ends the copy.
using PictureDone = std::function<Result<void>(std::int64_t count)>;

/// Whether there is any, be it damaged.
Result<bool> has_pictures(Spool& spool);
/// Puts those that `to` has not got. What is damaged is left where it is. \return What that is, a sentence each.
Result<std::vector<std::string>> copy_pictures(Spool& from, Spool& to, const PictureDone& done);
/// Over all that is not damaged, whatever their order.
Result<RowDigest> digest_of(Spool& spool);

}  // namespace imagegen::state
