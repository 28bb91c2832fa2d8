#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/maker/core/poll_pace.hpp>
#include <imagegen/maker/provider/exchange.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "provider/common/foreign_text.hpp"
#include "provider/common/result_fetch.hpp"
#include "provider/common/room_gate.hpp"

namespace imagegen {

/// What one answer says of a task.
struct TaskGoesOn {
  std::optional<double> progress = {};                      ///< 0..1
  std::optional<std::chrono::milliseconds> ask_again = {};  ///< Not sooner; absent: as Retry-After says.
};
/// Something else is to be asked at once, for services that say in one place that a task is done and in another what came
/// of it: question() knows what.
struct TaskAsksOn {};
struct TaskIsDone {
  std::vector<FoundImage> images;
  std::optional<Usage> usage = {};
  std::string request_id = {};
};
/// It has come to nothing. What is owed for that is the word of the contract page, and never that of a status.
struct TaskHasFailed {
  Error error;
  Billing billed = Billing::maybe;
};
/// An Error is about the asking: the task is as it was, but for Errc::not_found.
using TaskState = std::variant<TaskGoesOn, TaskAsksOn, TaskIsDone, TaskHasFailed, Error>;

struct PollOptions {
  RemoteTask task;
  Clock& clock;  ///< For the pace. Must outlive the exchange.
  Deadline deadline = Deadline::never();
  PollPaceOptions pace = {};
  std::size_t max_image_bytes = 64U << 20U;
  std::size_t max_images = 64;  ///< What is more is dropped.
  /// Whether the pictures are fetched. Else the exchange ends with the task itself once it is done: for
  /// ImageProvider::wait(), where the answer that says so does not hold the pictures.
  bool fetches = true;
  std::chrono::milliseconds patience{30'000};       ///< For the answer to one question, where there is no `room`.
  std::chrono::milliseconds longest_asked{60'000};  ///< However long the service asks to wait.
  std::function<void(double)> progress = {};        ///< CallContext::progress
  std::function<Task<void>()> room = {};            ///< CallContext::room, for answers that hold the pictures.
};

/// Asks how a task is doing until it has ended, then fetches what it made. Asking is free, so a service that is away for
/// a moment (no answer, one that breaks off, 408, 429, 5xx) is asked again until the deadline; and whatever else goes wrong
/// but the task's own end leaves it as it is: the error says Retry::later. Pictures whose URLs do not give them are asked
/// for once more, because URLs end before tasks do. Several pictures are had together: one that is late is no reason to
/// leave it behind: those before it are given, and all of them when the task is resumed.
class PollExchange : public Exchange {
 public:
  /// \param foreign Must outlive the exchange.
  PollExchange(PollOptions options, const ForeignText& foreign);

  /// One that does not fetch begins with a pause: the task has just been begun.
  Step start() final;
  Step on_response(const HttpResponse& response) final;
  Step on_fetched(Result<Bytes> file) final;
  Step on_wake() final;
  Step on_error(Error error) final;

  const ForeignText& foreign() const { return foreign_; }

 protected:
  /// Called for each poll. An address out of an answer or the ledger goes through url_for_key() where a key is sent to
  /// it; an error leaves the task as it is.
  virtual Result<HttpRequest> question() = 0;
  /// An answer to it, whatever its status: that of services whose status is their word. What is_for_reader() says no to
  /// does not come here.
  virtual TaskState read(const HttpResponse& response) = 0;
  /// By default all but 408, 429 and 5xx. Services that end a task with such a status say yes: BFL's 422 and 503.
  virtual bool is_for_reader(const HttpResponse& response) const;
  /// For services that give pictures to whoever has the key only: how to ask for this one. Nothing: its URL is fetched
  /// without any header of ours, from public addresses.
  virtual std::optional<HttpRequest> picture_request(const FoundImage&) { return std::nullopt; }

  const RemoteTask& task() const { return options_.task; }

 private:
  Step ask();
  Step ask_again(std::optional<std::chrono::milliseconds> not_sooner);
  Step had(TaskIsDone done);
  Step on_picture(const HttpResponse& response);
  Step after(std::optional<Step> fetching);
  Step finish();
  Done made();
  Done come_to_nothing(Error error, Billing billed) const;
  Done fail(Error error) const;

  PollOptions options_;
  const ForeignText& foreign_;
  PollPace pace_;
  RoomGate gate_;
  ResultFetch results_;
  std::optional<Usage> usage_;
  std::string request_id_;
  std::string where_;        // the picture that was asked for with a key
  int asked_on_ = 0;         // in a row
  bool is_done_ = false;     // its pictures are being fetched
  bool asked_anew_ = false;  // for where they are
};

/// For ImageProvider::wait(): runs one that does not fetch.
Task<Result<bool>> run_wait(HttpClient& http, Clock& clock, PollExchange& exchange, Deadline deadline);
/// For ImageProvider::resume().
Task<Result<GeneratedImages>> run_resume(HttpClient& http, Clock& clock, PollExchange& exchange, Deadline deadline);

}  // namespace imagegen
