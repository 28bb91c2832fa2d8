#include <imagegen/state/copy.hpp>

#include "engine/operation_table.hpp"

namespace imagegen {

static const json::Fields<CopiedPart>& fields_of(const CopiedPart*) {
  using json::field;
  static const auto& all = *new json::Fields<CopiedPart>(
      "CopiedPart", {field("name", &CopiedPart::name), field("rows", &CopiedPart::rows, "or pictures"),
                     field("sha256", &CopiedPart::sha256, "over all values, the same in source and copy")});
  return all;
}

static const json::Fields<StateCopyReport>& fields_of(const StateCopyReport*) {
  using R = StateCopyReport;
  using json::field;
  static const auto& all = *new json::Fields<R>(
      "StateCopyReport",
      {field("source", &R::from), field("target", &R::to),
       field("parts", &R::parts, "read again from both, and found equal"),
       field("resumed", &R::resumed, "an earlier call had begun it"),
       field("wasComplete", &R::was_complete, "it was there already, and nobody has used it since"),
       field("sourceRetired", &R::source_retired, "no worker takes anything from the source any more"),
       field("remarks", &R::remarks, "what its operator should know")});
  return all;
}

static const json::Fields<StateCopyProgress>& fields_of(const StateCopyProgress*) {
  using json::field;
  static const auto& all = *new json::Fields<StateCopyProgress>(
      "StateCopyProgress",
      {field("part", &StateCopyProgress::part), field("rows", &StateCopyProgress::rows, "of it so far")});
  return all;
}

namespace state_operation {
namespace {

using json::field;

struct CopyCall {
  std::string source, target;
  bool retire_source = false;
};

json::Fields<CopyCall> copy_fields() {
  return {"",
          {field("source", &CopyCall::source, "sqlite:FILE or postgres://...").required(),
           field("target", &CopyCall::target, "the same; empty, or what an interrupted copy of the same state has left")
               .required(),
           field("retireSource", &CopyCall::retire_source,
                 "mark the source as moved, so that no worker takes anything from it any more")}};
}

Task<Answer<StateCopyReport>> copy(OperationContext& context, CopyCall call) {
  StateCopyOptions options;
  options.from = Secret(std::move(call.source));
  options.to = Secret(std::move(call.target));
  options.retire_source = call.retire_source;
  options.go_on = [&context](const StateCopyProgress& progress) {
    context.progress(fields_of(&progress).write(progress));
    return !context.stop.stop_requested();
  };
  auto work = [&options] { return copy_state(options); };
  auto report = co_await runtime_of(context).pool().run(work);
  if (!report) co_return to_failure(report.error());
  Answered<StateCopyReport> answer{std::move(*report)};
  co_return answer;
}

Operation state_copy() {
  auto made =
      operation({.name = "state.copy",
                 .summary = "Copies a state to another database, as a backup or to move it; nobody may work with "
                            "either meanwhile."},
                copy_fields(), json::fields_of_type<StateCopyReport>(), copy);
  made.description.progress_schema = json::write(json::fields_of_type<StateCopyProgress>().schema(json::Use::result));
  made.ends_by_stop_token = true;
  return made;
}

}  // namespace
}  // namespace state_operation

std::span<const Operation> state_operations() {
  static const auto& all = *new std::vector<Operation>{state_operation::state_copy()};
  return all;
}

}  // namespace imagegen
