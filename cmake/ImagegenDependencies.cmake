# Everything comes from the system; docs/dependencies.md says why each is here.
# Shared with the installed package: cmake/imagegen-config.cmake.in includes this file.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(PkgConfig REQUIRED)
pkg_check_modules(IMAGEGEN_WEBP REQUIRED IMPORTED_TARGET libwebp>=1.2 libwebpdemux libwebpmux)
pkg_check_modules(IMAGEGEN_JPEG REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(IMAGEGEN_SPNG REQUIRED IMPORTED_TARGET spng>=0.7)
pkg_check_modules(IMAGEGEN_HWY REQUIRED IMPORTED_TARGET libhwy>=1.0.3)
pkg_check_modules(IMAGEGEN_LCMS REQUIRED IMPORTED_TARGET lcms2)
