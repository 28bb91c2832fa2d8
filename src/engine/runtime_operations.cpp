#include <imagegen/core/version.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/doctor.hpp>

#include "engine/findings_fields.hpp"
#include "engine/operation_table.hpp"

namespace imagegen {

namespace runtime_operation {
namespace {

using json::field;

struct FirstProvider {
  std::string name, model;
};

const json::Fields<FirstProvider>& fields_of(const FirstProvider*) {
  static const auto& all = *new json::Fields<FirstProvider>(
      "FirstProvider", {field("name", &FirstProvider::name), field("model", &FirstProvider::model)});
  return all;
}

struct Formats {
  std::vector<std::string> read, write;
};

const json::Fields<Formats>& fields_of(const Formats*) {
  static const auto& all =
      *new json::Fields<Formats>("Formats", {field("read", &Formats::read), field("write", &Formats::write)});
  return all;
}

struct Description {
  std::string version;
  FirstProvider provider;
  std::vector<std::string> providers;
  std::string store;
  std::size_t threads = 0;
  Formats formats;
};

const json::Fields<Description>& fields_of(const Description*) {
  using D = Description;
  static const auto& all = *new json::Fields<D>(
      "RuntimeDescription",
      {field("version", &D::version), field("provider", &D::provider, "who is asked where nothing else is said"),
       field("providers", &D::providers), field("store", &D::store), field("threads", &D::threads),
       field("formats", &D::formats)});
  return all;
}

std::vector<std::string> formats(bool (*has)(ImageFormat) noexcept) {
  std::vector<std::string> list;
  for (const auto format : kInputFormats)
    if (has(format)) list.emplace_back(to_string(format));
  return list;
}

Task<Answer<Description>> describe(OperationContext& context, Nothing) {
  auto& runtime = runtime_of(context);
  const auto first = default_choice(runtime.provider().capability());
  Answered<Description> answer;
  auto& described = answer.result;
  described.version = version();
  described.provider = {first.provider, first.model};
  for (const auto* provider : runtime.providers().all()) described.providers.push_back(provider->capability().provider);
  described.store = runtime.store().capability().name;
  described.threads = runtime.pool().threads();
  described.formats = {formats(can_decode), formats(can_encode)};
  co_return answer;
}

Task<Answer<Examination>> examine_runtime(OperationContext& context, Nothing) {
  Answered<Examination> answer;
  answer.result.findings = co_await examine(runtime_of(context));
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "runtime.describe", .summary = "Tells what this library and its configuration are."},
                describe),
      operation({.name = "runtime.examine",
                 .summary = "Tries provider and store, and says what is wrong; buys nothing.",
                 .gives = "findings"},
                examine_runtime),
  };
}

}  // namespace
}  // namespace runtime_operation

std::span<const Operation> runtime_operations() {
  static const auto& all = *new std::vector<Operation>(runtime_operation::all_operations());
  return all;
}

}  // namespace imagegen
