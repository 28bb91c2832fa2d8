#include "c_api.hpp"

#include <pthread.h>

// Calls from their start to their end: by callback, by the inbox, cancelled, abandoned, many at once.
namespace imagegen::test {
namespace {

using testing::HasSubstr;

// What a call with callbacks was told, and where.
struct Told {
  std::mutex mutex;
  std::vector<imagegen_event_kind_value> kinds;
  std::vector<std::thread::id> threads;
  std::atomic<int> done = 0;
  std::atomic<bool> inside_the_call = false, told_inside = false;
  imagegen_status status = IMAGEGEN_OK;
  std::function<void()> on_done;

  static void tell(void* self, imagegen_event* handle) {
    auto& told = *static_cast<Told*>(self);
    const Event event(handle);
    const std::lock_guard lock(told.mutex);
    if (std::this_thread::get_id() == told.caller) told.told_inside = true;
    told.kinds.push_back(imagegen_event_kind(handle));
    told.threads.push_back(std::this_thread::get_id());
    if (told.kinds.back() != IMAGEGEN_EVENT_DONE) return;
    told.status = imagegen_event_status(handle);
    if (told.on_done) told.on_done();
    ++told.done;
  }
  imagegen_call_options options() {
    imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
    options.on_done = options.on_progress = tell;
    options.user_data = this;
    return options;
  }
  bool wait() {
    return until([this] { return done > 0; });
  }
  const std::thread::id caller = std::this_thread::get_id();
};

using CCalls = CApi;

TEST_F(CCalls, ACallbackIsToldOfProgressAndThenOnceOfTheEndOnALibraryThread) {
  Told told;
  const auto runtime = open();
  const auto options = told.options();
  ASSERT_EQ(imagegen_call(runtime.get(), "heroes.generate", hero_request().c_str(), &options, nullptr, nullptr),
            IMAGEGEN_OK);
  ASSERT_TRUE(told.wait());
  EXPECT_EQ(result_of(runtime, "runtime.describe").count("version"), 1U);  // whatever was to come has had its time
  const std::lock_guard lock(told.mutex);
  EXPECT_EQ(told.status, IMAGEGEN_OK);
  EXPECT_EQ(told.done, 1);
  EXPECT_GT(told.kinds.size(), 1U);
  EXPECT_EQ(told.kinds.back(), IMAGEGEN_EVENT_DONE);
  EXPECT_EQ(std::ranges::count(told.kinds, IMAGEGEN_EVENT_PROGRESS), std::ssize(told.kinds) - 1);
  EXPECT_FALSE(told.told_inside);
}

TEST_F(CCalls, AFunctionThatWantsNoProgressIsToldOfTheEndAlone) {
  Told told;
  const auto runtime = open();
  auto options = told.options();
  options.on_progress = nullptr;
  ASSERT_EQ(imagegen_call(runtime.get(), "heroes.generate", hero_request().c_str(), &options, nullptr, nullptr),
            IMAGEGEN_OK);
  ASSERT_TRUE(told.wait());
  const std::lock_guard lock(told.mutex);
  EXPECT_THAT(told.kinds, testing::ElementsAre(IMAGEGEN_EVENT_DONE));
}

TEST_F(CCalls, TheInboxHasProgressBeforeTheEnd) {
  const auto runtime = open();
  const auto call = start(runtime, "heroes.generate", hero_request());
  const auto first = next_event(runtime, IMAGEGEN_EVENT_PROGRESS);
  EXPECT_EQ(imagegen_event_id(first.get()), imagegen_call_id(call.get()));
  EXPECT_TRUE(json_of(first).at("progress").at("stage").is_string());
  const auto done = next_event(runtime);
  const auto json = json_of(done);
  EXPECT_EQ(json.at("kind").as_string(), "done");
  EXPECT_EQ(json.at("call").to_number<std::uint64_t>(), imagegen_call_id(call.get()));
  EXPECT_TRUE(json.at("ok").as_bool());
  EXPECT_EQ(json.at("result").at("generated").as_array().size(), 9U);
  imagegen_event* more = nullptr;
  EXPECT_EQ(imagegen_poll(runtime.get(), 0, &more, nullptr), IMAGEGEN_NOTHING) << "after the end";
}

TEST_F(CCalls, AFailedCallSaysItsErrorInItsEvent) {
  const auto runtime = open();
  const auto call = start(runtime, "store.get", R"({"key": "nothing"})");
  const auto done = next_event(runtime);
  EXPECT_EQ(imagegen_event_status(done.get()), IMAGEGEN_NOT_FOUND);
  const auto json = json_of(done);
  EXPECT_FALSE(json.at("ok").as_bool());
  EXPECT_EQ(json.at("error").at("code").as_string(), "NOT_FOUND");
  EXPECT_EQ(json.at("error").at("httpStatus").as_int64(), 404);
}

TEST_F(CCalls, AnUnknownOperationAndTextThatIsNoObjectAreRefusedAtOnce) {
  const auto runtime = open();
  Failure failure;
  EXPECT_EQ(imagegen_call(runtime.get(), "heroes.paint", "{}", nullptr, nullptr, failure), IMAGEGEN_NOT_FOUND);
  EXPECT_THAT(failure.message(), HasSubstr("got \"heroes.paint\""));
  for (const char* text : {"", "[]", "5", "{", "{} {}", "null"}) {
    EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", text, nullptr, nullptr, failure),
              IMAGEGEN_INVALID_ARGUMENT)
        << text;
  }
}

TEST_F(CCalls, ACallThatWaitsTakesNoCallback) {
  Told told;
  const auto runtime = open();
  const auto options = told.options();
  imagegen_event* done = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "runtime.describe", nullptr, &options, &done, failure),
            IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_THAT(failure.message(), HasSubstr("options.on_done: expected NULL"));
}

TEST_F(CCalls, ACallbackMayStartCancelAndDestroy) {
  Told first, second;
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  auto runtime = open("{}", {host.part()});
  imagegen_call_handle* waiting = nullptr;
  auto options = second.options();
  ASSERT_EQ(imagegen_call(runtime.get(), "provider.check", nullptr, &options, &waiting, nullptr), IMAGEGEN_OK);
  const auto asked = silent.next();
  first.on_done = [&] {
    EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, nullptr, nullptr, nullptr), IMAGEGEN_OK);
    EXPECT_EQ(imagegen_call_cancel(waiting, nullptr), IMAGEGEN_OK);
    imagegen_call_destroy(waiting);
    imagegen_runtime_destroy(runtime.release());
  };
  options = first.options();
  ASSERT_EQ(imagegen_call(runtime.get(), "store.head", R"({"key": "a"})", &options, nullptr, nullptr), IMAGEGEN_OK);
  ASSERT_TRUE(first.wait());
  ASSERT_TRUE(second.wait());
  EXPECT_EQ(second.status, IMAGEGEN_CANCELLED);
}

TEST_F(CCalls, ACancelledCallEndsOnceAndCancellingItAgainIsFine) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  const auto call = start(runtime, "provider.check");
  const auto asked = silent.next();
  EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_CANCELLED);
  EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK) << "after the end";
  EXPECT_TRUE(until([&] { return host.cancels == 1; })) << "the host hears that nobody waits";
  EXPECT_EQ(imagegen_host_resolve(runtime.get(), imagegen_event_id(asked.get()), nullptr, nullptr, 0, nullptr),
            IMAGEGEN_NOT_FOUND);
  imagegen_event* more = nullptr;
  EXPECT_EQ(imagegen_poll(runtime.get(), 0, &more, nullptr), IMAGEGEN_NOTHING);
}

TEST_F(CCalls, ADrainedWorkerFinishesWhatRunsAndLeavesTheRest) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  const auto runtime = open(R"({"worker": {"pollMs": 20}})", {host.part()});
  for (int i = 0; i < 3; ++i)
    result_of(runtime, "prompts.execute", R"({"intent": "hero", "rawPrompt": "a cat", "finalPrompt": "A cat"})");
  const auto call = start(runtime, "worker.run", R"({"concurrency": 2})");
  const std::array<Event, 2> asked{silent.next(), silent.next()};
  EXPECT_EQ(imagegen_call_drain(call.get(), nullptr), IMAGEGEN_OK);
  const auto file = file_of(picture(64, 64));
  const auto view = view_of(file);
  for (const auto& one : asked)
    EXPECT_EQ(imagegen_host_resolve(runtime.get(), imagegen_event_id(one.get()), nullptr, &view, 1, nullptr), IMAGEGEN_OK);
  const auto done = json_of(next_event(runtime));
  EXPECT_EQ(done.at("result").at("succeeded"), 2) << done;
  EXPECT_EQ(done.at("result").at("drained"), true);
  EXPECT_EQ(host.calls, 2) << "nothing was bought after";
  EXPECT_EQ(result_of(runtime, "jobs.list", R"({"state": "queued"})").at("jobs").as_array().size(), 1U);
}

TEST_F(CCalls, ACallThatIsCancelledRightAfterItsStartEndsOnce) {
  const auto runtime = open();
  for (int round = 0; round < 50; ++round) {
    const auto call = start(runtime, "worker.run");
    EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK);
    EXPECT_EQ(imagegen_event_id(next_event(runtime).get()), imagegen_call_id(call.get()));
  }
}

TEST_F(CCalls, DestroyingTheHandleOfACallDoesNotEndIt) {
  const auto runtime = open();
  std::uint64_t id = 0;
  {
    const auto call = start(runtime, "heroes.generate", hero_request());
    id = imagegen_call_id(call.get());
  }
  const auto done = next_event(runtime);
  EXPECT_EQ(imagegen_event_id(done.get()), id);
  EXPECT_EQ(imagegen_event_status(done.get()), IMAGEGEN_OK);
}

TEST_F(CCalls, DestroyingARuntimeDoesNotWaitAndItsCallbacksStillCome) {
  Told told;
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  auto runtime = open("{}", {host.part()});
  const auto options = told.options();
  imagegen_call_handle* call = nullptr;
  ASSERT_EQ(imagegen_call(runtime.get(), "provider.check", nullptr, &options, &call, nullptr), IMAGEGEN_OK);
  const auto asked = silent.next();
  {
    // The dispatcher stands still here, so a destroy that waited for it would never return.
    const std::lock_guard lock(told.mutex);
    runtime.reset();
  }
  ASSERT_TRUE(told.wait());
  EXPECT_EQ(told.status, IMAGEGEN_CANCELLED);
  EXPECT_EQ(told.done, 1);
  imagegen_call_cancel(call, nullptr);
  imagegen_call_destroy(call);
}

TEST_F(CCalls, DestroyingARuntimeDropsTheEventsThatNobodyPulled) {
  auto runtime = open();
  for (int i = 0; i < 20; ++i) start(runtime, "heroes.generate", hero_request(std::to_string(i).c_str()));
  runtime.reset();  // the fixture sees that nothing is left
}

TEST_F(CCalls, AClosedRuntimeEndsWhatRunsAndTakesNothingNew) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  const auto call = start(runtime, "provider.check");
  const auto asked = silent.next();
  EXPECT_EQ(imagegen_runtime_close(runtime.get()), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_runtime_close(runtime.get()), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_CANCELLED);
  Failure failure;
  imagegen_event* event = nullptr;
  EXPECT_EQ(imagegen_poll(runtime.get(), 10'000, &event, failure), IMAGEGEN_CLOSED);
  EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, nullptr, nullptr, failure), IMAGEGEN_CLOSED);
  EXPECT_EQ(failure.status(), IMAGEGEN_CLOSED);
  EXPECT_EQ(failure.message(), "the runtime is closed");
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "runtime.describe", nullptr, nullptr, &event, failure),
            IMAGEGEN_CANCELLED);
  EXPECT_EQ(imagegen_host_resolve(runtime.get(), imagegen_event_id(asked.get()), nullptr, nullptr, 0, failure),
            IMAGEGEN_NOT_FOUND);
}

TEST_F(CCalls, AWaitingCallEndsWhenItsRuntimeIsDestroyed) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  auto runtime = open("{}", {host.part()});
  std::thread waiting([handle = runtime.get()] {
    imagegen_event* done = nullptr;
    EXPECT_EQ(imagegen_call_and_wait(handle, "provider.check", nullptr, nullptr, &done, nullptr), IMAGEGEN_CANCELLED);
  });
  const auto asked = silent.next();
  runtime.reset();
  waiting.join();
}

Call encode(const Runtime& runtime, std::uint32_t side, const std::string& pixels, std::uint32_t lend = 0) {
  const auto view = view_of(pixels);
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.inputs = &view;
  options.inputs_count = 1;
  options.lend_inputs = lend;
  const auto request = R"({"format": "webp", "lossless": true, "effort": 6, "channels": 3, "width": )" +
                       std::to_string(side) + R"(, "height": )" + std::to_string(side) + "}";
  imagegen_call_handle* call = nullptr;
  EXPECT_EQ(imagegen_call(runtime.get(), "images.encode", request.c_str(), &options, &call, nullptr), IMAGEGEN_OK);
  return Call(call);
}

TEST_F(CCalls, InputsAreCopiedUnlessTheyAreLent) {
  const auto runtime = open("{\"threads\": 1}");
  std::string large(600 * 600 * 3, 'a');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * i / 7);
  for (const std::uint32_t lend : {0U, 1U}) {
    // The one thread has two large pictures to encode before it looks at the pixel. Where the first of them has ended
    // when the pixel has been changed, that says nothing, and is done again.
    const bool held = until([&] {
      std::string pixel = "abc";
      const auto first = encode(runtime, 600, large), second = encode(runtime, 600, large);
      const auto call = encode(runtime, 1, pixel, lend);
      pixel[0] = 'x';
      imagegen_event* early = nullptr;
      const bool in_time = imagegen_poll(runtime.get(), 0, &early, nullptr) == IMAGEGEN_NOTHING;
      Event done(early);
      while (imagegen_event_id(done.get()) != imagegen_call_id(call.get())) done = next_event(runtime);
      std::vector<std::string> pixels;
      const auto file = content(bytes_of(done, 0));
      result_of(runtime, "images.decode", "{}", {view_of(file)}, &pixels);
      EXPECT_TRUE(!in_time || pixels == std::vector<std::string>{lend == 1 ? "xbc" : "abc"}) << pixels.at(0);
      return in_time;
    });
    EXPECT_TRUE(held);
  }
}

TEST_F(CCalls, ThreeHundredAtOnceEndOnceEach) {
  const auto runtime = open();
  const auto file = file_of(picture(40, 30));
  const auto view = view_of(file);
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.inputs = &view;
  options.inputs_count = 1;
  std::vector<std::uint64_t> started, ended;
  for (int i = 0; i < 300; ++i) {
    imagegen_call_handle* call = nullptr;
    ASSERT_EQ(imagegen_call(runtime.get(), "images.render",
                            R"({"renditions": [{"width": 20, "height": 20}, {"width": 8, "height": 8}]})", &options,
                            &call, nullptr),
              IMAGEGEN_OK);
    started.push_back(imagegen_call_id(call));
    imagegen_call_destroy(call);
  }
  while (ended.size() < started.size()) {
    const auto done = next_event(runtime);
    ASSERT_TRUE(done);
    EXPECT_EQ(imagegen_event_bytes_count(done.get()), 2U);
    EXPECT_EQ(imagegen_event_status(done.get()), IMAGEGEN_OK);
    ended.push_back(imagegen_event_id(done.get()));
  }
  EXPECT_THAT(ended, testing::UnorderedElementsAreArray(started));
}

TEST_F(CCalls, CallsFromManyThreadsBecomeCallbacksOneAfterTheOther) {
  struct State {
    std::atomic<int> inside = 0, overlaps = 0, done = 0;
  } state;
  const auto runtime = open();
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.user_data = &state;
  options.on_done = [](void* user_data, imagegen_event* event) {
    auto& seen = *static_cast<State*>(user_data);
    if (++seen.inside > 1) ++seen.overlaps;
    std::this_thread::yield();
    imagegen_event_destroy(event);
    --seen.inside;
    ++seen.done;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 25; ++call)
        EXPECT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, &options, nullptr, nullptr), IMAGEGEN_OK);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(until([&] { return state.done == 100; }));
  EXPECT_EQ(state.overlaps, 0);
}

TEST_F(CCalls, TwoRuntimesDoNotSeeEachOther) {
  const auto one = open(), other = open();
  result_of(one, "store.put", R"({"key": "a"})", {view_of("of one")});
  const auto call = start(one, "store.head", R"({"key": "a"})");
  const auto same = start(other, "store.head", R"({"key": "a"})");
  const auto of_one = next_event(one), of_other = next_event(other);
  EXPECT_EQ(imagegen_event_id(of_one.get()), imagegen_call_id(call.get()));
  EXPECT_EQ(imagegen_event_id(of_other.get()), imagegen_call_id(same.get()));
  EXPECT_TRUE(json_of(of_one).at("result").at("object").is_object());
  EXPECT_TRUE(json_of(of_other).at("result").at("object").is_null());
}

// Ends the library's thread that calls them.
void exit_on_done(void* done, imagegen_event* event) {
  imagegen_event_destroy(event);
  ++*static_cast<std::atomic<int>*>(done);
  pthread_exit(nullptr);
}
void exit_on_call(void*, imagegen_event* event) {
  imagegen_event_destroy(event);
  pthread_exit(nullptr);
}
void exit_on_release(void* released) {
  ++*static_cast<std::atomic<int>*>(released);
  pthread_exit(nullptr);
}

TEST_F(CCalls, PthreadExitInAFunctionOfTheCallerEndsItsThreadAndNothingElse) {
  std::atomic<int> done = 0, released = 0;
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "provider";
  part.capability_json = kHouse.data();
  part.call = exit_on_call;
  part.release = exit_on_release;
  part.user_data = &released;
  auto runtime = open("{}", {part});
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.on_done = exit_on_done;
  options.user_data = &done;
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(imagegen_call(runtime.get(), "runtime.describe", nullptr, &options, nullptr, nullptr), IMAGEGEN_OK);
  EXPECT_TRUE(until([&] { return done == 3; }));
  imagegen_event* event = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "provider.check", nullptr, nullptr, &event, failure),
            IMAGEGEN_INTERNAL);
  EXPECT_THAT(failure.message(), HasSubstr("pthread_exit()"));
  runtime.reset();
  EXPECT_TRUE(until([&] { return released == 1; }));
}

TEST_F(CCalls, AHandleOfACallKeepsNoRuntime) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  auto runtime = open("{}", {host.part()});
  const auto call = start(runtime, "provider.check");
  const auto asked = silent.next();
  runtime.reset();
  EXPECT_TRUE(until([&] { return host.releases == 1; })) << "all of it has ended";
  EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK);
  EXPECT_NE(imagegen_call_id(call.get()), 0U);
}

}  // namespace
}  // namespace imagegen::test
