#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/result.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// \file Reads JSON objects field by field and collects every fault with its path, so that a user mends a document
/// once.
namespace imagegen::json {

struct Place;

/// Parses a document of at most `max_bytes` and 32 levels. Errc::invalid_argument with what the parser says.
Result<boost::json::value> parse(std::string_view text, std::size_t max_bytes);

/// A value as JSON, in at most about 60 characters: what came, for a message.
std::string describe(const boost::json::value& value);

enum class Need : std::uint8_t { required, optional };

/// One object of a document. A wrong field adds a fault and reads as its default.
class ObjectReader {
 public:
  /// \param faults Collects; must outlive the reader. A value that is no object is a fault, and all its fields are then
  /// absent.
  ObjectReader(const boost::json::value& value, std::string path, std::vector<FieldFault>& faults);

  bool is_object() const noexcept { return object_ != nullptr; }
  bool has(std::string_view name);

  /// A string; a required one must hold more than white space.
  std::string text(std::string_view name, Need need);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high, Need need);
  std::optional<double> number(std::string_view name, double low, double high, Need need);
  /// An amount of money, as checked_usd() takes it.
  std::optional<Usd> dollars(std::string_view name, Need need, Usd most = kMostUsd);
  bool flag(std::string_view name, bool otherwise);
  /// An array of at most `max_size`; nothing when it is absent or wrong.
  const boost::json::array* array(std::string_view name, std::size_t max_size, Need need);
  /// An array of strings, as array(); what is none in it is a fault. \param may_be_empty Whether a string may be.
  std::vector<std::string> texts(std::string_view name, std::size_t max_size, Need need, bool may_be_empty = true);
  /// The value as it is, or nothing.
  const boost::json::value* value(std::string_view name);

  void fault(std::string_view name, std::string message);
  std::string path_of(std::string_view name) const;

  /// Adds a fault for every field that no call has asked for.
  void refuse_unknown();

 private:
  Place place_of(std::string_view name) const;
  const boost::json::value* find(std::string_view name, Need need, std::string_view expected);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  std::vector<FieldFault>& faults_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace imagegen::json
