#include <imagegen/workflow/workflow.hpp>

#include <future>

namespace imagegen {

void WorkflowHost::wait_until_done(Task<void> task, std::stop_token stop) {
  // Shared, because the I/O thread may still be on its way out of set_value() when the waiting thread goes on.
  auto done = std::make_shared<std::promise<void>>();
  auto ended = done->get_future();
  start(std::move(task), std::move(stop), [done](std::exception_ptr thrown) {
    if (thrown)
      done->set_exception(std::move(thrown));
    else
      done->set_value();
  });
  ended.get();
}

}  // namespace imagegen
