#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/record/record_store.hpp>
#include <imagegen/storage/object_store.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/host_calls.hpp"
#include "json/object_reader.hpp"
#include "workflow/host_part_kind.hpp"

// Parts that ask the host: each turns calls into documents and answers back, as docs/host-parts.md says. An answer
// outside that contract is Errc::bad_answer.
namespace imagegen {

// One part of the host, as those below ask it.
struct HostPartLink {
  std::shared_ptr<HostCalls> calls;
  HostRoute route;
  std::string_view part;  // of static storage
  HostPartCost cost = HostPartCost::never;

  Task<Result<HostAnswer>> ask(std::string_view method, boost::json::object arguments, Deadline deadline = {},
                               std::vector<SharedBytes> bytes = {}) const;
  // For a thread that may block.
  Result<HostAnswer> ask_and_wait(std::string_view method, boost::json::object arguments, std::stop_token stop) const;
  HostQuestion question(std::string_view method, boost::json::object arguments) const;
  // What a failure of this part says of money; never Delivery::unknown where it can have cost nothing.
  Error failure(Error error) const;
};

Result<std::unique_ptr<ImageProvider>> make_host_provider(HostPartLink link, const boost::json::value& capability);
Result<std::unique_ptr<ObjectStore>> make_host_store(HostPartLink link, const boost::json::value& capability);
Result<std::unique_ptr<RecordStore>> make_host_records(HostPartLink link, const boost::json::value& capability);
std::unique_ptr<AssetStore> make_host_assets(HostPartLink link);
std::unique_ptr<EventSink> make_host_events(HostPartLink link);

// The failure of imagegen_host_reject(). A field that is nonsense is dropped or cut, and takes no other with it.
Error parse_host_failure(const boost::json::object& document);
// The same of its text, also where that is no JSON because of Infinity, half a surrogate pair, or a text without end.
Error parse_host_failure(std::string_view text);

}  // namespace imagegen
