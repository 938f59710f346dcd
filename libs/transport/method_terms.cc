#include "libs/transport/method_terms.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/transport/spiffe_id.h"
#include "safehaven/options/v1/options.pb.h"

namespace safehaven {
namespace {

bool IsCallerPattern(absl::string_view caller) {
  absl::ConsumeSuffix(&caller, "/*");
  return IsSpiffePath(caller);
}

// What is wrong with the policy, or "".
std::string FaultOf(const options::v1::MethodPolicy& policy) {
  if (policy.permission().empty()) return "permission is missing";
  if (policy.callers().empty()) return "callers are missing";
  for (const std::string& caller : policy.callers()) {
    if (!IsCallerPattern(caller)) return "a caller is not a SPIFFE path";
    if (caller == kCallerAnyone && policy.callers_size() > 1) {
      return "anyone and other callers exclude each other";
    }
  }
  if (policy.deadline_ms_max() <= 0) return "deadline_ms_max is missing";
  if (absl::Milliseconds(policy.deadline_ms_max()) > kMethodDeadlineMax) {
    return "deadline_ms_max is longer than any method may take";
  }
  return "";
}

}  // namespace

std::string MethodTerms::Path() const { return absl::StrCat("/", service, "/", method); }

bool MethodTerms::ForAnyone() const { return callers.size() == 1 && callers[0] == kCallerAnyone; }

bool MethodTerms::Allows(absl::string_view spiffe_path) const {
  if (ForAnyone()) return true;
  return std::any_of(callers.begin(), callers.end(), [spiffe_path](const std::string& caller) {
    absl::string_view pattern = caller;
    if (!absl::ConsumeSuffix(&pattern, "*")) return pattern == spiffe_path;
    return spiffe_path.size() > pattern.size() && absl::StartsWith(spiffe_path, pattern);
  });
}

absl::StatusOr<MethodTerms> TermsOf(const google::protobuf::MethodDescriptor& method) {
  if (!method.options().HasExtension(options::v1::method_policy)) {
    return FailedPrecondition("METHOD_POLICY_MISSING",
                              absl::StrCat(method.full_name(), " declares no method_policy"));
  }
  const options::v1::MethodPolicy& policy =
      method.options().GetExtension(options::v1::method_policy);
  const std::string fault = FaultOf(policy);
  if (!fault.empty()) {
    return FailedPrecondition("METHOD_POLICY_INCOMPLETE",
                              absl::StrCat(method.full_name(), ": ", fault));
  }
  MethodTerms terms;
  terms.service = method.service()->full_name();
  terms.method = method.name();
  terms.permission = policy.permission();
  terms.callers.assign(policy.callers().begin(), policy.callers().end());
  terms.needs_warrant = policy.needs_warrant();
  terms.idempotent = policy.idempotent();
  terms.deadline_max = absl::Milliseconds(policy.deadline_ms_max());
  terms.client_streaming = method.client_streaming();
  terms.server_streaming = method.server_streaming();
  return terms;
}

absl::StatusOr<const google::protobuf::ServiceDescriptor*> FindService(absl::string_view service) {
  const google::protobuf::ServiceDescriptor* found =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  if (found == nullptr) {
    return NotFound("SERVICE_UNKNOWN", absl::StrCat("no service ", service, " in this program"));
  }
  return found;
}

absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(absl::string_view service,
                                                                     absl::string_view method) {
  SH_ASSIGN_OR_RETURN(const google::protobuf::ServiceDescriptor* descriptor, FindService(service));
  const google::protobuf::MethodDescriptor* found =
      descriptor->FindMethodByName(std::string(method));
  if (found == nullptr) {
    return NotFound("METHOD_UNKNOWN", absl::StrCat("no method ", method, " in ", service));
  }
  return found;
}

}  // namespace safehaven
