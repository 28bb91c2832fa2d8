#pragma once
#include <imagegen/core/result.hpp>

#include <mongoc/mongoc.h>

/// \file libmongoc, loaded when a MongoDB is first opened and not before: in a program that starts it makes a file
/// below /dev/shm, may print, and brings twenty libraries along, and most programs with this library never need it.
namespace imagegen::mongo {

// What is used of it.
#define IMAGEGEN_MONGOC_FUNCTIONS(USE)            \
  USE(bulk_operation_destroy)                     \
  USE(bulk_operation_execute)                     \
  USE(bulk_operation_replace_one_with_opts)       \
  USE(client_get_collection)                      \
  USE(client_pool_destroy)                        \
  USE(client_pool_max_size)                       \
  USE(client_pool_new_with_error)                 \
  USE(client_pool_pop)                            \
  USE(client_pool_push)                           \
  USE(client_pool_set_error_api)                  \
  USE(client_read_command_with_opts)              \
  USE(client_write_command_with_opts)             \
  USE(collection_aggregate)                       \
  USE(collection_create_bulk_operation_with_opts) \
  USE(collection_delete_many)                     \
  USE(collection_delete_one)                      \
  USE(collection_destroy)                         \
  USE(collection_find_with_opts)                  \
  USE(collection_insert_many)                     \
  USE(collection_insert_one)                      \
  USE(collection_update_many)                     \
  USE(collection_update_one)                      \
  USE(cursor_destroy)                             \
  USE(cursor_error)                               \
  USE(cursor_next)                                \
  USE(init)                                       \
  USE(log_set_handler)                            \
  USE(read_prefs_destroy)                         \
  USE(read_prefs_new)                             \
  USE(uri_destroy)                                \
  USE(uri_get_database)                           \
  USE(uri_get_hosts)                              \
  USE(uri_get_password)                           \
  USE(uri_get_srv_hostname)                       \
  USE(uri_has_option)                             \
  USE(uri_new_with_error)                         \
  USE(uri_set_appname)                            \
  USE(uri_set_option_as_int32)                    \
  USE(uri_set_read_prefs_t)                       \
  USE(uri_set_write_concern)                      \
  USE(write_concern_destroy)                      \
  USE(write_concern_new)                          \
  USE(write_concern_set_journal)                  \
  USE(write_concern_set_wmajority)

struct Driver {
#define IMAGEGEN_MONGOC_MEMBER(name) decltype(&::mongoc_##name) name = nullptr;
  IMAGEGEN_MONGOC_FUNCTIONS(IMAGEGEN_MONGOC_MEMBER)
#undef IMAGEGEN_MONGOC_MEMBER
};

/// Loads it, once in a process. Errc::unsupported where it is not installed. Safe from any thread.
Result<void> load_driver();

/// After load_driver() was successful.
const Driver& driver() noexcept;

}  // namespace imagegen::mongo
