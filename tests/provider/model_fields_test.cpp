// What is written of a model is read as the same.
#include "provider/model_fields.hpp"

#include <imagegen/provider/model_table.hpp>

#include <gtest/gtest.h>

#include "json/object_reader.hpp"

namespace imagegen {
namespace {

TEST(ModelFields, OfEveryModelOfTheTableAreReadAsTheyWereWritten) {
  const auto& table = ModelTable::built_in();
  std::size_t seen = 0;
  for (const auto& host : table.hosts()) {
    for (const auto& model : table.of(host)) {
      const boost::json::value written = detail::model_fields(model);
      std::vector<FieldFault> faults;
      json::ObjectReader reader(written, "", faults);
      ModelCapability read;
      read.model = model.model, read.known = model.known;
      detail::put_capability(reader, faults, read);
      detail::put_retirement(reader, read.retirement);
      reader.refuse_unknown();
      EXPECT_TRUE(faults.empty()) << host << " " << model.model << ": " << faults.front().path;
      EXPECT_EQ(read, model) << host << " " << model.model;
      ++seen;
    }
  }
  EXPECT_GT(seen, 50U);
}

}  // namespace
}  // namespace imagegen
