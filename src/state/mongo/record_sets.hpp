#pragma once
#include <imagegen/maker/record/store_parts.hpp>

#include <string>
#include <vector>

#include "state/mongo/database.hpp"

/// \file Several changes of records at once, where one document is all that changes in one step.
///
/// 1. A set begins as one document of `imagegen_record_sets` with all its changes: {decided: false}.
/// 2. Its writer, and nobody else, claims its records in their order: each gets `_changeSet`, if its revision is the one
///    expected. One that is to be added is put there with revision 0. A claimed record is changed by nobody but its set.
/// 3. The writer sets {decided: true}: from here on all changes are certain, and before none is.
/// 4. The changes are made in the records, each together with the end of its claim; then the set's document goes.
///
/// A writer that meets a claim makes the changes of a set that is decided, as open_state() does too. It waits for one that
/// is not, and gives that up in the end by removing its document: its writer, if it lives, finds it undecidable and begins
/// anew. A claim of a set that has no document is void, because only its own writer claims, and only before it is decided.
///
/// What readers see: a record is as it was before until step 4 comes to it, also after it was claimed, and as it is after
/// from there on; never half of a change. Between the first and the last of step 4 they see some changes of the set and not
/// the others, and when its writer was killed there, until somebody opens the store or writes one of its records.
namespace imagegen::mongo {

/// Makes all of the changes or none; gives the revisions by CheckedChange::place.
Result<std::vector<std::int64_t>> write_set(MongoDatabase& database, const std::vector<CheckedChange>& changes);

/// Whether a claim is that of a set that has its document. Else it is void, or that of who moves records of files.
Result<bool> is_set(MongoDatabase& database, const ObjectId& id);

/// For a writer who has met the claim of a set on a record, for the `attempt`-th time: gets it out of the way or waits.
Result<void> meet_set(MongoDatabase& database, std::string_view collection, const std::string& id, const ObjectId& set,
                      int attempt);

/// Makes the changes of sets that are decided, and gives up those that have not been for a minute.
Result<void> finish_sets(MongoDatabase& database);

}  // namespace imagegen::mongo
