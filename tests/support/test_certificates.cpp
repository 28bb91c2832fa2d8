#include "support/test_certificates.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace imagegen::test {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freer<X509_free>>;

template <class T>
T check(T result, const char* what) {
  if (result) return result;
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw std::runtime_error(std::string(what) + ": " + text);
}

void add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
      check(X509V3_EXT_conf_nid(nullptr, &context, nid, value), "extension"));
  check(X509_add_ext(cert, extension.get(), -1), "add extension");
}

// A certificate with names and dates, not yet signed. Serial numbers differ because OpenSSL compares by them.
Cert blank_certificate(EVP_PKEY* key, const char* name, long from_seconds, long to_seconds) {
  static long serial = 1;
  Cert cert(check(X509_new(), "X509_new"));
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), to_seconds);
  X509_set_pubkey(cert.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return cert;
}

struct Authority {
  Key key{check(EVP_EC_gen("P-256"), "CA key")};
  Cert cert = blank_certificate(key.get(), "imagegen test CA", -3600, 86400);
  std::string file;

  Authority() {
    X509_set_issuer_name(cert.get(), X509_get_subject_name(cert.get()));
    add_extension(cert.get(), cert.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(cert.get(), cert.get(), NID_key_usage, "critical,keyCertSign");
    check(X509_sign(cert.get(), key.get(), EVP_sha256()), "sign the CA");
    std::string path = (std::filesystem::temp_directory_path() / "imagegen-test-ca-XXXXXX").string();
    const int descriptor = mkstemp(path.data());
    std::FILE* out = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
    if (out == nullptr) throw std::runtime_error("no temporary file for the test CA");
    PEM_write_X509(out, cert.get());
    std::fclose(out);
    file = path;
  }
  ~Authority() { std::remove(file.c_str()); }
};

const Authority& authority() {
  static const Authority instance;
  return instance;
}

Cert make_leaf(EVP_PKEY* key, Certificate kind) {
  const bool expired = kind == Certificate::expired;
  Cert cert = blank_certificate(key, "imagegen test server", expired ? -7200 : -3600, expired ? -3600 : 86400);
  const bool alone = kind == Certificate::self_signed;
  X509* issuer = alone ? cert.get() : authority().cert.get();
  X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer));
  const bool other = kind == Certificate::wrong_host;
  add_extension(cert.get(), issuer, NID_subject_alt_name,
                other ? "DNS:other.invalid,IP:192.0.2.1" : "DNS:localhost,IP:127.0.0.1");
  check(X509_sign(cert.get(), alone ? key : authority().key.get(), EVP_sha256()), "sign the certificate");
  return cert;
}

}  // namespace

ServerContext make_server_context(Certificate kind, bool only_old_tls) {
  ServerContext context(check(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new"));
  const Key key(check(EVP_EC_gen("P-256"), "key"));
  const Cert cert = make_leaf(key.get(), kind);
  check(SSL_CTX_use_certificate(context.get(), cert.get()) == 1, "certificate");
  check(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "private key");
  if (only_old_tls) {
    SSL_CTX_set_security_level(context.get(), 0);  // the default level no longer offers TLS 1.1 at all
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  }
  return context;
}

std::string test_ca_file() {
  return authority().file;
}

}  // namespace imagegen::test
