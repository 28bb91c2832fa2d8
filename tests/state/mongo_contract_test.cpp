#include "contract/job_claim_contract.hpp"
#include "contract/job_store_contract.hpp"
#include "contract/job_time_contract.hpp"
#include "contract/metadata_store_contract.hpp"
#include "contract/permit_store_contract.hpp"
#include "state/support/mongo_harness.hpp"

namespace imagegen::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, JobStoreContract, MongoHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, JobClaimContract, MongoHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, JobTimeContract, UntimedMongoHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, PermitStoreContract, MongoHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Mongo, MetadataStoreContract, MongoHarness);

}  // namespace imagegen::test
