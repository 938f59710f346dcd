// The dashboard's files, read once at start-up and served from memory: what is not in
// the folder then is never served, so no path from outside ever reaches the disk.
// Immutable after loading; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven::gateway {

struct StaticFile {
  std::string content_type;
  std::string bytes;
};

class StaticFiles {
 public:
  static constexpr size_t kFilesMax = 64;
  static constexpr size_t kBytesMax = 4 * 1024 * 1024;

  // Reads the files directly in `folder`; "" gives none. NOT_FOUND with reason
  // WEB_FILES_MISSING if there is no index.html; INVALID_ARGUMENT with reason
  // WEB_FILES_UNEXPECTED at a kind of file that a page does not need, or too many.
  static absl::StatusOr<StaticFiles> Load(const std::string& folder);

  // The file for a request's path; "/" is index.html. nullptr if there is none.
  const StaticFile* Find(absl::string_view path) const;

 private:
  std::map<std::string, StaticFile, std::less<>> files_;  // by path: "/safehaven.css"
};

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_STATIC_FILES_H_
