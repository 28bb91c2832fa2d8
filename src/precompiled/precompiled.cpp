// Nothing but a place for CMake to make the precompiled headers with; see cmake/ImagegenPrecompiled.cmake.
