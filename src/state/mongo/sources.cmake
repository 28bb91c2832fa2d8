list(APPEND sources
  mongo/address.cpp mongo/bson.cpp mongo/database.cpp mongo/driver.cpp mongo/errors.cpp mongo/job_claim.cpp mongo/job_documents.cpp
  mongo/job_mirror.cpp mongo/job_outbox.cpp mongo/job_poll.cpp mongo/job_store.cpp
  mongo/mongo_state.cpp mongo/move_assets.cpp mongo/owner_places.cpp mongo/permit_store.cpp mongo/record_documents.cpp mongo/record_sets.cpp
  mongo/record_store.cpp mongo/schema.cpp)
# libmongoc itself is loaded when it is needed; see mongo/driver.hpp.
list(APPEND libraries PkgConfig::IMAGEGEN_BSON imagegen::json ${CMAKE_DL_LIBS})
