#pragma once
#include <functional>

#include "state/mongo/database.hpp"

/// \file Records of files stood in `imagegen_assets` until version 2 of the schema, and are records like others since.
/// Processes of version 1 that were not stopped go on writing them there; what they wrote is moved when somebody opens the
/// state. The collection itself stays: dropped, it would take with it what they write in that moment.
///
/// Two processes may be at it, one of them long thought dead, and a record that was moved may be removed meanwhile: then
/// nobody may bring it back. So each document is moved like this, a hundred in each step:
///
/// 1. The mover claims the record: it adds it with revision 0 and `_changeSet` its own id.
/// 2. It sees that the old document is still there. If not, it gives up its claim: the record has been moved before.
/// 3. It makes the record of the claim, if that is still its own, and keeps it claimed;
/// 4. removes the old document; and
/// 5. ends the claim.
///
/// Where a record is there already, only step 4 is left to do. Who has stopped before step 3 and goes on later finds its
/// claim gone, or no old document. To everybody else the claim is that of a set without a document: void, and until step 3
/// no record. Whoever ends it from there on does step 4 first, so a record that may be changed or removed has no old
/// document any more. A mover waits for the claim of a set that has a document, as writers of records do.
namespace imagegen::mongo {

/// Called before anything is changed, and now and then; its error ends the move.
using KeepLock = std::function<Result<void>()>;

/// One document, as it was read from `imagegen_assets`.
/// \return Whether it stands there no more; false for one that no record can be made of, which stays.
Result<bool> move_asset(MongoDatabase& database, const ObjectId& mover, const Document& asset);

/// All of them.
Result<void> move_assets(MongoDatabase& database, const KeepLock& keep_lock);

/// Whether there is one that a record can be made of.
Result<bool> any_asset_to_move(MongoDatabase& database);

/// Steps 4 and 5 for another, whose claim on a record of a file somebody has met: what may be a mover, and no set that has a
/// document. Does nothing before step 3.
Result<void> end_move(MongoDatabase& database, const std::string& id, const ObjectId& mover);

/// How many have not been moved, because no record can be made of them or a process of version 1 has written them since.
Result<std::int64_t> count_unmoved_assets(MongoDatabase& database);

}  // namespace imagegen::mongo
