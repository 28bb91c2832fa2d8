#include "json/write.hpp"
#include "workflow/erase/erase_fields.hpp"

namespace imagegen {

using json::computed;
using json::field;

static const json::Fields<EraseFailure>& fields_of(const EraseFailure*) {
  using F = EraseFailure;
  static const auto& all = *new json::Fields<F>(
      "EraseFailure", {field("what", &F::what, "\"object images/1.webp\", \"job j-1\""),
                       computed<F>("code", [](const F& failure) { return to_string(failure.error.code); }),
                       computed<F>("message", [](const F& failure) { return failure.error.message; }),
                       computed<F>("retryable", [](const F& failure) { return failure.error.retry == Retry::later; })});
  return all;
}

// The id of whom it was about, under the name of the kind.
static json::Field<EraseReport> person_field(std::string_view name, Person::Kind kind) {
  return computed<EraseReport>(name, [kind](const EraseReport& report) {
    return report.person.kind == kind ? std::optional(report.person.id) : std::nullopt;
  });
}

static boost::json::object records_of(const EraseReport& report) {
  boost::json::object records;
  for (const auto& [collection, count] : report.records) records[collection] = count;
  return records;
}

const json::Fields<EraseReport>& fields_of(const EraseReport*) {
  using R = EraseReport;
  static const auto& all = *new json::Fields<R>(
      "EraseReport",
      {person_field("user", Person::Kind::user), person_field("character", Person::Kind::character),
       field("dryRun", &R::dry_run, "nothing went: it would go"),
       computed<R>(
           "complete", [](const R& report) { return report.failed.empty(); }, "nothing that is known is left"),
       computed<R>("foundNothing", [](const R& report) { return report.found_nothing(); }),
       field("cancelled", &R::cancelled, "jobs that were queued or ran"),
       field("jobs", &R::jobs, "of which a stub is left"), field("purchases", &R::purchases, "whose texts went"),
       field("assets", &R::assets, "records of files"), field("spooled", &R::spooled, "pictures of the spool"),
       computed<R>("records", records_of, "others, by their collection"),
       field("removed", &R::removed, "keys of files that went"),
       field("shared", &R::shared, "keys of files that somebody else has too, and that stay"),
       field("live", &R::live, "in a dry run: jobs that are queued or run"),
       field("left", &R::left, "what may be the person's too and stays, a sentence each"),
       field("failed", &R::failed)});
  return all;
}

std::string to_json(const EraseReport& report) {
  return json::write(fields_of(&report).write(report));
}

}  // namespace imagegen
