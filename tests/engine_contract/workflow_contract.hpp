#pragma once
#include <gmock/gmock.h>
#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "engine_contract/language_runtime.hpp"

/// \file What the operations must do in every language, whoever makes the parts. Each document is held against the
/// schema that the library gives for it.
namespace imagegen::test {

struct WorkflowCase {
  std::string name;
  Manner manner;
  bool parts_of_the_host;
};

/// For GoogleTest.
inline void PrintTo(const WorkflowCase& tried, std::ostream* out) {
  *out << tried.name;
}

class WorkflowContract : public testing::TestWithParam<WorkflowCase> {
 protected:
  WorkflowContract();

  LanguageRuntime& runtime() { return *runtime_; }
  void close() { runtime_.reset(); }
  /// What comes of it, of the documented shape.
  CallOutcome run(const std::string& operation, boost::json::object request = {}, std::vector<Bytes> inputs = {});
  /// The same for what must succeed, and for what must fail.
  boost::json::object result(const std::string& operation, boost::json::object request = {},
                             std::vector<Bytes> inputs = {});
  boost::json::object error(const std::string& operation, boost::json::object request = {},
                            std::vector<Bytes> inputs = {});
  /// Of a work item with three files, of the shots A (two) and B.
  static boost::json::object pack();
  static boost::json::object heroes(boost::json::object more = {});
  /// A file of those sides.
  Bytes picture(int width, int height, const std::string& format = "png");
  /// A new prompt job of 2 pictures.
  std::string queue_job(const std::string& owner = "");
  void work_until_idle() { result("worker.run", {{"untilIdle", true}}); }
  /// Waits until the host's provider was asked so often.
  void wait_for_submits(int count);

 private:
  std::unique_ptr<LanguageRuntime> runtime_;
};

/// Runtimes whose provider, store and assets are the host's own.
class HostWorkflowContract : public WorkflowContract {};

std::vector<WorkflowCase> all_cases();
std::vector<WorkflowCase> cases_of_the_host();
inline std::string case_name(const testing::TestParamInfo<WorkflowCase>& tried) {
  return tried.param.name;
}

/// Values of one field of many objects, and the size of an array.
std::vector<std::string> each(const boost::json::value& list, std::string_view field);
std::size_t count(const boost::json::value& list);

}  // namespace imagegen::test
