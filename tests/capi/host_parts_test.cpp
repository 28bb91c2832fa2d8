#include <map>

#include "c_api.hpp"

// Parts that the host makes: tables of functions, and calls through the inbox. docs/host-parts.md is the contract.
namespace imagegen::test {
namespace {

using testing::HasSubstr;
namespace js = boost::json;

// Answers calls on the runtime that it is told of. Where it may be called before it knows that, it waits for it.
class Answers {
 public:
  void open_to(const Runtime& runtime) { runtime_ = runtime.get(); }
  imagegen_status resolve(const Event& call, const std::string& json = "{}", const std::string* file = nullptr) {
    const auto view = file ? view_of(*file) : imagegen_view{nullptr, 0};
    return imagegen_host_resolve(runtime(), imagegen_event_id(call.get()), json.c_str(), file ? &view : nullptr,
                                 file ? 1 : 0, nullptr);
  }
  imagegen_status reject(const Event& call, const std::string& json) {
    return imagegen_host_reject(runtime(), imagegen_event_id(call.get()), json.c_str(), nullptr);
  }

 private:
  imagegen_runtime* runtime() {
    EXPECT_TRUE(until([this] { return runtime_ != nullptr; }));
    return runtime_;
  }
  std::atomic<imagegen_runtime*> runtime_ = nullptr;
};

// A store in memory, as in docs/host-parts.md.
struct MemoryStore {
  Answers answers;
  std::map<std::string, std::string> objects;

  void operator()(const Event& call) {
    const auto json = json_of(call);
    const auto& method = json.at("method").as_string();
    const auto& arguments = json.at("arguments");
    if (method == "list") return list(call, arguments);
    const std::string key(arguments.at("key").as_string());
    if (method == "put") return put(call, key, arguments.at("onlyIfAbsent").as_bool());
    if (method == "remove") return objects.erase(key), static_cast<void>(answers.resolve(call));
    const auto found = objects.find(key);
    if (method == "head") {
      answers.resolve(call, found == objects.end()
                                ? R"({"object": null})"
                                : R"({"object": {"sizeBytes": )" + std::to_string(found->second.size()) + "}}");
    } else if (found == objects.end()) {
      answers.reject(call, R"({"code": "NOT_FOUND"})");
    } else {
      answers.resolve(call, "{}", &found->second);
    }
  }
  void put(const Event& call, const std::string& key, bool only_if_absent) {
    if (only_if_absent && objects.contains(key))
      return static_cast<void>(answers.reject(call, R"({"code": "ALREADY_EXISTS"})"));
    objects[key] = content(bytes_of(call, 0));
    answers.resolve(call);
  }
  void list(const Event& call, const js::value& arguments) {
    js::array found;
    for (const auto& [key, object] : objects)
      if (key.starts_with(arguments.at("prefix").as_string()))
        found.push_back({{"key", key}, {"sizeBytes", object.size()}});
    answers.resolve(call, js::serialize(js::object{{"objects", std::move(found)}}));
  }
};

using CHostParts = CApi;

TEST_F(CHostParts, AStoreAsATableOfFunctionsHoldsTheFilesOfAWorkflow) {
  MemoryStore store;
  Host host("store", std::ref(store));
  const auto runtime = open("{}", {host.part()});
  store.answers.open_to(runtime);
  const auto first = result_of(runtime, "heroes.generate", hero_request());
  EXPECT_EQ(first.at("generated").as_array().size(), 9U);
  EXPECT_EQ(store.objects.count("fcc/lifestyle/OL-1_Desktop_1920x800.webp"), 1U);
  const auto again = result_of(runtime, "heroes.generate", hero_request());
  EXPECT_EQ(again.at("skippedExisting").as_array().size(), 9U);
}

TEST_F(CHostParts, AProviderAsATableOfFunctionsDrawsThePicture) {
  Answers answers;
  const auto drawn = file_of(picture(64, 64));
  Host host(
      "provider",
      [&](const Event& call) {
        const auto json = json_of(call);
        EXPECT_EQ(json.at("part").as_string(), "provider");
        EXPECT_EQ(json.at("method").as_string(), "submit");
        EXPECT_EQ(json.at("arguments").at("prompt").as_string(), "a boat");
        EXPECT_GT(json.at("timeoutMs").as_int64(), 0);
        answers.resolve(call, R"({"images": [{"revisedPrompt": "a red boat"}]})", &drawn);
      },
      std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  std::vector<std::string> files;
  const auto result =
      result_of(runtime, "provider.submit",
                R"({"outsideTheLedger": true, "prompt": "a boat", "width": 64, "height": 64})", {}, &files);
  EXPECT_EQ(files, std::vector{drawn});
  EXPECT_EQ(result.at("images").at(0).at("revisedPrompt").as_string(), "a red boat");
}

TEST_F(CHostParts, RecordsAnEnhancerAndPacksAreAskedToo) {
  Answers answers;
  const auto answer = [&](const Event& call) {
    const auto json = json_of(call);
    const auto method = json.at("method").as_string();
    if (method == "enhance") answers.resolve(call, R"({"prompt": "A boat, in oil."})");
    if (method == "list") answers.resolve(call, R"({"assets": [], "next": ""})");
    if (method == "find" && json.at("part").as_string() == "metadata") answers.resolve(call, R"({"asset": null})");
    if (method == "find" && json.at("part").as_string() == "packs")
      answers.resolve(call, js::serialize(js::object{{"pack", js::parse(hero_request()).at("pack")}}));
  };
  Host metadata("metadata", answer), enhancer("enhancer", answer), packs("packs", answer);
  const auto runtime = open("{}", {metadata.part(), enhancer.part(), packs.part()});
  answers.open_to(runtime);
  EXPECT_EQ(result_of(runtime, "prompts.enhance", R"({"intent": "hero image", "prompt": "a boat"})")
                .at("finalPrompt")
                .as_string(),
            "A boat, in oil.");
  EXPECT_TRUE(result_of(runtime, "assets.get", R"({"id": "none"})").at("asset").is_null());
  EXPECT_TRUE(result_of(runtime, "assets.list").at("assets").as_array().empty());
  const auto planned = result_of(runtime, "heroes.generate", R"({"workItemId": "wi-9", "dryRun": true})");
  EXPECT_TRUE(planned.at("dryRun").as_bool());
  EXPECT_TRUE(metadata.calls == 2 && enhancer.calls == 1 && packs.calls == 1);
}

TEST_F(CHostParts, EventsOfAWorkerAreDelivered) {
  Answers answers;
  std::mutex mutex;
  std::vector<std::string> events;
  Host host("events", [&](const Event& call) {
    {
      const std::lock_guard lock(mutex);
      events.emplace_back(json_of(call).at("arguments").at("event").as_string());
    }
    answers.resolve(call);
  });
  const auto runtime = open("{\"worker\": {\"pollMs\": 50}}", {host.part()});
  answers.open_to(runtime);
  result_of(runtime, "prompts.execute", R"({"intent": "hero image", "rawPrompt": "a", "finalPrompt": "A boat."})");
  result_of(runtime, "worker.run", R"({"untilIdle": true})");
  EXPECT_TRUE(until([&] {
    const std::lock_guard lock(mutex);
    return events == std::vector<std::string>{"prompt_job_ended"};
  }));
}

TEST_F(CHostParts, APartWithoutFunctionsIsAskedThroughTheInbox) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "store";
  const auto runtime = open("{}", {part});
  Answers answers;
  answers.open_to(runtime);
  const auto call = start(runtime, "store.get", R"({"key": "a"})");
  const auto asked = next_event(runtime, IMAGEGEN_EVENT_HOST_CALL);
  const auto json = json_of(asked);
  EXPECT_EQ(json.at("kind").as_string(), "hostCall");
  EXPECT_EQ(json.at("token").to_number<std::uint64_t>(), imagegen_event_id(asked.get()));
  EXPECT_EQ(json.at("arguments").at("key").as_string(), "a");
  const std::string file = "the object";
  EXPECT_EQ(answers.resolve(asked, "{}", &file), IMAGEGEN_OK);
  EXPECT_EQ(content(bytes_of(next_event(runtime), 0)), file);
}

TEST_F(CHostParts, AnAnswerMayComeLaterAndFromAnyThread) {
  Silent silent;
  Answers answers;
  Host host("provider", silent, std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  const auto first = start(runtime, "provider.check"), second = start(runtime, "provider.check");
  const auto asked = silent.next(), also_asked = silent.next();
  std::thread([&] { EXPECT_EQ(answers.resolve(also_asked), IMAGEGEN_OK); }).join();
  EXPECT_EQ(imagegen_event_id(next_event(runtime).get()), imagegen_call_id(second.get()));
  std::thread([&] { EXPECT_EQ(answers.resolve(asked), IMAGEGEN_OK); }).join();
  EXPECT_EQ(imagegen_event_id(next_event(runtime).get()), imagegen_call_id(first.get()));
}

TEST_F(CHostParts, ASecondAnswerIsNotFoundAndChangesNothing) {
  Silent silent;
  Answers answers;
  Host host("provider", silent, std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  const auto call = start(runtime, "provider.check");
  const auto asked = silent.next();
  EXPECT_EQ(answers.resolve(asked), IMAGEGEN_OK);
  EXPECT_EQ(answers.resolve(asked), IMAGEGEN_NOT_FOUND);
  EXPECT_EQ(answers.reject(asked, R"({"code": "UNAVAILABLE"})"), IMAGEGEN_NOT_FOUND);
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_OK);
  Failure failure;
  EXPECT_EQ(imagegen_host_resolve(runtime.get(), 12'345'678, nullptr, nullptr, 0, failure), IMAGEGEN_NOT_FOUND);
  EXPECT_THAT(failure.message(), HasSubstr("token 12345678: expected that of an open host call"));
}

TEST_F(CHostParts, ARejectionIsTheErrorOfTheCall) {
  Answers answers;
  std::string rejection;
  Host host("store", [&](const Event& call) { answers.reject(call, rejection); });
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  const auto expect = [&](const char* given, imagegen_status status, const char* message) {
    rejection = given;
    imagegen_event* done = nullptr;
    Failure failure;
    EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "store.get", R"({"key": "a"})", nullptr, &done, failure), status)
        << given;
    EXPECT_THAT(failure.message(), HasSubstr(message)) << given;
    return failure.json();
  };
  expect(R"({"code": "PERMISSION_DENIED", "message": "not you"})", IMAGEGEN_PERMISSION_DENIED,
         "store.get of the host: not you");
  expect(R"({"code": "NOT_FOUND"})", IMAGEGEN_NOT_FOUND, "store.get of the host");
  expect("{}", IMAGEGEN_INTERNAL, "it failed, and did not say why");
  expect(R"({"code": "ECONNREFUSED", "message": "connect"})", IMAGEGEN_INTERNAL, "connect");
  expect(R"({"code": 5, "message": []})", IMAGEGEN_INTERNAL, "did not say why");
  expect("no JSON", IMAGEGEN_INTERNAL, "did not say why");
  const auto json = expect(R"({"code": "RATE_LIMITED", "message": "slowly", "retryable": true, "retryAfterMs": 1500})",
                           IMAGEGEN_RATE_LIMITED, "slowly");
  EXPECT_TRUE(json.at("retryable").as_bool());
  EXPECT_EQ(json.at("retryAfterMs").as_int64(), 1500);
}

TEST_F(CHostParts, TheDeliveryOfARejectedPurchaseSaysWhetherMoneyWasSpent) {
  Answers answers;
  std::string rejection;
  Host host(
      "provider", [&](const Event& call) { answers.reject(call, rejection); }, std::string(kHouse));
  const auto runtime = open(R"({"retry": {"maxAttempts": 1}})", {host.part()});
  answers.open_to(runtime);
  for (const auto& [delivery, spent] : {std::pair(R"("not_sent")", false), std::pair(R"("answered")", false),
                                        std::pair(R"("unknown")", true), std::pair(R"("nonsense")", true)}) {
    rejection = R"({"code": "PERMISSION_DENIED", "delivery": )" + std::string(delivery) + "}";
    imagegen_event* done = nullptr;
    Failure failure;
    EXPECT_NE(imagegen_call_and_wait(runtime.get(), "provider.submit",
                                     R"({"outsideTheLedger": true, "prompt": "a", "width": 64, "height": 64})", nullptr,
                                     &done, failure),
              IMAGEGEN_OK);
    EXPECT_EQ(failure.json().at("spent").as_bool(), spent) << delivery;
  }
}

TEST_F(CHostParts, AnAnswerOutsideTheContractFailsTheWork) {
  Answers answers;
  std::string answer;
  Host host("store", [&](const Event& call) { EXPECT_EQ(answers.resolve(call, answer), IMAGEGEN_OK) << answer; });
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  for (const char* given : {"[]", "no JSON", "{", R"({"object": 5})", R"({"object": {"sizeBytes": "many"}})",
                            R"({"object": {"sizeBytes": -1}})"}) {
    answer = given;
    imagegen_event* done = nullptr;
    Failure failure;
    EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "store.head", R"({"key": "a"})", nullptr, &done, failure),
              IMAGEGEN_BAD_ANSWER)
        << given;
  }
  answer = "{}";
  imagegen_event* done = nullptr;
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "store.get", R"({"key": "a"})", nullptr, &done, nullptr),
            IMAGEGEN_BAD_ANSWER)
      << "no file";
}

TEST_F(CHostParts, ACallThatIsNeverAnsweredMeetsItsDeadlineAndTheHostHearsOfIt) {
  Silent silent;
  Answers answers;
  Host host("store", silent);
  const auto runtime = open(R"({"hostTimeoutMs": 50})", {host.part()});
  answers.open_to(runtime);
  imagegen_event* done = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "store.get", R"({"key": "a"})", nullptr, &done, failure),
            IMAGEGEN_DEADLINE_EXCEEDED);
  EXPECT_THAT(failure.message(), HasSubstr("store.get of the host: no answer before the deadline"));
  EXPECT_TRUE(until([&] { return host.cancels == 1; }));
  EXPECT_EQ(answers.resolve(silent.next()), IMAGEGEN_NOT_FOUND);
}

TEST_F(CHostParts, AFunctionMayStartCallsWhileItAnswers) {
  Answers answers;
  imagegen_runtime* handle = nullptr;
  Host host(
      "provider",
      [&](const Event& call) {
        EXPECT_EQ(imagegen_call(handle, "runtime.describe", nullptr, nullptr, nullptr, nullptr), IMAGEGEN_OK);
        answers.resolve(call);
      },
      std::string(kHouse));
  const auto runtime = open("{}", {host.part()});
  answers.open_to(runtime);
  handle = runtime.get();
  result_of(runtime, "provider.check");
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_OK);
}

TEST_F(CHostParts, APartIsReleasedOnceOnALibraryThread) {
  Host host("store", [](const Event&) {});
  open("{}", {host.part()}).reset();
  EXPECT_TRUE(until([&] { return host.releases > 0; }));
  EXPECT_EQ(host.releases, 1);
  EXPECT_NE(host.released_on, std::this_thread::get_id());
}

TEST_F(CHostParts, PartsAreReleasedWhateverItIsThatFails) {
  struct Wrong {
    const char* config;
    const char* second;
    bool without_out;
  };
  for (const auto& wrong :
       {Wrong{"{\"threads\": 0}", "packs", false}, Wrong{"{", "packs", false}, Wrong{"{}", "store", false},
        Wrong{"{}", "no such part", false}, Wrong{"{}", "packs", true}}) {
    Host first("store", [](const Event&) {}), second(wrong.second, [](const Event&) {});
    const std::array parts = {first.part(), second.part()};
    imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
    options.config_json = wrong.config;
    options.parts = parts.data();
    options.parts_count = parts.size();
    imagegen_runtime* runtime = nullptr;
    EXPECT_EQ(imagegen_runtime_open(&options, wrong.without_out ? nullptr : &runtime, nullptr),
              IMAGEGEN_INVALID_ARGUMENT);
    EXPECT_TRUE(until([&] { return first.releases > 0 && second.releases > 0; })) << wrong.config << wrong.second;
    EXPECT_TRUE(first.releases == 1 && second.releases == 1);
    EXPECT_NE(first.released_on, std::this_thread::get_id());
  }
}

TEST_F(CHostParts, AFunctionMayDestroyTheRuntimeThatAsksIt) {
  Runtime runtime;
  Host host("store", [&](const Event&) { imagegen_runtime_destroy(runtime.release()); });
  runtime = open("{}", {host.part()});
  imagegen_event* done = nullptr;
  EXPECT_EQ(imagegen_call_and_wait(runtime.get(), "store.get", R"({"key": "a"})", nullptr, &done, nullptr),
            IMAGEGEN_CANCELLED);
}

}  // namespace
}  // namespace imagegen::test
