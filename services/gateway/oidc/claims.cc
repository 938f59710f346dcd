#include "services/gateway/oidc/claims.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "simdjson.h"

namespace safehaven::gateway {
namespace {

absl::Status Malformed() { return InvalidArgument("JSON_MALFORMED", "not a JSON object"); }

}  // namespace

absl::StatusOr<JsonObject> JsonObject::Parse(absl::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (text.size() > kJsonBytesMax || parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) {
    return Malformed();
  }
  JsonObject members;
  for (const auto& [key, value] : object) {
    std::string_view member;
    const bool is_text = value.get(member) == simdjson::SUCCESS;
    if (!members.members_.emplace(std::string(key), is_text ? std::string(member) : "").second) return Malformed();
  }
  return members;
}

std::string JsonObject::Text(absl::string_view name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? "" : found->second;
}

absl::StatusOr<JsonObject> ClaimsOfVerified(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  std::string payload;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &payload)) return Malformed();
  return JsonObject::Parse(payload);
}

}  // namespace safehaven::gateway
