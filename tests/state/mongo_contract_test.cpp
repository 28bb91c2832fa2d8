#include <imagegen/testing/contract/job_store_contract.hpp>
#include <imagegen/testing/contract/asset_store_contract.hpp>
#include <imagegen/testing/contract/permit_store_contract.hpp>
#include <imagegen/testing/contract/record_store_contract.hpp>

#include "state/support/mongo_harness.hpp"

namespace imagegen::test {

IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(Mongo, JobStoreOf<MongoHarness>, JobStoreOf<UntimedMongoHarness>);
INSTANTIATE_TEST_SUITE_P(Mongo, PermitStoreContract, testing::Values(harness<PermitsOf<MongoHarness>>()));
INSTANTIATE_TEST_SUITE_P(Mongo, AssetStoreContract, testing::Values(harness<AssetsOf<MongoHarness>>()));
INSTANTIATE_TEST_SUITE_P(Mongo, RecordStoreContract, testing::Values(harness<RecordsOf<MongoHarness>>()));

}  // namespace imagegen::test
