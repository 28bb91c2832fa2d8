#include "contract/job_store_contract.hpp"
#include "contract/ledger_contract.hpp"
#include "contract/job_time_contract.hpp"
#include "contract/metadata_store_contract.hpp"
#include "contract/permit_store_contract.hpp"
#include "contract/spool_contract.hpp"
#include "state/support/postgres_harness.hpp"

namespace imagegen::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, JobStoreContract, PostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, JobClaimContract, PostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, JobTimeContract, UntimedPostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, PermitStoreContract, PostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LedgerContract, PostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, MetadataStoreContract, PostgresHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, SpoolContract, PostgresHarness);

}  // namespace imagegen::test
