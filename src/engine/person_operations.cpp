#include <imagegen/runtime/erase.hpp>

#include "engine/operation_table.hpp"
#include "workflow/erase/erase_fields.hpp"

namespace imagegen {
namespace person_operation {
namespace {

using json::field;

struct EraseCall {
  std::optional<std::string> user, character;
  bool cancel_jobs = false, dry_run = false;
  std::chrono::milliseconds patience = EraseRequest().patience;
};

void check_person(const EraseCall& call, const json::Place& place) {
  if (call.user.has_value() == call.character.has_value())
    place.fault("expected a user or a character, and one of them");
}

json::Fields<EraseCall> erase_fields() {
  using C = EraseCall;
  json::Fields<C> fields(
      "EraseRequest",
      {field("user", &C::user, "a user's id, exactly").not_blank(),
       field("character", &C::character, "a character's id, exactly").not_blank(),
       field("cancelJobs", &C::cancel_jobs,
             "cancel the person's jobs that are queued or run, and wait for them; else refuse"),
       field("dryRun", &C::dry_run, "only tell what would go"),
       field("patienceMs", &C::patience, "how long to wait for jobs that were cancelled").range(0, 86'400'000)});
  return fields.checked(check_person);
}

Task<Answer<EraseReport>> erase(OperationContext& context, EraseCall call) {
  EraseRequest request;
  request.person.kind = call.user ? Person::Kind::user : Person::Kind::character;
  request.person.id = call.user ? *call.user : *call.character;
  request.cancel_jobs = call.cancel_jobs;
  request.dry_run = call.dry_run;
  request.patience = call.patience;
  auto report = co_await erase_person(runtime_of(context), std::move(request));
  if (!report) co_return to_failure(report.error());
  Answered<EraseReport> answer{std::move(*report)};
  co_return answer;
}

}  // namespace
}  // namespace person_operation

std::span<const Operation> person_operations() {
  using namespace person_operation;
  static const auto& all = *new std::vector<Operation>{operation(
      {.name = "persons.erase",
       .summary =
           "Removes the prompts, references, files and records of a user or a character; the ledger keeps amounts."},
      erase_fields(), json::fields_of_type<EraseReport>(), erase)};
  return all;
}

}  // namespace imagegen
