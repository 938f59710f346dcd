#include "services/gateway/oidc/claims.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/json_util.h"
#include "libs/base/status.h"

namespace safehaven::gateway {
namespace {

absl::Status Malformed() { return InvalidArgument("JSON_MALFORMED", "not a JSON object"); }

}  // namespace

absl::StatusOr<JsonObject> JsonObject::Parse(absl::string_view text) {
  JsonObject object;
  if (text.size() > kJsonBytesMax ||
      !google::protobuf::util::JsonStringToMessage(std::string(text), &object.fields_).ok()) {
    return Malformed();
  }
  return object;
}

std::string JsonObject::Text(absl::string_view name) const {
  const auto found = fields_.fields().find(std::string(name));
  return found == fields_.fields().end() ? "" : found->second.string_value();
}

absl::StatusOr<JsonObject> ClaimsOfVerified(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  std::string payload;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &payload)) return Malformed();
  return JsonObject::Parse(payload);
}

}  // namespace safehaven::gateway
