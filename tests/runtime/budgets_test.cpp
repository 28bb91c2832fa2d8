// Budgets that cannot be meant, and those that cannot apply, wherever they come from.
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <gmock/gmock.h>

#include <limits>

#include "runtime/two_shots.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::two_shots;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(BudgetsOfARuntime, AreCheckedWhereAHostFillsThemIn) {
  for (const double wrong : {std::numeric_limits<double>::quiet_NaN(), -1.0, 2e9, 1e300}) {
    RuntimeConfig config;
    config.budgets.day = Usd::from_dollars(wrong);
    EXPECT_THAT(Runtime::open(config), FailsSaying(Errc::invalid_argument, HasSubstr("budgets.day: expected US")));
    config.budgets = {};
    config.of<HeroConfig>().options.budget = Usd::from_dollars(wrong);
    EXPECT_THAT(Runtime::open(config), FailsSaying(Errc::invalid_argument, HasSubstr("heroes.budget: expected US")));
  }
}

TEST(BudgetsOfARuntime, AreCheckedInADocument) {
  RuntimeConfig config;
  for (const auto* amount : {"-1", "1e10", "0.12345678912", "1e999", "\"5\"", "true"}) {
    const auto document = R"({"budgets":{"user":)" + std::string(amount) + R"(},"heroes":{"budget":)" + amount + "}}";
    const auto faults = apply_json(config, document);
    ASSERT_EQ(faults.size(), 2U) << amount;
    EXPECT_THAT(faults[0].message, AllOf(HasSubstr("expected US dollars from 0 to 1000000000"), HasSubstr(", got ")));
  }
  EXPECT_FALSE(apply_json(config, R"({"budgets":{"user":NaN}})").empty());
  EXPECT_FALSE(config.budgets.any());
}

TEST(BudgetsOfARuntime, AreCheckedInTheEnvironment) {
  for (const auto* amount : {"-1", "1e10", "nan", "inf", "0.12345678912", "2000000000"}) {
    RuntimeConfig config;
    const auto faults = apply_environment(config, [amount](std::string_view name) {
      return name == "IMAGEGEN_BUDGET" ? std::optional<std::string>(amount) : std::nullopt;
    });
    ASSERT_EQ(faults.size(), 1U) << amount;
    EXPECT_THAT(faults[0].message, HasSubstr("got \"" + std::string(amount) + "\""));
    EXPECT_FALSE(config.of<HeroConfig>().options.budget);
  }
}

TEST(BudgetsOfARuntime, OfUsersRefuseACallOfNobody) {
  RuntimeConfig config;
  config.budgets.user = Usd::from_dollars(5);
  const auto runtime = Runtime::open(config).value();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime, "wi-1", two_shots(), {}));
  EXPECT_EQ(refusal.status, 400);
  ASSERT_EQ(refusal.faults.size(), 1U);
  EXPECT_EQ(refusal.faults[0].path, "user");
  auto options = hero_options(*runtime);
  options.booking.user = "u-1";
  EXPECT_EQ(http_status(run_heroes(*runtime, options, "wi-1", two_shots(), {}, {}, {})), 200);
}

}  // namespace
}  // namespace imagegen
