# What `cmake --install` puts where: static libraries, headers, and the package files for CMake and pkg-config.
include(CMakePackageConfigHelpers)
get_property(modules GLOBAL PROPERTY IMAGEGEN_MODULES)

add_library(imagegen_all INTERFACE)
add_library(imagegen::imagegen ALIAS imagegen_all)
set_target_properties(imagegen_all PROPERTIES EXPORT_NAME imagegen)
target_link_libraries(imagegen_all INTERFACE imagegen::runtime)

set(targets imagegen_all)
set(IMAGEGEN_PC_LIBS)
set(IMAGEGEN_PC_OPTIONAL)
if(IMAGEGEN_AVIF)
  string(APPEND IMAGEGEN_PC_OPTIONAL " libavif")
endif()
if(IMAGEGEN_MONGODB)
  string(APPEND IMAGEGEN_PC_OPTIONAL " libbson-1.0")
endif()
# Not among Requires: with --static, libpq's own file names libraries that Debian does not have to link against.
set(IMAGEGEN_PC_PQ)
if(IMAGEGEN_POSTGRES)
  set(IMAGEGEN_PC_PQ " -lpq")
endif()
foreach(module ${modules})
  list(APPEND targets imagegen_${module})
  string(PREPEND IMAGEGEN_PC_LIBS "-limagegen_${module} ")  # those that need come before those that are needed
endforeach()

install(TARGETS ${targets} EXPORT imagegen-targets ARCHIVE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/imagegen DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} PATTERN testing/contract EXCLUDE)
install(EXPORT imagegen-targets NAMESPACE imagegen:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/imagegen)
# Apart from the rest, because it needs GoogleTest: for those who name the component testing_contract.
if(IMAGEGEN_TESTING_KIT)
  install(TARGETS imagegen_testing_gtest imagegen_testing_contract EXPORT imagegen-testing-targets ARCHIVE)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/imagegen/testing/contract DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/imagegen/testing)
  install(EXPORT imagegen-testing-targets NAMESPACE imagegen:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/imagegen)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/imagegen-config.cmake.in ${PROJECT_BINARY_DIR}/imagegen-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/imagegen)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/imagegen-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/imagegen-config.cmake ${PROJECT_BINARY_DIR}/imagegen-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/ImagegenDependencies.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/imagegen)
# Relative to where the file ends up, so that an installed tree can be moved.
file(RELATIVE_PATH IMAGEGEN_PC_TO_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/imagegen.pc.in ${PROJECT_BINARY_DIR}/imagegen.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/imagegen.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/data/models.json ${PROJECT_SOURCE_DIR}/data/prices.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/imagegen)
