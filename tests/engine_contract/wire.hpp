#pragma once
#include <imagegen/core/bytes.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

/// \file What goes over the pipes: one JSON document a line, files as base64.
///
///     {"id": 1, "do": "open", "runtime": 1, "manner": "plain" | "async", "config": {}, "parts": {"store": capability},
///      "picture": file}                                  -> {"id": 1, "result": {}} or {"id": 1, "error": {}}
///     {"id": 2, "do": "call", "runtime": 1, "operation": "store.get", "request": {}, "inputs": [file]}
///                 -> any number of {"id": 2, "progress": {}}, then {"id": 2, "result": {}, "files": [file]} or an
///                 error
///     {"do": "cancel", "call": 2}                        -> nothing; the call ends
///     {"id": 3, "do": "hold", "runtime": 1}              -> {}: the host's provider never answers the next submit
///     {"id": 6, "do": "fail", "runtime": 1, "error": {}} -> {}: it fails the next submit so, as imagegen_host_reject()
///     has it
///     {"id": 4, "do": "asked", "runtime": 1}             -> {"submits": how often the host's provider was asked}
///     {"id": 5, "do": "close", "runtime": 1}             -> {}
///
/// The first line of a peer is {"ready": true}. It ends with status 0 when its input does.
namespace imagegen::test {

boost::json::array to_wire(const std::vector<Bytes>& files);
/// Nothing and absent are no files. \throws ErrorException for what is no base64.
std::vector<Bytes> from_wire(const boost::json::value* files);
Bytes file_from_wire(std::string_view file);

}  // namespace imagegen::test
