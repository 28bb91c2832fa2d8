#include "state/mongo/address.hpp"
#include "state/mongo/collections.hpp"
#include "state/mongo/move_assets.hpp"
#include "state/mongo/record_sets.hpp"
#include "state/mongo/schema.hpp"
#include "state/mongo/stores.hpp"
#include "state/open_database.hpp"
#include "state/record_views.hpp"

namespace imagegen::state {

Result<State> open_mongo(const StateOptions& options, ThreadPool& pool) {
  if (const auto checked = check_server_options(options); !checked) return checked.error();
  auto address = mongo::parse_mongo_url(options.url, options.wait);
  if (!address) return address.error();
  const auto database = mongo::MongoDatabase::open(std::move(*address), options.connections, options.clock);
  if (!database) return database.error();
  if (const auto migrated = mongo::migrate(**database, options.wait, options.opening); !migrated) return migrated.error();
  // What a process that was killed has left half done; who only looks changes nothing.
  if (const auto finished = options.opening == StateOpening::look ? Result<void>() : mongo::finish_sets(**database);
      !finished)
    return finished.error();
  State state;
  state.jobs = mongo::make_job_store(*database);
  state.permits = mongo::make_permit_store(*database);
  state.records = mongo::make_record_store(*database, pool);
  state.assets = make_record_asset_store(*state.records);
  state.description = (*database)->server();
  state.examine = [database = *database]() -> Result<void> {
    // A change of nothing asks for the same rights as one of something.
    for (const char* collection : {mongo::kJobs, mongo::kOwners, mongo::kPermits, mongo::kAssetRecords, mongo::kRecordSets}) {
      mongo::Document nobody;
      nobody.text("_id", "imagegen-doctor");
      const auto found = database->find_one(collection, nobody);
      if (!found) return found.error();
      const auto changed =
          database->change(collection, nobody, mongo::field("$set", mongo::Document().integer("x", 0)));
      if (!changed) return changed.error();
    }
    return {};
  };
  state.remarks = [database = *database]() -> Result<std::vector<std::string>> {
    std::vector<std::string> found;
    const auto unmoved = mongo::count_unmoved_assets(*database);
    if (!unmoved) return unmoved.error();
    if (*unmoved > 0) found.push_back(unmoved_assets(*unmoved, std::string("collection ") + mongo::kAssets));
    return found;
  };
  return state;
}

}  // namespace imagegen::state
