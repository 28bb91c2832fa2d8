#include "record/typed_records.hpp"

#include <gtest/gtest.h>

#include <imagegen/testing/contract/io_runner.hpp>
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

struct Engine {
  int cylinders = 0;
};

struct Ship {
  std::string id, owner;
  Engine engine;
  double metres = 0;
  bool sold = false;
  std::uint64_t tons = 0;
  std::optional<std::string> harbour;
  std::string flag = "nl";
  Timestamp created{};
};

struct ShipKind {
  using Value = Ship;
  static constexpr std::string_view kKeys[] = {"owner"};
  static constexpr RecordCollection kCollection{"ships", kKeys};
  static constexpr std::tuple kFields{
      record_field("owner", &Ship::owner), record_field("cylinders", [](auto& ship) -> auto& { return ship.engine.cylinders; }),
      record_field("metres", &Ship::metres), record_field("sold", &Ship::sold), record_field("tons", &Ship::tons),
      later_record_field("harbour", &Ship::harbour), later_record_field("flag", &Ship::flag)};
};

Ship a_ship() {
  Ship ship;
  ship.id = "s-1", ship.owner = "u", ship.engine.cylinders = 8, ship.metres = 12.5, ship.sold = true, ship.tons = 7;
  ship.harbour = "Hoorn", ship.flag = "fr", ship.created = from_unix_ms(5);
  return ship;
}

Record stored(const std::string& document) {
  return {"s-1", document, from_unix_ms(5), 1};
}

TEST(TypedRecords, StandInTheFieldsOfADocument) {
  EXPECT_EQ(to_change<ShipKind>(a_ship()).document,
            R"({"owner":"u","cylinders":8,"metres":12.5,"sold":true,"tons":7,"harbour":"Hoorn","flag":"fr"})");
}

TEST(TypedRecords, ComeBackAndAreFoundByTheirKeys) {
  IoRunner runner;
  const auto store = make_memory_record_store();
  TypedRecords<ShipKind> ships(*store);
  EXPECT_EQ(runner.run(ships.put(a_ship())).value(), 1);
  EXPECT_THAT(runner.run(ships.put(a_ship(), 0)), FailsWith(Errc::conflict));
  const auto found = runner.run(ships.find("s-1")).value().value();
  EXPECT_EQ(to_change<ShipKind>(found).document, to_change<ShipKind>(a_ship()).document);
  EXPECT_EQ(found.created, from_unix_ms(5));
  RecordQuery query;
  query.where = {{"owner", "u"}};
  EXPECT_EQ(runner.run(ships.list(query)).value().values.size(), 1U);
  ASSERT_THAT(runner.run(ships.remove("s-1")), IsOk());
  EXPECT_FALSE(runner.run(ships.find("s-1")).value());
}

TEST(TypedRecords, ThatAreOlderHaveNotWhatCameLater) {
  const auto ship = from_record<ShipKind>(stored(R"({"owner":"","cylinders":8,"metres":1,"sold":false,"tons":0})")).value();
  EXPECT_EQ(ship.harbour, std::nullopt);
  EXPECT_EQ(ship.flag, "nl");
}

TEST(TypedRecords, ThatAreDamagedNameRecordAndField) {
  for (const auto& [field, document] : {std::pair{"owner", R"({"cylinders":8,"metres":1,"sold":false,"tons":0})"},
                                        {"cylinders", R"({"owner":"","cylinders":2147483648,"metres":1,"sold":false,"tons":0})"},
                                        {"tons", R"({"owner":"","cylinders":8,"metres":1,"sold":false,"tons":-1})"},
                                        {"sold", R"({"owner":"","cylinders":8,"metres":1,"sold":"no","tons":1})"},
                                        {"flag", R"({"owner":"","cylinders":8,"metres":1,"sold":true,"tons":1,"flag":7})"}})
    EXPECT_THAT(from_record<ShipKind>(stored(document)),
                FailsSaying(Errc::corrupt_data, testing::AllOf(HasSubstr("s-1"), HasSubstr(field))));
}

}  // namespace
}  // namespace imagegen::test
