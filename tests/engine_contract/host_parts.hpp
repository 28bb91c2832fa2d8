#pragma once
#include <imagegen/core/bytes.hpp>

#include <boost/json/object.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file The parts that a host in C or C++ makes, as docs/host-parts.md describes them.
namespace imagegen::test {

struct HostReply {
  enum class Kind { answer, failure, never } kind = Kind::answer;
  boost::json::object document = {};
  std::vector<Bytes> files = {};
};

/// A store, a provider and a assets store, all in memory. Safe from any thread.
class HostParts {
 public:
  /// The prompt for which the provider gives a task, and its picture when that is resumed.
  static constexpr std::string_view kAsATask = "as a task";

  /// \param picture What the provider sends, whatever it is asked for.
  explicit HostParts(Bytes picture) : picture_(std::move(picture)) {}

  HostReply reply(std::string_view part, std::string_view method, const boost::json::object& arguments,
                  std::vector<Bytes> files);
  /// The provider never answers the next submit.
  void hold_next();
  /// It fails the next submit so.
  void fail_next(boost::json::object error);
  /// How often the provider was asked.
  int submits();

 private:
  struct Object {
    Bytes file;
    std::string content_type, etag;
  };
  boost::json::object info(const std::string& key, const Object& object) const;
  HostReply store(std::string_view method, const boost::json::object& arguments, std::vector<Bytes> files);
  HostReply provider(std::string_view method, const boost::json::object& arguments);
  HostReply assets(std::string_view method, const boost::json::object& arguments);
  HostReply put(const boost::json::object& arguments, std::vector<Bytes> files);
  HostReply list_objects(const boost::json::object& arguments) const;
  HostReply list_assets(const boost::json::object& arguments) const;

  std::mutex mutex_;
  const Bytes picture_;
  std::map<std::string, Object> objects_;
  std::map<std::string, boost::json::object> assets_;
  int puts_ = 0, submits_ = 0;
  bool hold_ = false;
  std::optional<boost::json::object> failure_;
  std::string task_;  // the newest that was not cancelled
};

}  // namespace imagegen::test
