imagegen_add_test(state_copy_test WHOLE
  SOURCES copy_test.cpp
  LIBS imagegen::testing_contract imagegen::state imagegen_test_support PkgConfig::IMAGEGEN_SQLITE LABELS state)
if(IMAGEGEN_POSTGRES)
  target_link_libraries(state_copy_test PRIVATE imagegen_postgres_server)
  target_compile_definitions(state_copy_test PRIVATE IMAGEGEN_HAS_POSTGRES)
endif()
