// The TLS context of the HTTP server, made anew when the certificate's file changes, so
// that a renewed certificate needs no restart. Connections keep the context they began
// with. Thread-safe.
#ifndef SAFEHAVEN_LIBS_HTTP_SERVER_TLS_H_
#define SAFEHAVEN_LIBS_HTTP_SERVER_TLS_H_

#include <filesystem>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "boost/asio/ssl/context.hpp"

namespace safehaven {

class ServerTlsContext {
 public:
  // FAILED_PRECONDITION with reason TLS_KEYS_MISSING if the files cannot be read or do
  // not belong together.
  static absl::StatusOr<std::unique_ptr<ServerTlsContext>> Make(const std::string& certificate_file,
                                                                const std::string& key_file);

  // The context for a new connection. Looks at the files' times; if they have changed and
  // are sound, what they hold now is used, else what was used before.
  std::shared_ptr<boost::asio::ssl::context> Current() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using FileTime = std::filesystem::file_time_type;
  ServerTlsContext(std::string certificate_file, std::string key_file)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

  FileTime LastChange() const;

  const std::string certificate_file_;
  const std::string key_file_;
  absl::Mutex mutex_;
  // Shared with the connections that began with it.
  std::shared_ptr<boost::asio::ssl::context> context_ ABSL_GUARDED_BY(mutex_);
  FileTime loaded_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_HTTP_SERVER_TLS_H_
