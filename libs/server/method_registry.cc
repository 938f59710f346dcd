#include "libs/server/method_registry.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace safehaven {

void MethodRegistry::Add(absl::string_view service, absl::string_view method, Shape shape,
                         RegisteredMethod registered) {
  const absl::Status added = TryAdd(service, method, shape, std::move(registered));
  if (first_fault_.ok()) first_fault_ = added;
}

absl::Status MethodRegistry::TryAdd(absl::string_view service, absl::string_view method,
                                    Shape shape, RegisteredMethod registered) {
  SH_ASSIGN_OR_RETURN(const google::protobuf::MethodDescriptor* descriptor,
                      FindMethod(service, method));
  SH_ASSIGN_OR_RETURN(registered.terms, TermsOf(*descriptor));
  const bool fits = descriptor->input_type() == registered.request_prototype->GetDescriptor() &&
                    descriptor->output_type() == registered.response_prototype->GetDescriptor() &&
                    descriptor->client_streaming() == shape.client_streaming &&
                    descriptor->server_streaming() == shape.server_streaming;
  if (!fits) {
    return FailedPrecondition("METHOD_TYPE_MISMATCH",
                              absl::StrCat(descriptor->full_name(), ": the handler has other types"));
  }
  const std::string path = registered.terms.Path();
  if (!methods_.emplace(path, std::move(registered)).second) {
    return FailedPrecondition("METHOD_HANDLED_TWICE",
                              absl::StrCat(descriptor->full_name(), " has two handlers"));
  }
  return absl::OkStatus();
}

absl::Status MethodRegistry::Check() const {
  SH_RETURN_IF_ERROR(first_fault_);
  std::set<std::string> services;
  for (const auto& [path, method] : methods_) services.insert(method.terms.service);
  if (services.empty()) return FailedPrecondition("NO_SERVICES", "no method has a handler");
  for (const std::string& service : services) {
    SH_ASSIGN_OR_RETURN(const google::protobuf::ServiceDescriptor* descriptor,
                        FindService(service));
    for (int index = 0; index < descriptor->method_count(); ++index) {
      SH_ASSIGN_OR_RETURN(const MethodTerms terms, TermsOf(*descriptor->method(index)));
      if (!methods_.contains(terms.Path())) {
        return FailedPrecondition("METHOD_UNHANDLED",
                                  absl::StrCat(terms.Path(), " has no handler"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace safehaven
