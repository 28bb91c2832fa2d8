imagegen_add_test(state_postgres_test SOURCES postgres_contract_test.cpp
  LIBS imagegen::state imagegen_postgres_server imagegen_test_support LABELS state)
