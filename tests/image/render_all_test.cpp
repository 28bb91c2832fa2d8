#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <optional>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using Outputs = std::vector<std::optional<Result<Rendition>>>;

const Bytes& master_file() {
  static const Bytes file = encode_png(test::photo_like({240, 160}, 3)).value();
  return file;
}

RenditionSpec webp_of(PixelSize size) {
  return {size, {}, {ImageFormat::webp, 80, 0}};
}

std::vector<RenditionSpec> some_specs() {
  return {webp_of({60, 60}),
          webp_of({300, 120}),
          {{100, 100}, {}, {ImageFormat::jpeg}},
          webp_of({120, 200}),
          {{64, 64}, {}, {ImageFormat::png}}};
}

struct Rendered {
  Result<void> done;
  Outputs outputs;
};

// The pool ends inside the coroutine, before the io_context: a pool thread may still be waking it when the task is
// done.
Task<Result<void>> keep_all(ByteView file, std::vector<RenditionSpec> specs, std::size_t threads, Outputs& outputs) {
  ThreadPool pool(threads);
  outputs.resize(specs.size());
  std::function<Task<void>(std::size_t, Result<Rendition>)> keep = [&](std::size_t index,
                                                                       Result<Rendition> made) -> Task<void> {
    outputs[index] = std::move(made);
    co_return;
  };
  const ImageLimits limits;
  co_return co_await render_all(file, std::move(specs), limits, pool, keep);
}

Rendered render_specs(ByteView file, std::vector<RenditionSpec> specs, std::size_t threads) {
  Outputs outputs;
  auto done = test::run_task(keep_all(file, std::move(specs), threads, outputs));
  return {done, std::move(outputs)};
}

TEST(RenderAll, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto expected = render_specs(master_file(), some_specs(), 1);
  ASSERT_THAT(expected.done, test::IsOk());
  for (const std::size_t threads : {2U, 8U}) {
    const auto found = render_specs(master_file(), some_specs(), threads);
    for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
      EXPECT_EQ((*found.outputs[i])->image.bytes, (*expected.outputs[i])->image.bytes) << "output " << i;
    }
  }
}

TEST(RenderAll, HandsEveryOutputOverOnceUnderItsIndex) {
  const auto specs = some_specs();
  const auto rendered = render_specs(master_file(), specs, 2);
  ASSERT_EQ(rendered.outputs.size(), specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) EXPECT_EQ((*rendered.outputs[i])->image.size, specs[i].size);
}

TEST(RenderAll, MakesTheOthersWhenOneFails) {
  const auto rendered = render_specs(master_file(), {webp_of({20, 20}), webp_of({20'000, 2}), webp_of({30, 30})}, 2);
  EXPECT_THAT(rendered.done, test::IsOk());
  EXPECT_THAT(*rendered.outputs[0], test::IsOk());
  EXPECT_THAT(*rendered.outputs[1], FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(*rendered.outputs[2], test::IsOk());
}

TEST(RenderAll, FailsOnceWhenTheMasterCannotBeRead) {
  const auto rendered = render_specs(as_bytes("%PDF-1.7"), some_specs(), 2);
  EXPECT_THAT(rendered.done, FailsWith(Errc::unsupported));
  EXPECT_FALSE(rendered.outputs[0].has_value());
}

TEST(RenderAll, HasNothingToDoWithoutSpecs) {
  EXPECT_THAT(render_specs(master_file(), {}, 1).done, test::IsOk());
}

TEST(RenderAll, StartsWithTheLargest) {
  std::vector<std::size_t> order;
  std::function<Task<void>(std::size_t, Result<Rendition>)> note = [&](std::size_t index,
                                                                       Result<Rendition>) -> Task<void> {
    order.push_back(index);
    co_return;
  };
  const ImageLimits limits;
  const std::vector<RenditionSpec> specs = {webp_of({20, 20}), webp_of({80, 80}), webp_of({40, 40})};
  const auto done = test::run([&]() -> Task<Result<void>> {
    ThreadPool pool(1);
    co_return co_await render_all(master_file(), specs, limits, pool, note);
  });
  ASSERT_THAT(done, test::IsOk());
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 0));
}

// Cancels as soon as the first output arrives, while others are being made, and checks that the memory they use is let
// go before the call returns: the pool is idle then, which the sanitizers would otherwise tell.
TEST(RenderAll, ReturnsCancelledWhenNoPoolWorkIsLeft) {
  const std::vector<RenditionSpec> specs(40, webp_of({400, 300}));
  boost::asio::io_context io(1);
  ThreadPool pool(2);  // ends before the io_context, which its threads may still be waking
  boost::asio::cancellation_signal signal;
  std::size_t handed_over = 0;
  std::optional<Result<void>> done;
  std::function<Task<void>(std::size_t, Result<Rendition>)> cancel = [&](std::size_t, Result<Rendition>) -> Task<void> {
    ++handed_over;
    boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
    co_return;
  };
  auto call = [&]() -> Task<void> {
    const Bytes copy = master_file();  // freed when this coroutine ends
    const ImageLimits limits;
    done = co_await render_all(copy, specs, limits, pool, cancel);
  };
  bool ended = false;
  boost::asio::co_spawn(io, call(),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
  test::run_until(io, [&] { return ended; });
  ASSERT_TRUE(done.has_value());
  EXPECT_THAT(*done, FailsWith(Errc::cancelled));
  EXPECT_LT(handed_over, specs.size());
}

TEST(RenderAll, CanBeCancelledWhileTheMasterIsDecoded) {
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal signal;
  Outputs outputs;
  std::optional<Result<void>> done;
  auto call = [&]() -> Task<void> { done = co_await keep_all(master_file(), some_specs(), 1, outputs); };
  bool ended = false;
  boost::asio::co_spawn(io, call(),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
  boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  test::run_until(io, [&] { return ended; });
  ASSERT_TRUE(done.has_value());
  EXPECT_THAT(*done, FailsWith(Errc::cancelled));
  EXPECT_FALSE(outputs[0].has_value());
}

TEST(RenderAll, ThrowsWhatTheReceiverThrowsAfterThePoolIsDone) {
  std::function<Task<void>(std::size_t, Result<Rendition>)> fail = [](std::size_t, Result<Rendition>) -> Task<void> {
    throw std::runtime_error("no room");
    co_return;
  };
  const ImageLimits limits;
  EXPECT_THROW(test::run([&]() -> Task<Result<void>> {
                 ThreadPool pool(2);
                 co_return co_await render_all(master_file(), some_specs(), limits, pool, fail);
               }),
               std::runtime_error);
}

}  // namespace
}  // namespace imagegen
