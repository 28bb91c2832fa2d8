#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <string>

/// \file What every ImageProvider must do: pictures at once or a task, nothing out of range sent, deadlines and cancellation kept.
namespace imagegen::test {

/// A provider and what can be seen of its service. Its io_context outlives what derived classes hold.
class ImageProviderHarness : public IoRunner, public Harness {
 public:
  using Interface = ImageProviderHarness;  ///< What harness() makes.
  /// The one that is tested.
  virtual ImageProvider& provider() = 0;
  /// What its deadlines are compared with.
  virtual Clock& clock() = 0;
  /// Calls of submit() that have reached the service so far; 0 where there is none.
  virtual int requests() const = 0;
  /// False where there is no service that could be late, or be asked too much.
  virtual bool is_remote() const = 0;
  /// True only where every call is over before anybody could cancel it, because it waits for nothing.
  virtual bool never_waits() const { return false; }
  /// The service takes the next call and never answers. Only called when it is remote.
  virtual void hold_next() = 0;
};

/// The suite, for INSTANTIATE_TEST_SUITE_P.
class ImageProviderContract : public ContractTest<ImageProviderHarness> {
 protected:
  static void SetUpTestSuite();
  ImageProvider& provider() { return harness_->provider(); }
  /// The one that is asked where none is named.
  const ModelCapability& model() { return provider().capability().models.front(); }
  /// A size that the provider offers.
  PixelSize a_size();
  ImageRequest a_request();
  Result<Submission> submit(ImageRequest request, CallContext context = {});
  /// submit(), and where that begins a task, its end.
  Result<GeneratedImages> generate(ImageRequest request);
  void expect_refused_unsent(ImageRequest request, const std::string& field);
};

}  // namespace imagegen::test
