#pragma once
#include <functional>

#include "state/mongo/database.hpp"

/// \file Records of files stood in `imagegen_assets` until version 2 of the schema, and are records like others since.
///
/// Two processes may be at it, one of them long thought dead, and a record that was moved may be removed meanwhile: then
/// nobody may bring it back. So each document is moved like this:
///
/// 1. The mover claims the record: it adds it with revision 0 and `_changeSet` its own id, or takes over the claim of
///    another mover.
/// 2. It sees that the old document is still there. If not, it gives up its claim: the record has been moved before.
/// 3. It makes the record of the claim, if that is still its own, and
/// 4. removes the old document.
///
/// Who has stopped before step 3 and goes on later finds its claim taken over, or no old document. To everybody else the
/// claim is that of a set without a document: void, and no record.
namespace imagegen::mongo {

/// One document, as it was read from `imagegen_assets`.
/// \return Whether it stands there no more; false for one that no record can be made of, which stays.
Result<bool> move_asset(MongoDatabase& database, const ObjectId& mover, const Document& asset);

/// All of them.
/// \param keep_lock Called now and then; its error ends the move.
Result<void> move_assets(MongoDatabase& database, const std::function<Result<void>()>& keep_lock);

/// How many have not been moved, because no record can be made of them or a process of version 1 has written them since.
Result<std::int64_t> count_unmoved_assets(MongoDatabase& database);

}  // namespace imagegen::mongo
