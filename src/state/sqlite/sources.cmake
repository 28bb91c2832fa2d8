list(APPEND sources
  sqlite/change_poll.cpp sqlite/common_time.cpp sqlite/connection.cpp sqlite/copy_session.cpp sqlite/copy_side.cpp sqlite/database.cpp sqlite/failure.cpp sqlite/job_claim.cpp
  sqlite/examine.cpp sqlite/job_list.cpp sqlite/job_rows.cpp sqlite/job_store.cpp sqlite/ledger.cpp sqlite/log_guard.cpp
  sqlite/make_file.cpp
  sqlite/permit_store.cpp sqlite/purchase_rows.cpp sqlite/record_store.cpp sqlite/record_views.cpp sqlite/schema.cpp sqlite/scrub.cpp sqlite/sqlite_state.cpp sqlite/statement.cpp)
list(APPEND libraries PkgConfig::IMAGEGEN_SQLITE)
