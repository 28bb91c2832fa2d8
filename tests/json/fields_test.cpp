#include "json/fields.hpp"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <memory>

#include "json/write.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using json::field;
using json::Use;

enum class Paper : std::uint8_t { matt, gloss };
std::string_view to_string(Paper paper) {
  return paper == Paper::matt ? "matt" : "gloss";
}

struct Sheet {
  int width = 0;
  std::optional<int> height;
};

struct Order {
  std::string title;
  std::vector<Sheet> sheets;
  std::vector<std::string> tags;
  Paper paper = Paper::gloss;
  std::optional<Usd> budget;
  bool rush = false;
  double share = 0.5;
  std::int64_t nanos = 0;
  std::optional<ObjectKey> key;
};

const json::Fields<Sheet>& fields_of(const Sheet*) {
  static const auto& all = *new json::Fields<Sheet>(
      "Sheet", {field("width", &Sheet::width, "px").required().range(1, 100), field("height", &Sheet::height)});
  return all;
}

}  // namespace

template <>
struct json::Words<Paper> : json::WordsOf<Paper, Paper::matt, Paper::gloss> {};

namespace {

const json::Fields<Order>& fields_of(const Order*) {
  static const auto& all = *new json::Fields<Order>([] {
    json::Fields<Order> fields("Order",
                               {field("title", &Order::title, "for people").required().at_most_bytes(10).plain(),
                                field("sheets", &Order::sheets).at_most(2), field("tags", &Order::tags).not_blank(),
                                field("paper", &Order::paper), field("budget", &Order::budget, "US dollars").or_null(),
                                field("rush", &Order::rush), field("share", &Order::share).within(0, 1),
                                json::mapped<Order, std::int64_t>(
                                    "micros", [](const Order& order) { return order.nanos / 1000; },
                                    [](Order& order, std::int64_t micros) { order.nanos = micros * 1000; }),
                                json::computed<Order>("size", [](const Order& order) { return order.sheets.size(); }),
                                field("key", &Order::key)});
    fields.checked([](const Order& order, const json::Place& place) {
      if (order.rush && !order.budget) place.field("budget").fault("expected one for a rush, got none");
    });
    return fields;
  }());
  return all;
}

struct Parcel {
  std::string to;
  Order order;
};

const json::Fields<Parcel>& fields_of(const Parcel*) {
  static const auto& all = *new json::Fields<Parcel>([] {
    json::Fields<Parcel> fields("Parcel", {field("to", &Parcel::to).required().formerly("for")});
    fields.with(&Parcel::order, fields_of(static_cast<const Order*>(nullptr)));
    return fields;
  }());
  return all;
}

template <class T>
T read(std::string_view text, std::vector<std::string>& faults) {
  std::vector<FieldFault> found;
  auto value = fields_of(static_cast<const T*>(nullptr)).read(js::parse(text), {"", found});
  for (const auto& fault : found) faults.push_back(fault.path + ": " + fault.message);
  return value;
}

std::vector<std::string> faults_of(std::string_view text) {
  std::vector<std::string> faults;
  read<Order>(text, faults);
  return faults;
}

template <class T>
js::object written(const T& value) {
  return fields_of(&value).write(value);
}

TEST(Fields, ReadWhatTheyWrote) {
  std::vector<std::string> faults;
  const auto order =
      read<Order>(R"({"title": "A", "sheets": [{"width": 3, "height": 4}], "tags": ["x"], "paper": "matt",
      "budget": 0.25, "rush": true, "share": 0.75, "micros": 7, "key": "a/b"})",
                  faults);
  EXPECT_THAT(faults, ::testing::IsEmpty());
  EXPECT_EQ(order.nanos, 7000);
  EXPECT_EQ(json::write(written(order)),
            R"({"title":"A","sheets":[{"width":3,"height":4}],"tags":["x"],"paper":"matt","budget":0.25,"rush":true,)"
            R"("share":0.75,"micros":7,"size":1,"key":"a/b"})");
}

TEST(Fields, LeaveOutWhatIsAbsentOrWriteNull) {
  Order order;
  order.sheets.resize(1);
  const auto document = written(order);
  EXPECT_TRUE(document.at("budget").is_null());
  EXPECT_FALSE(document.contains("key"));
  EXPECT_FALSE(document.at("sheets").at(0).as_object().contains("height"));
}

TEST(Fields, NameEveryFaultByItsPathAtOnce) {
  EXPECT_THAT(
      faults_of(R"({"sheets": [{"width": 0}, {}], "tags": ["a", " ", 7], "paper": "silk", "budget": "1", "rush": 1,
          "share": 2, "micros": 0.5, "key": "../a", "more": 1})"),
      ::testing::ElementsAre(
          "title: expected a string, got nothing", "sheets[0].width: expected 1..100, got 0",
          "sheets[1].width: expected 1..100, got nothing", "tags[1]: expected a string that is not empty, got \" \"",
          "tags[2]: expected a string, got 7", "paper: expected matt or gloss, got \"silk\"",
          ::testing::StartsWith("budget: expected US dollars"), "rush: expected true or false, got 1",
          "share: expected a number in [0, 1], got 2", ::testing::StartsWith("micros: expected "),
          ::testing::StartsWith("key: expected "), "more: unknown field"));
}

TEST(Fields, LimitTextsAndArrays) {
  EXPECT_THAT(faults_of(R"({"title": "01234567890"})"),
              ::testing::ElementsAre("title: expected at most 10 bytes, got 11"));
  EXPECT_THAT(faults_of(R"({"title": "a\u0007"})"), ::testing::ElementsAre(::testing::HasSubstr("title: expected ")));
  EXPECT_THAT(faults_of(R"({"title": "a", "sheets": [1, 2, 3]})"),
              ::testing::ElementsAre("sheets: expected at most 2 entries, got 3"));
  EXPECT_THAT(faults_of("[]"), ::testing::ElementsAre(": expected an object, got an array"));
}

TEST(Fields, CheckTheWholeOnlyWhereEachFieldIsRight) {
  EXPECT_THAT(faults_of(R"({"title": "a", "rush": true})"),
              ::testing::ElementsAre("budget: expected one for a rush, got none"));
  EXPECT_THAT(faults_of(R"({"rush": true})"), ::testing::ElementsAre("title: expected a string, got nothing"));
}

TEST(Fields, OfAMemberStandAmongThoseOfItsOwner) {
  std::vector<std::string> faults;
  const auto parcel = read<Parcel>(R"({"to": "Ann", "title": "A", "budget": 1})", faults);
  EXPECT_THAT(faults, ::testing::IsEmpty());
  EXPECT_EQ(parcel.order.budget, Usd::from_dollars(1));
  EXPECT_EQ(written(parcel).at("title"), "A");
}

TEST(Fields, AreAlsoReadByTheNameThatTheyHadBefore) {
  std::vector<std::string> faults;
  EXPECT_EQ(read<Parcel>(R"({"for": "Ann", "title": "A"})", faults).to, "Ann");
  EXPECT_EQ(read<Parcel>(R"({"for": "Ann", "to": "Bob", "title": "A"})", faults).to, "Bob");
  EXPECT_THAT(faults, ::testing::IsEmpty());
  read<Parcel>(R"({"for": 5, "title": "A"})", faults);
  EXPECT_THAT(faults, ::testing::ElementsAre("for: expected a string, got 5"));
  EXPECT_FALSE(
      fields_of(static_cast<const Parcel*>(nullptr)).schema(Use::request).at("properties").as_object().contains("for"));
}

// A schema says what the reader takes.
TEST(Fields, DescribeTheRequestAsItIsRead) {
  const auto schema = fields_of(static_cast<const Order*>(nullptr)).schema(Use::request);
  EXPECT_EQ(schema.at("title"), "Order");
  EXPECT_EQ(schema.at("required"), js::array{"title"});
  EXPECT_EQ(schema.at("additionalProperties"), false);
  const auto& fields = schema.at("properties").as_object();
  EXPECT_EQ(fields.at("title"),
            js::parse(R"({"type":"string","minLength":1,"maxLength":10,"description":"for people"})"));
  EXPECT_EQ(fields.at("paper"), js::parse(R"({"enum":["matt","gloss"],"default":"gloss"})"));
  EXPECT_EQ(fields.at("share"), js::parse(R"({"type":"number","minimum":0,"maximum":1,"default":0.5})"));
  EXPECT_EQ(fields.at("rush").at("default"), false);
  EXPECT_EQ(fields.at("sheets").at("maxItems"), 2);
  EXPECT_EQ(fields.at("sheets").at("items").at("required"), js::array{"width"});
  EXPECT_FALSE(fields.contains("size"));
}

TEST(Fields, DescribeTheResultAsItIsWritten) {
  const auto schema = fields_of(static_cast<const Order*>(nullptr)).schema(Use::result);
  EXPECT_EQ(schema.at("required"),
            (js::array{"title", "sheets", "tags", "paper", "budget", "rush", "share", "micros", "size"}));
  EXPECT_EQ(schema.at("properties").at("budget").at("type"), (js::array{"number", "null"}));
  EXPECT_EQ(schema.at("properties").at("size").at("type"), "integer");
  EXPECT_FALSE(schema.contains("additionalProperties"));
}

}  // namespace
}  // namespace imagegen
