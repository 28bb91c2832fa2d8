#pragma once
#include <imagegen/http/http_message.hpp>

#include <functional>
#include <memory>

namespace imagegen {

/// Undoes gzip and deflate (RFC 1952, RFC 1950, and the bare RFC 1951 that some send), which no request of ours asks
/// for and some gateways send all the same. What is not so coded, whatever its headers say, goes through as it is. Not
/// thread-safe.
class ContentDecoder {
 public:
  /// Takes what is decoded, borrowed for the call. False: nothing more of it is wanted.
  using Out = std::function<bool(ByteView)>;

  /// Whether to look: the headers name one of the codings, or a kind of text that never begins as gzip does.
  static bool may_be_coded(const HttpHeaders& headers);
  /// `headers` as they are once the coding is undone.
  static HttpHeaders without_coding(const HttpHeaders& headers);

  explicit ContentDecoder(const HttpHeaders& headers);
  ~ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;

  /// Takes the next bytes, cut anywhere. Errc::bad_answer when a coded text, of which some has come out, is damaged.
  Result<void> feed(ByteView data, const Out& out);
  /// The body has ended. Errc::bad_answer when the coded text, of which some has come out, has not.
  Result<void> finish(const Out& out);
  /// Whether the body is coded, and comes out as what it stands for.
  bool is_decoding() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace imagegen
