#include "services/gateway/http/static_files.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

struct KnownType {
  const char* ending;
  const char* content_type;
};
constexpr std::array<KnownType, 5> kKnownTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
}};

const char* ContentTypeOf(const std::string& name) {
  for (const KnownType& type : kKnownTypes) {
    if (absl::EndsWith(name, type.ending)) return type.content_type;
  }
  return nullptr;
}

absl::Status Unexpected(const std::string& what) {
  return InvalidArgument("WEB_FILES_UNEXPECTED", absl::StrCat("the folder of the dashboard holds ", what));
}

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const std::string& folder) {
  StaticFiles files;
  if (folder.empty()) return files;
  std::error_code error;
  size_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file()) continue;
    const char* content_type = ContentTypeOf(name);
    if (content_type == nullptr) return Unexpected("a file that is no page, style, script or picture");
    std::ifstream input(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << input.rdbuf();
    StaticFile file = {.content_type = content_type, .bytes = text.str()};
    bytes += file.bytes.size();
    files.files_[absl::StrCat("/", name)] = std::move(file);
    if (files.files_.size() > kFilesMax || bytes > kBytesMax) return Unexpected("too much");
  }
  if (files.Find("/") == nullptr) {
    return NotFound("WEB_FILES_MISSING", "the folder of the dashboard has no index.html: was it built?");
  }
  return files;
}

const StaticFile* StaticFiles::Find(absl::string_view path) const {
  const auto found = files_.find(path == "/" ? absl::string_view("/index.html") : path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace safehaven::gateway
