// What a method declares about itself in its proto (option method_policy), read from
// its descriptor: who may call it, on which terms, and how it streams. Servers enforce
// it, clients retry by it. Pure functions over generated descriptors; thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_METHOD_TERMS_H_
#define SAFEHAVEN_LIBS_TRANSPORT_METHOD_TERMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"

namespace safehaven {

// The caller word of methods that need no certificate.
inline constexpr char kCallerAnyone[] = "anyone";

// No method may take longer, whatever its proto says.
inline constexpr absl::Duration kMethodDeadlineMax = absl::Hours(12);

struct MethodTerms {
  std::string service;               // "safehaven.consent.v1.ConsentService"
  std::string method;                // "Decide"
  std::string permission;            // "consent.questions.decide"
  std::vector<std::string> callers;  // SPIFFE paths, "source/*", or only "anyone"
  bool needs_warrant = false;
  bool idempotent = false;
  absl::Duration deadline_max;
  bool client_streaming = false;
  bool server_streaming = false;

  // As gRPC writes it: "/safehaven.consent.v1.ConsentService/Decide".
  std::string Path() const;

  // May anybody call it, with or without a certificate?
  bool ForAnyone() const;

  // May the program with this SPIFFE path (of our own trust domain) call it? "source/*"
  // stands for every path below source, not for "source" itself.
  bool Allows(absl::string_view spiffe_path) const;
};

// FAILED_PRECONDITION with reason METHOD_POLICY_MISSING if the method declares nothing,
// METHOD_POLICY_INCOMPLETE if a part is missing or malformed; the message says which.
absl::StatusOr<MethodTerms> TermsOf(const google::protobuf::MethodDescriptor& method);

// The descriptor of a service that is linked into this program. NOT_FOUND with reason
// SERVICE_UNKNOWN.
absl::StatusOr<const google::protobuf::ServiceDescriptor*> FindService(absl::string_view service);

// The descriptor of a method of such a service. NOT_FOUND with reason SERVICE_UNKNOWN or
// METHOD_UNKNOWN.
absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(absl::string_view service,
                                                                     absl::string_view method);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_METHOD_TERMS_H_
