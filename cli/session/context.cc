#include "cli/session/context.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/yaml/strict_document.h"

namespace safehaven::cli {
namespace {

constexpr size_t kContextBytesMax = 1 << 20;
constexpr int kContextDepthMax = 4;

absl::Status Invalid(const YAML::Mark& mark, absl::string_view why) {
  return InvalidArgument("CONTEXT_INVALID", absl::StrCat("line ", std::max(mark.line, 0) + 1, ": ", why));
}

// Adds the files that a text or a list of texts names.
absl::Status AddFiles(const YAML::Node& node, absl::string_view key, const std::filesystem::path& folder,
                      std::vector<std::string>& files) {
  std::vector<YAML::Node> texts;
  if (node.IsSequence()) {
    for (size_t i = 0; i < node.size(); ++i) texts.push_back(node[i]);
  } else {
    texts.push_back(node);
  }
  // An empty list would not mean "none": it would mean the keys folder.
  if (texts.empty()) return Invalid(node.Mark(), absl::StrCat(key, " names no file"));
  for (const YAML::Node& text : texts) {
    if (!text.IsScalar() || text.Scalar().empty()) {
      return Invalid(text.Mark(), absl::StrCat(key, " must be a file or a list of files"));
    }
    files.push_back(folder / text.Scalar());
  }
  return absl::OkStatus();
}

absl::StatusOr<Context> Parse(const YAML::Node& root, const std::filesystem::path& folder) {
  if (!root.IsMap()) return Invalid(root.Mark(), "a context is a map");
  Context context;
  const std::map<std::string, std::string*> texts = {
      {"trust_domain", &context.trust_domain}, {"keys", &context.keys},       {"consent", &context.consent},
      {"linkage", &context.linkage},           {"costing", &context.costing}, {"gateway", &context.gateway},
      {"issuer", &context.issuer},             {"personas", &context.personas}};
  for (const auto& pair : root) {
    const std::string key = pair.first.Scalar();
    if (key == "consent_log_keys" || key == "costing_log_keys") {
      SH_RETURN_IF_ERROR(AddFiles(pair.second, key, folder,
                                  key == "consent_log_keys" ? context.consent_log_keys : context.costing_log_keys));
      continue;
    }
    if (!pair.second.IsScalar()) return Invalid(pair.second.Mark(), absl::StrCat(key, " must be text"));
    if (key == "profile") {
      const std::string profile = pair.second.Scalar();
      if (profile != "demo" && profile != "production") return Invalid(pair.second.Mark(), "profile is demo or production");
      context.demo = profile == "demo";
      continue;
    }
    const auto text = texts.find(key);
    if (text == texts.end()) return Invalid(pair.first.Mark(), absl::StrCat("'", key, "' is not known here"));
    *text->second = pair.second.Scalar();
  }
  if (context.trust_domain.empty() || context.keys.empty()) {
    return Invalid(root.Mark(), "trust_domain and keys are required");
  }
  context.keys = folder / context.keys;
  if (!context.personas.empty()) context.personas = folder / context.personas;
  return context;
}

}  // namespace

absl::StatusOr<Context> ReadContext(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kContextBytesMax));
  const YamlDocument document = LoadYamlDocument(text, {.bytes_max = kContextBytesMax, .depth_max = kContextDepthMax});
  if (document.fault) {
    return WithContext(InvalidArgument("CONTEXT_INVALID", absl::StrCat("line ", document.fault->line, ": ", document.fault->why)),
                       path);
  }
  try {
    absl::StatusOr<Context> context = Parse(document.root, std::filesystem::absolute(path).parent_path());
    return context.ok() ? context : WithContext(context.status(), path);
  } catch (const YAML::Exception& e) {
    return WithContext(Invalid(e.mark, e.msg), path);
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  const uintmax_t size = is_file ? std::filesystem::file_size(path, error) : 0;
  std::ifstream file(path, std::ios::binary);
  if (!is_file || error || !file) return NotFound("FILE_UNREADABLE", absl::StrCat(path, ": is no file that can be read"));
  if (size > bytes_max) {
    return InvalidArgument("FILE_TOO_LARGE", absl::StrCat(path, ": larger than ", bytes_max, " bytes"));
  }
  std::string bytes(size, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file) return NotFound("FILE_UNREADABLE", absl::StrCat(path, ": cannot be read"));
  return bytes;
}

absl::Status WriteFile(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return Unavailable("FILE_UNWRITABLE", absl::StrCat(path, ": cannot be written"));
  return absl::OkStatus();
}

}  // namespace safehaven::cli
