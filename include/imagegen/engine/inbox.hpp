#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/shared_bytes.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace imagegen {

/// Something that a host hears of.
struct InboxEvent {
  /// What happened. The numbers never change: the C API hands them out as they are.
  enum class Kind : std::uint8_t {
    progress = 1,    ///< Of a call; a newer one takes the place of an older one that was not pulled.
    done = 2,        ///< A call has ended.
    host_call = 3,   ///< A part of the host is asked for something.
    host_cancel = 4  ///< Nobody waits for that any longer.
  } kind{};
  std::uint64_t id = 0;  ///< Of the call, or the token of the host call.
  std::string json;      ///< The whole of it as one document; see imagegen_event_json() in capi/imagegen.h.
  std::vector<SharedBytes> bytes = {};  ///< Files that belong to it; see imagegen_event_bytes().
  Errc failure{};  ///< Of done, where it failed; 0 otherwise.
};

/// Where a host pulls what happened: one queue, many writers, many readers. Safe from any thread.
class Inbox {
 public:
  /// Why pull() has no event.
  enum class Empty : std::uint8_t {
    nothing,  ///< Nothing came in time.
    closed,   ///< Nothing is left, and nothing will come.
  };

  /// Errc::unavailable when the system has no file descriptor left.
  static Result<std::unique_ptr<Inbox>> make();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// What comes after close() is dropped. Either it is taken or it throws.
  void push(InboxEvent event);
  /// Takes a host call back that nobody has pulled. \return Whether it was still there.
  bool withdraw(std::uint64_t token);
  /// What is in the queue can still be pulled.
  void close();

  /// The oldest event, waiting for one at most so long. Holds no lock that another call needs while it waits.
  std::variant<InboxEvent, Empty> pull(std::chrono::milliseconds timeout);
  /// How many events `done` were pulled, ever.
  std::uint64_t pulled_ends() const noexcept;

  /// Readable while pull() would not wait. Not to be read, written or closed.
  int descriptor() const noexcept;

 private:
  struct Queue;
  explicit Inbox(std::unique_ptr<Queue> queue);
  std::unique_ptr<Queue> queue_;
};

}  // namespace imagegen
