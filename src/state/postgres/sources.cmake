list(APPEND sources postgres/postgres_state.cpp)
list(APPEND libraries PkgConfig::IMAGEGEN_PQ)
