#include <imagegen/provider/image_provider.hpp>

namespace imagegen {

Task<Result<bool>> ImageProvider::wait(RemoteTask, CallContext) {
  co_return false;
}

Task<Result<GeneratedImages>> ImageProvider::resume(RemoteTask, CallContext) {
  co_return Error{Errc::unsupported, capability().provider + ": its calls leave no remote task to resume"};
}

Task<Result<void>> ImageProvider::check_model(std::string, Deadline deadline) {
  co_return co_await check(deadline);
}

Task<Result<void>> ImageProvider::cancel(RemoteTask, Deadline) {
  co_return Error{Errc::unsupported, capability().provider + ": its calls leave no remote task to cancel"};
}

}  // namespace imagegen
