#include <imagegen/testing/contract/job_store_contract.hpp>
#include <imagegen/testing/contract/ledger_contract.hpp>
#include <imagegen/testing/contract/asset_store_contract.hpp>
#include <imagegen/testing/contract/permit_store_contract.hpp>
#include <imagegen/testing/contract/record_store_contract.hpp>

#include "state/support/sqlite_file.hpp"

namespace imagegen::test {
namespace {

IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(Sqlite, JobStoreOf<SqliteState>, JobStoreOf<UntimedSqliteState>);
INSTANTIATE_TEST_SUITE_P(Sqlite, PermitStoreContract, testing::Values(harness<PermitsOf<SqliteState>>()));
INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerContract, testing::Values(harness<LedgerOf<SqliteState>>()));
INSTANTIATE_TEST_SUITE_P(Sqlite, AssetStoreContract, testing::Values(harness<AssetsOf<SqliteState>>()));
INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract, testing::Values(harness<RecordsOf<SqliteState>>()));

}  // namespace
}  // namespace imagegen::test
