# Warnings and sanitizers for the project's own code; nothing here reaches a consumer.
add_library(imagegen_warnings INTERFACE)
target_compile_options(imagegen_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror=return-type)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(IMAGEGEN_SANITIZE)
    # Instrumentation hides from GCC 12 what is initialised and which delete belongs to which new. Fences, which the
    # thread sanitizer does not know, are Asio's.
    target_compile_options(imagegen_warnings INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-tsan)
  endif()
  # GCC 12 sees null dereferences in inlined Asio and std::string code that are not there (bugs 105329, 108088).
  target_compile_options(imagegen_warnings INTERFACE -Wno-null-dereference -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # A std::array of a table needs no second pair of braces.
  target_compile_options(imagegen_warnings INTERFACE -Wno-missing-braces)
endif()
# One rounding on every machine: a fused multiply-add would make pixels depend on the instruction set.
add_compile_options(-ffp-contract=off)

if(IMAGEGEN_SANITIZE)
  add_compile_options(-fsanitize=${IMAGEGEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 -O1)
  add_link_options(-fsanitize=${IMAGEGEN_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND IMAGEGEN_SANITIZE MATCHES undefined)
    # Clang 14 cannot put this check's data in front of a coroutine: "Cannot represent a difference across sections".
    add_compile_options(-fno-sanitize=function)
    # Programs in C use libimagegen.so, whose checks are those of C++.
    add_link_options(-fsanitize-link-c++-runtime)
    link_libraries(stdc++)
  endif()
endif()

# Programs of tests are linked from everything, and with what sanitizers add: lld takes a seventh of the time of Debian's usual linker.
find_program(IMAGEGEN_LLD ld.lld)
mark_as_advanced(IMAGEGEN_LLD)
if(IMAGEGEN_TESTS AND IMAGEGEN_LLD)
  add_link_options(-fuse-ld=lld)
endif()
