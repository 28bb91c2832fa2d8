#include <imagegen/testing/contract/job_store_contract.hpp>
#include <imagegen/testing/contract/ledger_contract.hpp>
#include <imagegen/testing/contract/asset_store_contract.hpp>
#include <imagegen/testing/contract/permit_store_contract.hpp>
#include <imagegen/testing/contract/record_store_contract.hpp>
#include <imagegen/testing/contract/spool_contract.hpp>

#include "state/support/postgres_harness.hpp"

namespace imagegen::test {

IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(Postgres, JobStoreOf<PostgresHarness>, JobStoreOf<UntimedPostgresHarness>);
INSTANTIATE_TEST_SUITE_P(Postgres, PermitStoreContract, testing::Values(harness<PermitsOf<PostgresHarness>>()));
INSTANTIATE_TEST_SUITE_P(Postgres, LedgerContract, testing::Values(harness<LedgerOf<PostgresHarness>>()));
INSTANTIATE_TEST_SUITE_P(Postgres, AssetStoreContract, testing::Values(harness<AssetsOf<PostgresHarness>>()));
INSTANTIATE_TEST_SUITE_P(Postgres, RecordStoreContract, testing::Values(harness<RecordsOf<PostgresHarness>>()));
INSTANTIATE_TEST_SUITE_P(Postgres, SpoolContract, testing::Values(harness<SpoolOf<PostgresHarness>>()));

}  // namespace imagegen::test
