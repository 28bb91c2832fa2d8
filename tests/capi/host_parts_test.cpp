#include <cstring>

#include "c_api.hpp"
#include "engine_contract/host_parts.hpp"

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

// Lets the parts that the contract suites use answer.
struct Memory {
  Answers answers;
  HostParts parts{{}};

  void operator()(const Event& call) {
    const auto json = json_of(call);
    std::vector<Bytes> files;
    for (std::size_t i = 0; i < imagegen_event_bytes_count(call.get()); ++i)
      files.push_back(to_bytes(content(bytes_of(call, i))));
    const auto reply = parts.reply(json.at("part").as_string(), json.at("method").as_string(),
                                   json.at("arguments").as_object(), std::move(files));
    const auto document = js::serialize(reply.document);
    if (reply.kind == HostReply::Kind::failure) return static_cast<void>(answers.reject(call, document));
    const std::string file(reply.files.empty() ? std::string_view() : as_text(reply.files[0]));
    answers.resolve(call, document, reply.files.empty() ? nullptr : &file);
  }
};

using CHostParts = CApi;

TEST_F(CHostParts, AStoreAsATableOfFunctionsHoldsTheFilesOfAWorkflow) {
  Memory store;
  Host host("store", std::ref(store));
  const auto runtime = open("{}", {host.part()});
  store.answers.open_to(runtime);
  const auto first = result_of(runtime, "heroes.generate", hero_request());
  EXPECT_EQ(first.at("generated").as_array().size(), 9U);
  const auto stored = result_of(runtime, "store.head", R"({"key": "fcc/lifestyle/OL-1_Desktop_1920x800.webp"})");
  EXPECT_TRUE(stored.at("object").is_object());
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

std::string house_named(const std::string& name) {
  return R"({"provider": ")" + name + R"(", "model": "house-1", "paid": false, "sizes": {"fixed": [[64, 64]]}})";
}

constexpr const char* kByRoute = R"({"route": [{"provider": "first"}, {"provider": "second"}],
  "retry": {"maxAttempts": 1}, "prompts": {"width": 64, "height": 64}})";

TEST_F(CHostParts, OfTwoProvidersTheSecondIsAskedWhenTheFirstCannotBeHad) {
  Answers answers;
  const auto drawn = file_of(picture(64, 64));
  const auto named = [](const Event& call) { return json_of(call).at("arguments").at("provider"); };
  Host first(
      "provider",
      [&](const Event& call) {
        EXPECT_EQ(named(call), "first");
        answers.reject(call, R"({"code": "UNAVAILABLE", "delivery": "not_sent"})");
      },
      house_named("first"));
  Host second(
      "provider",
      [&](const Event& call) {
        EXPECT_EQ(named(call), "second");
        answers.resolve(call, "{}", &drawn);
      },
      house_named("second"));
  const auto runtime = open(kByRoute, {first.part(), second.part()});
  answers.open_to(runtime);
  const auto job = result_of(runtime, "prompts.execute",
                             R"({"intent": "hero image", "rawPrompt": "a boat", "finalPrompt": "A boat."})");
  result_of(runtime, "worker.run", R"({"untilIdle": true})");
  const auto listed = result_of(runtime, "assets.list", js::serialize(js::object{{"jobId", job.at("jobId")}}));
  ASSERT_EQ(listed.at("assets").as_array().size(), 1U);
  EXPECT_EQ(listed.at("assets").at(0).at("provider"), "second");
  EXPECT_TRUE(first.calls == 1 && second.calls == 1);
}

TEST_F(CHostParts, TheInboxSaysWhichOfTwoProvidersIsAsked) {
  const auto first = house_named("first"), second = house_named("second");
  std::vector<imagegen_host_part> parts;
  for (const auto* capability : {&first, &second}) {
    imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
    part.kind = "provider";
    part.capability_json = capability->c_str();
    parts.push_back(part);
  }
  const auto runtime = open("{}", parts);
  Answers answers;
  answers.open_to(runtime);
  for (const char* name : {"second", "first"}) {
    const auto call = start(runtime, "provider.submit",
                            R"({"outsideTheLedger": true, "prompt": "a", "width": 64, "height": 64, "provider": ")" +
                                std::string(name) + "\"}");
    const auto asked = next_event(runtime, IMAGEGEN_EVENT_HOST_CALL);
    EXPECT_EQ(json_of(asked).at("arguments").at("provider"), name);
    const std::string drawn = "a picture";
    answers.resolve(asked, "{}", &drawn);
    EXPECT_EQ(content(bytes_of(next_event(runtime), 0)), drawn);
  }
}

TEST_F(CHostParts, TwoProvidersOfOneNameAreRefusedAndReleased) {
  const auto silent = [](const Event&) {};
  Host first("provider", silent, house_named("twin")), second("provider", silent, house_named("twin"));
  const std::array parts = {first.part(), second.part()};
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.parts = parts.data();
  options.parts_count = parts.size();
  imagegen_runtime* runtime = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, failure), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_THAT(failure.message(), HasSubstr("twin"));
  EXPECT_TRUE(until([&] { return first.releases == 1 && second.releases == 1; }));
}

TEST_F(CHostParts, RecordsAnEnhancerAndPacksAreAskedToo) {
  Answers answers;
  const auto answer = [&](const Event& call) {
    const auto json = json_of(call);
    const auto method = json.at("method").as_string();
    if (method == "enhance") answers.resolve(call, R"({"prompt": "A boat, in oil."})");
    if (method == "list") answers.resolve(call, R"({"assets": [], "next": ""})");
    if (method == "find" && json.at("part").as_string() == "assets") answers.resolve(call, R"({"asset": null})");
    if (method == "find" && json.at("part").as_string() == "lifestylePacks")
      answers.resolve(call, js::serialize(js::object{{"pack", js::parse(hero_request()).at("lifestylePack")}}));
  };
  Host assets("assets", answer), enhancer("enhancer", answer), packs("lifestylePacks", answer);
  const auto runtime = open("{}", {assets.part(), enhancer.part(), packs.part()});
  answers.open_to(runtime);
  EXPECT_EQ(result_of(runtime, "prompts.enhance", R"({"intent": "hero image", "prompt": "a boat"})")
                .at("finalPrompt")
                .as_string(),
            "A boat, in oil.");
  EXPECT_TRUE(result_of(runtime, "assets.get", R"({"id": "none"})").at("asset").is_null());
  EXPECT_TRUE(result_of(runtime, "assets.list").at("assets").as_array().empty());
  const auto planned = result_of(runtime, "heroes.generate", R"({"workItemId": "wi-9", "dryRun": true})");
  EXPECT_TRUE(planned.at("dryRun").as_bool());
  EXPECT_TRUE(assets.calls == 2 && enhancer.calls == 1 && packs.calls == 1);
}

TEST_F(CHostParts, RecordsOfAllKindsAreAskedFor) {
  Answers answers;
  Host records("records", [&](const Event& call) {
    const auto json = json_of(call);
    const auto method = json.at("method").as_string();
    EXPECT_EQ(json.at("arguments").at("collection").as_string(), "assets");
    answers.resolve(call, method == "find" ? R"({"record": null})" : R"({"records": []})");
  });
  const auto runtime = open("{}", {records.part()});
  answers.open_to(runtime);
  EXPECT_TRUE(result_of(runtime, "assets.get", R"({"id": "none"})").at("asset").is_null());
  EXPECT_TRUE(result_of(runtime, "assets.list").at("assets").as_array().empty());
  EXPECT_EQ(records.calls, 2);
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
       {Wrong{"{\"threads\": 0}", "lifestylePacks", false}, Wrong{"{", "lifestylePacks", false}, Wrong{"{}", "store", false},
        Wrong{"{}", "no such part", false}, Wrong{"{}", "lifestylePacks", true}}) {
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

// Options that are refused for what is in them, or in one of their parts.
void expect_all_released(const std::string& what, std::size_t count, std::size_t distance,
                         const std::function<void(unsigned char*, imagegen_runtime_options*)>& spoil,
                         imagegen_status status, std::size_t released) {
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<unsigned char> parts(count * distance);
  for (std::size_t i = 0; i < count; ++i) {
    auto part = hosts.emplace_back(std::make_unique<Host>("store", [](const Event&) {}))->part();
    part.struct_size = distance;
    std::memcpy(parts.data() + i * distance, &part, sizeof part);
  }
  struct {
    imagegen_runtime_options known = IMAGEGEN_RUNTIME_OPTIONS_INIT;
    std::uint64_t later = 0;
  } options;
  options.known.parts = reinterpret_cast<const imagegen_host_part*>(parts.data());
  options.known.parts_count = count;
  options.known.struct_size = sizeof options;
  spoil(parts.data(), &options.known);
  imagegen_runtime* runtime = nullptr;
  EXPECT_EQ(imagegen_runtime_open(&options.known, &runtime, nullptr), status) << what;
  for (std::size_t i = 0; i < released; ++i)
    EXPECT_TRUE(until([&] { return hosts[i]->releases == 1; })) << what << ": part " << i;
  for (std::size_t i = released; i < count; ++i) {
    EXPECT_EQ(hosts[i]->releases, 0) << what << ": part " << i;
    ++hosts[i]->releases;  // as the header says, it is the host's still
  }
}

TEST_F(CHostParts, PartsAreReleasedWhereOptionsAreRefused) {
  constexpr auto kSize = sizeof(imagegen_host_part), kNewer = kSize + 8;
  const auto nothing = [](unsigned char*, imagegen_runtime_options*) {};
  expect_all_released("too many", 101, kSize, nothing, IMAGEGEN_INVALID_ARGUMENT, 101);
  expect_all_released(
      "newer options", 2, kSize, [](unsigned char*, auto* options) { *reinterpret_cast<char*>(options + 1) = 1; },
      IMAGEGEN_UNSUPPORTED, 2);
  expect_all_released(
      "a newer part", 3, kNewer, [](unsigned char* parts, auto*) { parts[kSize] = 1; }, IMAGEGEN_UNSUPPORTED, 3);
  expect_all_released(
      "an impossible part", 3, kSize, [](unsigned char* parts, auto*) { std::memset(parts + kSize, 0, 8); },
      IMAGEGEN_INVALID_ARGUMENT, 1);
  expect_all_released(
      "impossible options", 1, kSize, [](unsigned char*, auto* options) { options->struct_size = 1; },
      IMAGEGEN_INVALID_ARGUMENT, 0);
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
