# What nearly every file reads is parsed once for all of them: without it, reading Asio, Boost.JSON and GoogleTest takes
# more than half of a build. A file still includes what it uses; `-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON` shows one that
# does not (./test.sh --full builds so).
set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)

# What a precompiled header defines, those that use it have to define too.
function(imagegen_precompiled_definitions target)
  target_compile_definitions(${target} PRIVATE
    $<TARGET_PROPERTY:Boost::json,INTERFACE_COMPILE_DEFINITIONS>
    $<TARGET_PROPERTY:Boost::container,INTERFACE_COMPILE_DEFINITIONS>)
endfunction()

set(IMAGEGEN_PRECOMPILED_HEADERS
  <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <functional> <map> <memory> <mutex> <optional>
  <set> <span> <string> <string_view> <utility> <variant> <vector>
  <imagegen/core/task.hpp>
  <boost/asio/as_tuple.hpp> <boost/asio/bind_cancellation_slot.hpp> <boost/asio/co_spawn.hpp>
  <boost/asio/io_context.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp>
  <boost/asio/use_awaitable.hpp> <boost/json.hpp>)

# imagegen_precompile(<target>): the modules that are compiled with -O1 share one.
function(imagegen_precompile target)
  if(NOT TARGET imagegen_precompiled)
    add_library(imagegen_precompiled OBJECT ${PROJECT_SOURCE_DIR}/src/precompiled/precompiled.cpp)
    imagegen_without_speed(imagegen_precompiled)
    target_link_libraries(imagegen_precompiled PRIVATE imagegen::core imagegen_warnings)
    imagegen_precompiled_definitions(imagegen_precompiled)
    target_precompile_headers(imagegen_precompiled PRIVATE ${IMAGEGEN_PRECOMPILED_HEADERS})
  endif()
  imagegen_precompiled_definitions(${target})
  target_precompile_headers(${target} REUSE_FROM imagegen_precompiled)
endfunction()

# imagegen_precompile_test(<program>): all test programs share one, with GoogleTest in it.
function(imagegen_precompile_test target)
  if(NOT TARGET imagegen_precompiled_tests)
    add_executable(imagegen_precompiled_tests EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/src/precompiled/precompiled.cpp)
    imagegen_without_speed(imagegen_precompiled_tests)
    target_link_libraries(imagegen_precompiled_tests
      PRIVATE imagegen::core GTest::gtest GTest::gmock GTest::gtest_main imagegen_warnings)
    imagegen_precompiled_definitions(imagegen_precompiled_tests)
    target_precompile_headers(imagegen_precompiled_tests
      PRIVATE ${IMAGEGEN_PRECOMPILED_HEADERS} <gtest/gtest.h> <gmock/gmock.h> <filesystem> <fstream> <iostream> <random>
              <thread>)
  endif()
  imagegen_precompiled_definitions(${target})
  target_precompile_headers(${target} REUSE_FROM imagegen_precompiled_tests)
endfunction()
