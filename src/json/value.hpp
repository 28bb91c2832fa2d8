#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/object_key.hpp>
#include <imagegen/core/timestamp.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// \file How the values of C++ types stand in JSON: read with every fault by its path, written, and described as JSON
/// Schema 2020-12. A type of another kind gets a Value of its own.
namespace imagegen::json {

/// Where a value was found, and who collects what is wrong with it.
struct Place {
  std::string path;                 ///< "renditions[2].width"; empty: the whole document.
  std::vector<FieldFault>& faults;  ///< Outlives the place.

  /// Adds a fault of this place.
  void fault(std::string_view message) const;
  /// "expected WHAT, got GOT"
  void expected(std::string_view what, const boost::json::value& got) const;
  /// A field of an object that stands here.
  Place field(std::string_view name) const;
  /// An entry of an array that stands here.
  Place entry(std::size_t index) const;
};

/// What holds for a value beside its type.
struct Limits {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();   ///< Of an integer.
  std::int64_t high = std::numeric_limits<std::int64_t>::max();  ///< Of an integer.
  double least = -1e300, most = 1e300;                           ///< Of a number.
  std::size_t most_entries = 1'000;                              ///< Of an array.
  std::size_t most_bytes = SIZE_MAX;                             ///< Of a text, in UTF-8.
  bool blank = true;                                             ///< A text may be empty, or hold white space only.
  bool plain = false;          ///< A text shows all that it holds: no control characters, nothing invisible.
  bool only_true = false;      ///< A flag is true.
  std::vector<int> only = {};  ///< An integer is one of these. Empty: any.
};

/// Messages and schema of a list of words: "cover, contain or fill".
std::string either(const std::vector<std::string_view>& words);

bool read_text(const boost::json::value& value, const Place& place, const Limits& limits, std::string& out);
std::optional<std::int64_t> read_integer(const boost::json::value& value, const Place& place, const Limits& limits);
std::optional<double> read_number(const boost::json::value& value, const Place& place, const Limits& limits);
std::optional<Usd> read_dollars(const boost::json::value& value, const Place& place, Usd most = kMostUsd);
std::optional<bool> read_flag(const boost::json::value& value, const Place& place);
/// Null where it is none, or too long.
const boost::json::array* read_array(const boost::json::value& value, const Place& place, const Limits& limits);

boost::json::object text_schema(const Limits& limits);
boost::json::object integer_schema(const Limits& limits);
boost::json::object number_schema(const Limits& limits);
boost::json::object dollars_schema();
boost::json::object words_schema(const std::vector<std::string_view>& words);
std::string expected_integer(const Limits& limits);
std::string expected_number(const Limits& limits);

/// What the words of an enumeration are; of(), parse() and all() of each that stands in a document.
template <class E>
struct Words;

/// Words that to_string() gives.
template <class E, E... Es>
struct WordsOf {
  static std::vector<std::string_view> all() { return {of(Es)...}; }
  static std::string_view of(E value) { return to_string(value); }
  static std::optional<E> parse(std::string_view word) {
    std::optional<E> found;
    ((of(Es) == word ? void(found = Es) : void()), ...);
    return found;
  }
};

/// One kind of value: read() leaves `out` as it is where something is wrong; expected() is for what is missing.
template <class T>
struct Value;

/// Whether values of a type can be read; the others are only written.
template <class M>
concept Readable = requires(const boost::json::value& value, const Place& place, const Limits& limits, M& out) {
  Value<M>::read(value, place, limits, out);
};

template <>
struct Value<std::string> {
  static std::string expected(const Limits&) { return "a string"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, std::string& out) {
    read_text(value, place, limits, out);
  }
  static boost::json::value write(const std::string& text) { return boost::json::value(text); }
  static boost::json::object schema(const Limits& limits) { return text_schema(limits); }
};

template <>
struct Value<std::string_view> {
  static boost::json::value write(std::string_view text) { return boost::json::value(text); }
  static boost::json::object schema(const Limits& limits) { return text_schema(limits); }
};

template <>
struct Value<bool> {
  static std::string expected(const Limits& limits) { return limits.only_true ? "true" : "true or false"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, bool& out) {
    out = read_flag(value, place).value_or(out);
    if (limits.only_true && value.is_bool() && !out) place.expected("true", value);
  }
  static boost::json::value write(bool flag) { return flag; }
  static boost::json::object schema(const Limits& limits) {
    if (limits.only_true) return {{"const", true}};
    return {{"type", "boolean"}};
  }
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct Value<T> {
  static std::string expected(const Limits& limits) { return expected_integer(fitting(limits)); }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, T& out) {
    if (const auto number = read_integer(value, place, fitting(limits))) out = static_cast<T>(*number);
  }
  static boost::json::value write(T number) { return number; }
  static boost::json::object schema(const Limits& limits) { return integer_schema(limits); }

 private:
  static Limits fitting(Limits limits) {
    constexpr auto kHigh = std::numeric_limits<T>::max();
    if constexpr (sizeof(T) < sizeof(std::int64_t)) limits.high = std::min<std::int64_t>(limits.high, kHigh);
    limits.low = std::max<std::int64_t>(limits.low, std::numeric_limits<T>::min());
    return limits;
  }
};

template <std::floating_point T>
struct Value<T> {
  static std::string expected(const Limits& limits) { return expected_number(limits); }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, T& out) {
    if (const auto number = read_number(value, place, limits)) out = static_cast<T>(*number);
  }
  static boost::json::value write(T number) { return number; }
  static boost::json::object schema(const Limits& limits) { return number_schema(limits); }
};

template <>
struct Value<Usd> {
  static std::string expected(const Limits&);
  static void read(const boost::json::value& value, const Place& place, const Limits&, Usd& out) {
    out = read_dollars(value, place).value_or(out);
  }
  static boost::json::value write(Usd amount) { return amount.dollars(); }
  static boost::json::object schema(const Limits&) { return dollars_schema(); }
};

/// RFC 3339; only written.
template <>
struct Value<Timestamp> {
  static boost::json::value write(Timestamp time) { return boost::json::value(to_rfc3339(time)); }
  static boost::json::object schema(const Limits&) { return {{"type", "string"}, {"format", "date-time"}}; }
};

/// As a number of milliseconds.
template <>
struct Value<std::chrono::milliseconds> {
  static std::string expected(const Limits& limits) { return expected_integer(limits); }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits,
                   std::chrono::milliseconds& out) {
    if (const auto number = read_integer(value, place, limits)) out = std::chrono::milliseconds(*number);
  }
  static boost::json::value write(std::chrono::milliseconds time) { return time.count(); }
  static boost::json::object schema(const Limits& limits) { return integer_schema(limits); }
};

/// Any value.
template <>
struct Value<boost::json::value> {
  static std::string expected(const Limits&) { return "a value"; }
  static void read(const boost::json::value& value, const Place&, const Limits&, boost::json::value& out) {
    out = value;
  }
  static boost::json::value write(const boost::json::value& value) { return value; }
  static boost::json::object schema(const Limits&) { return {}; }
};

/// An object whose fields are somebody else's.
template <>
struct Value<boost::json::object> {
  static std::string expected(const Limits&) { return "an object"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits,
                   boost::json::object& out) {
    if (!value.is_object()) return place.expected(expected(limits), value);
    out = value.get_object();
  }
  static boost::json::value write(const boost::json::object& value) { return value; }
  static boost::json::object schema(const Limits&) { return {{"type", "object"}}; }
};

template <class E>
requires std::is_enum_v<E>
struct Value<E> {
  static std::string expected(const Limits&) { return either(Words<E>::all()); }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, E& out) requires
      requires(std::string_view word) {
    Words<E>::parse(word);
  }
  {
    const auto* text = value.if_string();
    const auto found = text ? Words<E>::parse(std::string_view(*text)) : std::nullopt;
    if (!found) return place.expected(expected(limits), value);
    out = *found;
  }
  static boost::json::value write(E value) { return boost::json::value(Words<E>::of(value)); }
  static boost::json::object schema(const Limits&) { return words_schema(Words<E>::all()); }
};

/// Has a value where the document has one.
template <class T>
struct Value<std::optional<T>> {
  static std::string expected(const Limits& limits) { return Value<T>::expected(limits); }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits,
                   std::optional<T>& out) requires Readable<T> {
    T read{};
    Value<T>::read(value, place, limits, read);
    out = std::move(read);
  }
  static boost::json::value write(const std::optional<T>& value) {
    return value ? Value<T>::write(*value) : boost::json::value(nullptr);
  }
  static boost::json::object schema(const Limits& limits) { return Value<T>::schema(limits); }
};

/// Has none where the text is no key, and then there is a fault.
template <>
struct Value<std::optional<ObjectKey>> {
  static std::string expected(const Limits&) { return "a string"; }
  static void read(const boost::json::value& value, const Place& place, const Limits&, std::optional<ObjectKey>& out);
  static boost::json::value write(const std::optional<ObjectKey>& key) {
    return key ? boost::json::value(key->str()) : boost::json::value(nullptr);
  }
  static boost::json::object schema(const Limits&) {
    return {{"type", "string"}, {"minLength", 1}, {"maxLength", 1024}};
  }
};

/// The limits of an array are also those of its entries.
template <class T>
struct Value<std::vector<T>> {
  static std::string expected(const Limits&) { return "an array"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits,
                   std::vector<T>& out) requires Readable<T> {
    const auto* list = read_array(value, place, limits);
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      T entry{};
      Value<T>::read((*list)[i], place.entry(i), limits, entry);
      out.push_back(std::move(entry));
    }
  }
  static boost::json::value write(const std::vector<T>& list) {
    boost::json::array array;
    array.reserve(list.size());
    for (const auto& entry : list) array.push_back(Value<T>::write(entry));
    return array;
  }
  static boost::json::object schema(const Limits& limits) {
    return {{"type", "array"}, {"items", Value<T>::schema(limits)}};
  }
};

}  // namespace imagegen::json
