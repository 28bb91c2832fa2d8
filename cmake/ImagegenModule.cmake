# A few files of a target are compiled as one, because reading Asio, Boost.JSON and GoogleTest, and making the same of their templates
# again, takes more of a build than the files themselves. So names in anonymous namespaces are unique in a folder.
# What they have in common is made once for each batch, and is nearly all that a test is made of: one batch of 24 files takes half the time of
# three of 8, and 1.5 GB.
function(imagegen_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${IMAGEGEN_UNITY} UNITY_BUILD_BATCH_SIZE 24)
  # GCC takes what is included for a header, and warns of anonymous namespaces there.
  if(IMAGEGEN_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# For what only says who does what next: optimising it more would take twice as long to compile and gain nothing.
function(imagegen_glue target)
  imagegen_together(${target})
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(IMAGEGEN_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 14 takes as long again to optimise what its sanitizers add.
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # At -O1 GCC 12 takes the frames of coroutines for allocated otherwise than they are freed.
    target_compile_options(${target} PRIVATE -Wno-mismatched-new-delete)
  endif()
endfunction()

# imagegen_add_module(<name> SOURCES ... [PUBLIC targets...] [PRIVATE targets...] [FAST])
#   One static library imagegen_<name> with the alias imagegen::<name>; sources are relative to src/<name>.
#   FAST: it touches each pixel or byte, so it is optimised as the build type says; else with -O1.
function(imagegen_add_module name)
  cmake_parse_arguments(arg "FAST" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(imagegen_${name} STATIC ${arg_SOURCES})
  add_library(imagegen::${name} ALIAS imagegen_${name})
  target_compile_features(imagegen_${name} PUBLIC cxx_std_20)
  target_include_directories(imagegen_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(imagegen_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:imagegen_warnings>)
  set_target_properties(imagegen_${name} PROPERTIES EXPORT_NAME ${name})
  if(IMAGEGEN_FUZZ)
    target_compile_options(imagegen_${name} PRIVATE -fsanitize=fuzzer-no-link)  # coverage for libFuzzer
  endif()
  if(arg_FAST)
    imagegen_together(imagegen_${name})
    set_target_properties(imagegen_${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 8)  # optimising is most of it, on all cores
  else()
    imagegen_glue(imagegen_${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY IMAGEGEN_MODULES ${name})
endfunction()

# imagegen_add_test(<name> SOURCES ... [ALONE sources...] [LIBS targets...] [LABELS labels...] [SERIAL] [WHOLE | EACH])
#   One GoogleTest program; every TEST in it becomes one CTest test, or with WHOLE all together, where each process would
#   start a server that takes its time. EACH: never all together, because each of them takes its time itself and they
#   would all wait on one core. It may include private headers of src/. ALONE: what uses the same names for
#   other things than its neighbours, and so is compiled by itself.
function(imagegen_add_test name)
  cmake_parse_arguments(arg "SERIAL;WHOLE;EACH" "" "SOURCES;ALONE;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES} ${arg_ALONE})
  set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  imagegen_together(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest GTest::gmock GTest::gtest_main imagegen_warnings)
  if(arg_WHOLE OR (IMAGEGEN_WHOLE_TEST_PROGRAMS AND NOT arg_EACH))
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 1200 LABELS "${arg_LABELS}" RUN_SERIAL ${arg_SERIAL})
  else()
    list(GET arg_LABELS 0 label)  # gtest_discover_tests() takes no list here
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 300 LABELS ${label} RUN_SERIAL ${arg_SERIAL})
  endif()
endfunction()
