#pragma once
#include <algorithm>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/object_reader.hpp"
#include "json/value.hpp"

/// \file The fields of an object, described once: from the description come the reader with its faults, the writer, and
/// the JSON Schema that documentation and bindings are made of.
namespace imagegen::json {

template <class T>
class Fields;

/// Types that describe themselves: fields_of(const T*) stands beside them and gives their Fields.
template <class T>
concept Described = requires(const T* none) {
  { fields_of(none) } -> std::convertible_to<const Fields<T>&>;
};

/// Those of a type that describes itself.
template <Described T>
const Fields<T>& fields_of_type() {
  return fields_of(static_cast<const T*>(nullptr));
}

/// Whether a schema is of what is read or of what is written.
enum class Use : std::uint8_t { request, result };

/// What becomes of fields that a reader does not know.
enum class Unknown : std::uint8_t { refused, ignored };

/// A default that says something: not that there is none.
bool is_worth_telling(const boost::json::value& value);
/// Adds a description to a schema, behind the one that it has.
void describe_in(boost::json::object& schema, std::string_view about);
/// Lets a schema also take null.
void allow_null(boost::json::object& schema);

/// How a field of a T is read, written and described.
template <class T>
struct FieldParts {
  std::function<std::string(const Limits&)> expected = {};
  std::function<void(const boost::json::value&, const Place&, const Limits&, T&)> read = {};  ///< Empty: only written.
  std::function<boost::json::value(const T&)> write = {};                                     ///< Empty: only read.
  std::function<boost::json::object(const Limits&, Use)> schema;
  bool optional = false;  ///< There may be no value to write.
};

/// One field of a T. Made by field(), mapped(), computed() and flattened().
template <class T>
class Field {
 public:
  /// It must be there, and a text must hold more than white space.
  Field required() && {
    need_ = Need::required;
    limits_.blank = false;
    return std::move(*this);
  }
  /// It must be there. A text may be empty.
  Field needed() && { return need_ = Need::required, std::move(*this); }
  /// A flag that has to say so.
  Field only_true() && {
    need_ = Need::required;
    limits_.only_true = true;
    return std::move(*this);
  }
  /// Of an integer.
  Field range(std::int64_t low, std::int64_t high) && {
    limits_.low = low, limits_.high = high;
    return std::move(*this);
  }
  /// Of a number.
  Field within(double least, double most) && {
    limits_.least = least, limits_.most = most;
    return std::move(*this);
  }
  /// An integer is one of these.
  Field one_of(std::initializer_list<int> numbers) && { return limits_.only = numbers, std::move(*this); }
  /// Of an array.
  Field at_most(std::size_t entries) && { return limits_.most_entries = entries, std::move(*this); }
  /// Of a text, in UTF-8.
  Field at_most_bytes(std::size_t bytes) && { return limits_.most_bytes = bytes, std::move(*this); }
  /// A text, or each of an array, holds more than white space.
  Field not_blank() && { return limits_.blank = false, std::move(*this); }
  /// A text has no control characters and nothing else that nobody sees.
  Field plain() && { return limits_.plain = true, std::move(*this); }
  /// Written as null where there is none, and read so; else it is left out, and null is a value like others.
  Field or_null() && { return null_ = true, std::move(*this); }
  /// What it was called before: read where the name is not there, and told nobody.
  Field formerly(std::string_view name) && { return formerly_ = name, std::move(*this); }
  /// Written only where this holds.
  Field only_if(std::function<bool(const T&)> holds) && { return holds_ = std::move(holds), std::move(*this); }

 private:
  template <class U>
  friend class Fields;

  std::string_view name_, about_, formerly_ = {};
  Need need_ = Need::optional;
  Limits limits_ = {};
  bool null_ = false;  // an absent value is written
  std::function<bool(const T&)> holds_ = {};
  FieldParts<T> parts_;

 public:
  /// For those that make fields.
  Field(std::string_view name, std::string_view about, FieldParts<T> parts)
      : name_(name), about_(about), parts_(std::move(parts)) {}
};

template <class M>
inline constexpr bool kIsOptional = false;
template <class M>
inline constexpr bool kIsOptional<std::optional<M>> = true;

/// The schema of a type, as a part of another: of objects and lists of them as they are read or written.
template <class M>
boost::json::object schema_of(const Limits& limits, Use use);

/// A field that is a member of a T, or of a base of it.
template <class T, class C, class M>
requires std::derived_from<T, C> Field<T> field_of(std::string_view name, M C::*member, std::string_view about = "") {
  FieldParts<T> parts;
  if constexpr (Readable<M>) {
    parts.expected = Value<M>::expected;
    parts.read = [member](const boost::json::value& value, const Place& place, const Limits& limits, T& out) {
      Value<M>::read(value, place, limits, out.*member);
    };
  }
  parts.write = [member](const T& from) { return Value<M>::write(from.*member); };
  parts.schema = schema_of<M>;
  parts.optional = kIsOptional<M>;
  return Field<T>(name, about, std::move(parts));
}

/// A field that is a member.
template <class C, class M>
Field<C> field(std::string_view name, M C::*member, std::string_view about = "") {
  return field_of<C>(name, member, about);
}

/// A field that stands in a T otherwise than in the document. `get` gives an M; `set(T&, M)` keeps what was read.
template <class T, class M, class Get, class Set>
Field<T> mapped(std::string_view name, Get get, Set set, std::string_view about = "") {
  FieldParts<T> parts;
  parts.expected = Value<M>::expected;
  parts.read = [set](const boost::json::value& value, const Place& place, const Limits& limits, T& out) {
    M read{};
    const auto faults = place.faults.size();
    Value<M>::read(value, place, limits, read);
    if (place.faults.size() == faults) set(out, std::move(read));
  };
  parts.write = [get](const T& from) { return Value<M>::write(get(from)); };
  parts.schema = schema_of<M>;
  parts.optional = kIsOptional<M>;
  return Field<T>(name, about, std::move(parts));
}

/// A field that is only written: what `get` gives.
template <class T, class Get>
Field<T> computed(std::string_view name, Get get, std::string_view about = "") {
  using M = std::remove_cvref_t<decltype(get(std::declval<const T&>()))>;
  FieldParts<T> parts;
  parts.write = [get](const T& from) { return Value<M>::write(get(from)); };
  parts.schema = schema_of<M>;
  parts.optional = kIsOptional<M>;
  return Field<T>(name, about, std::move(parts));
}

/// A field that is always the same where it is written, as {"currency": "USD"}.
template <class T>
Field<T> constant(std::string_view name, boost::json::value same, std::string_view about = "") {
  FieldParts<T> parts;
  parts.write = [same](const T&) { return same; };
  parts.schema = [same](const Limits&, Use) { return boost::json::object{{"const", same}}; };
  return Field<T>(name, about, std::move(parts));
}

/// All fields of an object of documents.
template <class T>
class Fields {
 public:
  /// \param title Of the type, for languages that give it a name: "HeroFile".
  Fields(std::string_view title, std::initializer_list<Field<T>> fields) : title_(title), fields_(fields) {}

  /// The fields of a member, or of a base, stand among those of this object.
  template <class C, class M>
  Fields& with(M C::*member, const Fields<M>& inner);

  /// Some more fields, those of `more`, behind the others.
  Fields& also(const Fields& more) {
    fields_.insert(fields_.end(), more.fields_.begin(), more.fields_.end());
    return *this;
  }

  /// Looks at the whole of an object whose fields are right, and adds what is wrong between them.
  Fields& checked(void (*check)(const T&, const Place&)) { return check_ = check, *this; }

  /// Leaves at its default what is absent or wrong.
  T read(const boost::json::value& value, const Place& place, Unknown unknown = Unknown::refused) const;
  /// In the order of the fields.
  boost::json::object write(const T& value) const;
  /// JSON Schema 2020-12.
  boost::json::object schema(Use use) const;

 private:
  template <class U>
  friend class Fields;

  void read_fields(const boost::json::object& object, const Place& place, T& out) const;
  void refuse_unknown(const boost::json::object& object, const Place& place) const;

  std::string_view title_;
  std::vector<Field<T>> fields_;
  void (*check_)(const T&, const Place&) = nullptr;
};

template <class T>
template <class C, class M>
Fields<T>& Fields<T>::with(M C::*member, const Fields<M>& inner) {
  for (const Field<M>& field : inner.fields_) {
    FieldParts<T> parts;
    parts.optional = field.parts_.optional;
    parts.expected = field.parts_.expected;
    parts.schema = field.parts_.schema;
    if (field.parts_.read)
      parts.read = [read = field.parts_.read, member](const boost::json::value& value, const Place& place,
                                                      const Limits& limits,
                                                      T& out) { read(value, place, limits, out.*member); };
    if (field.parts_.write)
      parts.write = [write = field.parts_.write, member](const T& from) { return write(from.*member); };
    Field<T> outer(field.name_, field.about_, std::move(parts));
    outer.need_ = field.need_, outer.limits_ = field.limits_, outer.null_ = field.null_;
    outer.formerly_ = field.formerly_;
    if (field.holds_) outer.holds_ = [holds = field.holds_, member](const T& from) { return holds(from.*member); };
    fields_.push_back(std::move(outer));
  }
  return *this;
}

template <class T>
T Fields<T>::read(const boost::json::value& value, const Place& place, Unknown unknown) const {
  T out{};
  const auto before = place.faults.size();
  const auto* object = value.if_object();
  if (!object) return place.expected("an object", value), out;
  read_fields(*object, place, out);
  if (unknown == Unknown::refused) refuse_unknown(*object, place);
  if (check_ && place.faults.size() == before) check_(out, place);
  return out;
}

template <class T>
void Fields<T>::read_fields(const boost::json::object& object, const Place& place, T& out) const {
  for (const auto& field : fields_) {
    if (!field.parts_.read) continue;
    const bool is_older = !field.formerly_.empty() && !object.contains(field.name_);
    const auto name = is_older ? field.formerly_ : field.name_;
    const auto* found = object.if_contains(name);
    if (found && field.null_ && found->is_null()) continue;
    if (found)
      field.parts_.read(*found, place.field(name), field.limits_, out);
    else if (field.need_ == Need::required)
      place.field(field.name_).fault("expected " + field.parts_.expected(field.limits_) + ", got nothing");
  }
}

template <class T>
void Fields<T>::refuse_unknown(const boost::json::object& object, const Place& place) const {
  for (const auto& entry : object) {
    const std::string_view name = entry.key();
    const auto is_it = [name](const Field<T>& field) {
      return field.parts_.read && (field.name_ == name || (!field.formerly_.empty() && field.formerly_ == name));
    };
    if (std::none_of(fields_.begin(), fields_.end(), is_it)) place.field(name).fault("unknown field");
  }
}

template <class T>
boost::json::object Fields<T>::write(const T& value) const {
  boost::json::object object;
  object.reserve(fields_.size());
  for (const auto& field : fields_) {
    if (!field.parts_.write || (field.holds_ && !field.holds_(value))) continue;
    auto written = field.parts_.write(value);
    if (field.null_ || !field.parts_.optional || !written.is_null()) object.emplace(field.name_, std::move(written));
  }
  return object;
}

template <class T>
boost::json::object Fields<T>::schema(Use use) const {
  boost::json::object properties;
  boost::json::array required;
  for (const auto& field : fields_) {
    if (use == Use::request ? !field.parts_.read : !field.parts_.write) continue;
    auto schema = field.parts_.schema(field.limits_, use);
    const bool is_sure =
        use == Use::request ? field.need_ == Need::required : !field.holds_ && (!field.parts_.optional || field.null_);
    if (is_sure) required.push_back(boost::json::value(field.name_));
    if constexpr (std::default_initializable<T>) {
      auto otherwise = use == Use::request && !is_sure && field.parts_.write ? field.parts_.write(T{}) : nullptr;
      if (is_worth_telling(otherwise)) schema["default"] = std::move(otherwise);
    }
    if (field.null_) allow_null(schema);
    describe_in(schema, field.about_);
    properties[field.name_] = std::move(schema);
  }
  boost::json::object whole{{"type", "object"}};
  if (!title_.empty()) whole["title"] = title_;
  if (use == Use::request) whole["additionalProperties"] = false;
  if (!required.empty()) whole["required"] = std::move(required);
  whole["properties"] = std::move(properties);
  return whole;
}

/// An object that describes itself.
template <Described T>
struct Value<T> {
  static std::string expected(const Limits&) { return "an object"; }
  static void read(const boost::json::value& value, const Place& place, const Limits&, T& out) {
    out = fields_of_type<T>().read(value, place);
  }
  static boost::json::value write(const T& value) { return fields_of_type<T>().write(value); }
  static boost::json::object schema(const Limits&) { return fields_of_type<T>().schema(Use::result); }
};

template <class M>
struct SchemaOf {
  static boost::json::object of(const Limits& limits, Use) { return Value<M>::schema(limits); }
};
template <Described M>
struct SchemaOf<M> {
  static boost::json::object of(const Limits&, Use use) { return fields_of_type<M>().schema(use); }
};
template <class M>
struct SchemaOf<std::optional<M>> {
  static boost::json::object of(const Limits& limits, Use use) { return SchemaOf<M>::of(limits, use); }
};
template <>
struct SchemaOf<std::optional<ObjectKey>> {
  static boost::json::object of(const Limits& limits, Use) { return Value<std::optional<ObjectKey>>::schema(limits); }
};
template <class M>
struct SchemaOf<std::vector<M>> {
  static boost::json::object of(const Limits& limits, Use use) {
    auto entry = SchemaOf<M>::of(limits, use);
    if (use == Use::result && kIsOptional<M>) allow_null(entry);
    boost::json::object schema{{"type", "array"}, {"items", std::move(entry)}};
    if (use == Use::request) schema["maxItems"] = limits.most_entries;
    return schema;
  }
};

template <class M>
boost::json::object schema_of(const Limits& limits, Use use) {
  return SchemaOf<M>::of(limits, use);
}

}  // namespace imagegen::json
