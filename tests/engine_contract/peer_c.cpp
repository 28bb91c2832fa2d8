// A host in C: imagegen.h and nothing else of the engine. See wire.hpp for what it speaks.
#include <imagegen.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "engine_contract/host_parts.hpp"
#include "engine_contract/wire.hpp"

namespace {

namespace js = boost::json;
using imagegen::Bytes;
using imagegen::test::HostParts;
using imagegen::test::HostReply;

void write_line(const js::object& line) {
  static std::mutex mutex;
  const auto text = js::serialize(line) + "\n";
  const std::lock_guard lock(mutex);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

js::object take(imagegen_error* error) {
  auto document = js::parse(imagegen_error_json(error)).as_object();
  imagegen_error_destroy(error);
  return document;
}

std::vector<imagegen_view> views_of(const std::vector<Bytes>& files) {
  std::vector<imagegen_view> views;
  for (const auto& file : files) views.push_back({file.data(), file.size()});
  return views;
}

std::vector<Bytes> files_of(const imagegen_event* event) {
  std::vector<Bytes> files;
  for (std::size_t i = 0; i < imagegen_event_bytes_count(event); ++i) {
    imagegen_bytes* bytes = nullptr;
    if (imagegen_event_bytes(event, i, &bytes, nullptr) != IMAGEGEN_OK) throw std::runtime_error("no bytes");
    const auto* data = imagegen_bytes_data(bytes);
    files.emplace_back(data, data + imagegen_bytes_size(bytes));
    imagegen_bytes_release(bytes);
  }
  return files;
}

// Parts are tables of functions in the plain manner, and polled in the other. Calls take turns: every second one is
// told of by a function and has its inputs copied, the others are polled and lend them.
class Host {
 public:
  explicit Host(Bytes picture) : parts_(std::move(picture)) {}

  // What is wrong, or nothing.
  js::object open(const js::object& line) {
    std::vector<std::string> texts;
    texts.reserve(2 * line.at("parts").as_object().size() + 1);
    std::vector<imagegen_host_part> parts;
    const bool tables = line.at("manner") == "plain";
    for (const auto& [kind, capability] : line.at("parts").as_object()) {
      imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
      part.kind = texts.emplace_back(kind).c_str();
      part.capability_json = texts.emplace_back(js::serialize(capability)).c_str();
      part.user_data = this;
      if (tables) part.call = [](void* host, imagegen_event* call) { static_cast<Host*>(host)->answer(call); };
      part.release = [](void* host) { static_cast<Host*>(host)->released(); };
      parts.push_back(part);
    }
    imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
    options.config_json = texts.emplace_back(js::serialize(line.at("config"))).c_str();
    options.parts = parts.data();
    options.parts_count = parts.size();
    unreleased_ = parts.size();
    imagegen_error* error = nullptr;
    if (imagegen_runtime_open(&options, &runtime_, &error) != IMAGEGEN_OK) {
      wait("its parts were not released", [this] { return unreleased_ == 0; });
      return take(error);
    }
    pump_ = std::thread([this] { pump(); });
    return {};
  }

  void close() {
    imagegen_runtime_close(runtime_);
    pump_.join();
    wait("a call has not ended", [this] { return calls_.empty(); });
    imagegen_runtime_destroy(runtime_);
    wait("its parts were not released", [this] { return unreleased_ == 0; });
  }

  void call(std::uint64_t id, const js::object& line) {
    auto call = std::make_unique<Call>(Call{*this, id, imagegen::test::from_wire(line.if_contains("inputs"))});
    const std::string operation(line.at("operation").as_string());
    const auto request = js::serialize(line.at("request"));
    const auto views = views_of(call->inputs);
    imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
    options.inputs = views.data();
    options.inputs_count = views.size();
    options.lend_inputs = id % 2;
    if (id % 2 == 0) {
      options.on_done = [](void* of, imagegen_event* event) { told(of, event); };
      options.on_progress = options.on_done;
      options.user_data = call.get();
    }
    imagegen_error* error = nullptr;
    const std::lock_guard lock(mutex_);  // its end is not looked at before it is known here
    if (imagegen_call(runtime_, operation.c_str(), request.c_str(), &options, &call->handle, &error) != IMAGEGEN_OK)
      return write_line({{"id", id}, {"error", take(error)}});
    numbers_[imagegen_call_id(call->handle)] = id;
    calls_[id] = std::move(call);
  }

  void cancel(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(id);
    if (found != calls_.end()) imagegen_call_cancel(found->second->handle, nullptr);
  }

  HostParts& parts() { return parts_; }

 private:
  struct Call {
    Host& host;
    std::uint64_t id;
    std::vector<Bytes> inputs;
    imagegen_call_handle* handle = nullptr;
  };

  static void told(void* of, imagegen_event* event) {
    auto& call = *static_cast<Call*>(of);
    call.host.tell(call.id, event);
  }

  void pump() {
    for (;;) {
      imagegen_event* event = nullptr;
      const auto status = imagegen_poll(runtime_, 60'000, &event, nullptr);
      if (status == IMAGEGEN_CLOSED) return;
      if (status == IMAGEGEN_OK) dispatch(event);
    }
  }

  void dispatch(imagegen_event* event) {
    const auto kind = imagegen_event_kind(event);
    if (kind == IMAGEGEN_EVENT_HOST_CALL) return answer(event);
    if (kind == IMAGEGEN_EVENT_HOST_CANCEL) return imagegen_event_destroy(event);
    std::uint64_t id = 0;
    {
      const std::lock_guard lock(mutex_);
      id = numbers_.at(imagegen_event_id(event));
    }
    tell(id, event);
  }

  void tell(std::uint64_t id, imagegen_event* event) {
    const auto document = js::parse(imagegen_event_json(event)).as_object();
    if (imagegen_event_kind(event) == IMAGEGEN_EVENT_PROGRESS)
      write_line({{"id", id}, {"progress", document.at("progress")}});
    else
      end(id, event, document);
    imagegen_event_destroy(event);
  }

  void end(std::uint64_t id, const imagegen_event* event, const js::object& document) {
    js::object line{{"id", id}};
    if (imagegen_event_status(event) == IMAGEGEN_OK) {
      line["result"] = document.at("result");
      line["files"] = imagegen::test::to_wire(files_of(event));
    } else {
      line["error"] = document.at("error");
    }
    {
      const std::lock_guard lock(mutex_);
      const auto found = calls_.find(id);
      numbers_.erase(imagegen_event_id(event));
      imagegen_call_destroy(found->second->handle);
      calls_.erase(found);
      changed_.notify_all();
    }
    write_line(line);
  }

  // An answer that nobody waits for any longer is refused, which is fine.
  void answer(imagegen_event* call) {
    const auto asked = js::parse(imagegen_event_json(call)).as_object();
    const auto reply = parts_.reply(asked.at("part").as_string(), asked.at("method").as_string(),
                                    asked.at("arguments").as_object(), files_of(call));
    const auto document = js::serialize(reply.document);
    const auto views = views_of(reply.files);
    const auto token = imagegen_event_id(call);
    if (reply.kind == HostReply::Kind::answer)
      imagegen_host_resolve(runtime_, token, document.c_str(), views.data(), views.size(), nullptr);
    if (reply.kind == HostReply::Kind::failure) imagegen_host_reject(runtime_, token, document.c_str(), nullptr);
    imagegen_event_destroy(call);
  }

  void released() {
    const std::lock_guard lock(mutex_);
    --unreleased_;
    changed_.notify_all();
  }

  template <class Condition>
  void wait(const char* otherwise, Condition condition) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(30), condition)) throw std::runtime_error(otherwise);
  }

  HostParts parts_;
  imagegen_runtime* runtime_ = nullptr;
  std::thread pump_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::unique_ptr<Call>> calls_;
  std::map<std::uint64_t, std::uint64_t> numbers_;  // the library's to ours
  std::size_t unreleased_ = 0;
};

class Peer {
 public:
  void take(const js::object& line) {
    const auto& what = line.at("do");
    if (what == "cancel") {
      for (auto& [number, host] : hosts_) host->cancel(line.at("call").to_number<std::uint64_t>());
      return;
    }
    const auto id = line.at("id").to_number<std::uint64_t>();
    const auto number = line.at("runtime").to_number<std::uint64_t>();
    if (what == "open") return open(id, number, line);
    auto& host = *hosts_.at(number);
    if (what == "call") return host.call(id, line);
    js::object result;
    if (what == "hold") host.parts().hold_next();
    if (what == "fail") host.parts().fail_next(line.at("error").as_object());
    if (what == "asked") result["submits"] = host.parts().submits();
    if (what == "close") close(number);
    write_line({{"id", id}, {"result", result}});
  }
  void close_all() {
    while (!hosts_.empty()) close(hosts_.begin()->first);
  }

 private:
  void open(std::uint64_t id, std::uint64_t number, const js::object& line) {
    auto host = std::make_unique<Host>(imagegen::test::file_from_wire(line.at("picture").as_string()));
    if (auto error = host->open(line); !error.empty()) return write_line({{"id", id}, {"error", error}});
    hosts_[number] = std::move(host);
    write_line({{"id", id}, {"result", js::object()}});
  }
  void close(std::uint64_t number) {
    hosts_.at(number)->close();
    hosts_.erase(number);
  }
  std::map<std::uint64_t, std::unique_ptr<Host>> hosts_;
};

}  // namespace

int main() {
  Peer peer;
  try {
    write_line({{"ready", true}});
    for (std::string line; std::getline(std::cin, line);) peer.take(js::parse(line).as_object());
    peer.close_all();
  } catch (const std::exception& wrong) {
    std::cerr << "peer_c: " << wrong.what() << std::endl;
    std::_Exit(1);  // its threads are not to be waited for
  }
  if (imagegen_live_handles() == 0) return 0;
  std::cerr << "handles are left: " << imagegen_live_handles() << "\n";
  return 1;
}
