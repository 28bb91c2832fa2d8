imagegen_add_test(state_mongo_test WHOLE SERIAL
  SOURCES mongo_claim_test.cpp mongo_contract_test.cpp mongo_document_test.cpp mongo_error_test.cpp mongo_faults_test.cpp
          mongo_ledger_test.cpp mongo_moved_assets_test.cpp mongo_places_test.cpp mongo_record_test.cpp mongo_schema_test.cpp mongo_shared_test.cpp
  LIBS imagegen::testing_contract imagegen::state imagegen_mongodb_server imagegen_test_support PkgConfig::IMAGEGEN_MONGOC LABELS state)
