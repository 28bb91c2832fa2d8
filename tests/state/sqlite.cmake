imagegen_add_test(sqlite_state_test
  SOURCES sqlite_contract_test.cpp sqlite_durable_test.cpp sqlite_file_test.cpp sqlite_like_memory_test.cpp sqlite_loss_test.cpp sqlite_scrub_test.cpp
          sqlite_shared_test.cpp sqlite_time_test.cpp sqlite_views_test.cpp
  LIBS imagegen::testing_contract imagegen::state imagegen_test_support PkgConfig::IMAGEGEN_SQLITE LABELS state)
