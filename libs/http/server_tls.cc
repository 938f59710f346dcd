#include "libs/http/server_tls.h"

#include <algorithm>
#include <utility>

#include "boost/system/error_code.hpp"
#include "libs/base/status.h"

namespace safehaven {
namespace {

using Context = boost::asio::ssl::context;

absl::StatusOr<std::shared_ptr<Context>> Load(const std::string& certificate_file, const std::string& key_file) {
  auto context = std::make_shared<Context>(Context::tls_server);
  boost::system::error_code error;
  context->set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 | Context::no_tlsv1 |
                           Context::no_tlsv1_1 | Context::single_dh_use,
                       error);
  if (!error) context->use_certificate_chain_file(certificate_file, error);
  if (!error) context->use_private_key_file(key_file, Context::pem, error);
  if (error || SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return FailedPrecondition("TLS_KEYS_MISSING", "the certificate and key files cannot be used together");
  }
  return context;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerTlsContext>> ServerTlsContext::Make(const std::string& certificate_file,
                                                                         const std::string& key_file) {
  auto made = std::unique_ptr<ServerTlsContext>(new ServerTlsContext(certificate_file, key_file));
  absl::MutexLock lock(&made->mutex_);
  made->loaded_ = made->LastChange();
  SH_ASSIGN_OR_RETURN(made->context_, Load(certificate_file, key_file));
  return made;
}

ServerTlsContext::FileTime ServerTlsContext::LastChange() const {
  std::error_code error;
  const FileTime certificate = std::filesystem::last_write_time(certificate_file_, error);
  const FileTime key = std::filesystem::last_write_time(key_file_, error);
  return std::max(certificate, key);
}

std::shared_ptr<Context> ServerTlsContext::Current() {
  const FileTime changed = LastChange();
  absl::MutexLock lock(&mutex_);
  if (changed != loaded_) {
    // Two files are never replaced at one moment: a pair that does not fit is tried
    // again at the next connection.
    if (auto fresh = Load(certificate_file_, key_file_); fresh.ok()) {
      context_ = *fresh;
      loaded_ = changed;
    }
  }
  return context_;
}

}  // namespace safehaven
