imagegen_add_test(state_postgres_test WHOLE
  SOURCES postgres_claim_test.cpp postgres_contract_test.cpp postgres_faults_test.cpp postgres_loss_test.cpp postgres_schema_test.cpp
          postgres_shared_test.cpp postgres_spool_test.cpp postgres_views_test.cpp
  LIBS imagegen::testing_contract imagegen::state imagegen_postgres_server imagegen_test_support LABELS state)
