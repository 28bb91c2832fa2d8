list(APPEND sources
  postgres/connection.cpp postgres/copy_session.cpp postgres/copy_side.cpp postgres/database.cpp postgres/errors.cpp postgres/job_claim.cpp postgres/job_rows.cpp
  postgres/job_store.cpp postgres/ledger.cpp postgres/listener.cpp postgres/permit_store.cpp
  postgres/postgres_state.cpp postgres/purchase_rows.cpp postgres/record_store.cpp postgres/record_views.cpp postgres/schema.cpp postgres/spool.cpp postgres/teller.cpp
  postgres/values.cpp)
list(APPEND libraries PkgConfig::IMAGEGEN_PQ)
