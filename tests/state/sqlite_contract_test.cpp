#include "contract/job_store_contract.hpp"
#include "contract/job_time_contract.hpp"
#include "contract/ledger_contract.hpp"
#include "contract/metadata_store_contract.hpp"
#include "contract/permit_store_contract.hpp"
#include "state/support/sqlite_file.hpp"

namespace imagegen::test {
namespace {

// The io_context first: a thread of the pool may still be in it for a moment after the end of a task.
class SqliteMetadataHarness : public IoRunner, public SqliteState {};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, JobStoreContract, SqliteState);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, JobClaimContract, SqliteState);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, JobTimeContract, UntimedSqliteState);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, PermitStoreContract, SqliteState);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, LedgerContract, SqliteState);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, MetadataStoreContract, SqliteMetadataHarness);

}  // namespace
}  // namespace imagegen::test
