#include "services/linkage/rpc/consent_calls.h"

#include "absl/time/time.h"

namespace safehaven::linkage {
namespace {

constexpr char kConsentService[] = "safehaven.consent.v1.ConsentService";
constexpr absl::Duration kCallTimeout = absl::Seconds(5);

}  // namespace

CallOptions ConsentCallOptions(Cancellation& stopping) {
  CallOptions options;
  options.timeout = kCallTimeout;
  options.cancellation = &stopping;
  return options;
}

ReadInquiry MakeReadInquiry(Client& consent, Cancellation& stopping) {
  return [&consent, &stopping](const std::string& inquiry) {
    consent::v1::ReadInquiryRequest request;
    request.set_inquiry(inquiry);
    return consent.CallUnary<consent::v1::ReadInquiryResponse>(kConsentService, "ReadInquiry", request,
                                                               ConsentCallOptions(stopping));
  };
}

ReadObjections MakeReadObjections(Client& consent, Cancellation& stopping) {
  return [&consent, &stopping](uint64_t after_size) {
    consent::v1::ReadObjectionsRequest request;
    request.set_after_size(after_size);
    return consent.CallUnary<consent::v1::ReadObjectionsResponse>(kConsentService, "ReadObjections", request,
                                                                  ConsentCallOptions(stopping));
  };
}

}  // namespace safehaven::linkage
