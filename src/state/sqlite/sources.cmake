list(APPEND sources sqlite/sqlite_state.cpp)
list(APPEND libraries PkgConfig::IMAGEGEN_SQLITE)
