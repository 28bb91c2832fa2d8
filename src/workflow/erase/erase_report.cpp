#include <imagegen/workflow/erase_person.hpp>

#include <boost/json.hpp>

#include "json/write.hpp"

namespace imagegen {
namespace {

boost::json::array array_of(const std::vector<std::string>& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

}  // namespace

std::string to_json(const EraseReport& report) {
  boost::json::object records;
  for (const auto& [collection, count] : report.records) records[collection] = count;
  boost::json::array failed;
  for (const EraseFailure& failure : report.failed)
    failed.push_back({{"what", failure.what},
                      {"code", to_string(failure.error.code)},
                      {"message", failure.error.message},
                      {"retryable", failure.error.retry == Retry::later}});
  boost::json::object json{{std::string(to_string(report.person.kind)), report.person.id},
                           {"dryRun", report.dry_run},
                           {"complete", report.failed.empty()},
                           {"foundNothing", report.found_nothing()},
                           {"cancelled", report.cancelled},
                           {"jobs", report.jobs},
                           {"purchases", report.purchases},
                           {"assets", report.assets},
                           {"spooled", report.spooled},
                           {"records", std::move(records)},
                           {"removed", array_of(report.removed)},
                           {"shared", array_of(report.shared)},
                           {"live", array_of(report.live)},
                           {"left", array_of(report.left)},
                           {"failed", std::move(failed)}};
  return json::write(json);
}

}  // namespace imagegen
