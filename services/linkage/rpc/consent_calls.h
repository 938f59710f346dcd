// How linkage calls consent: no call outlives the service's stop.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_

#include <functional>
#include <string>

#include "libs/client/client.h"
#include "services/linkage/rpc/consent_link.h"

namespace safehaven::linkage {

// `stopping` outlives the calls made with these and ends those in flight.
CallOptions ConsentCallOptions(Cancellation& stopping);

// The people of one of consent's inquiries, as ConsentService.ReadInquiry.
using ReadInquiry = std::function<absl::StatusOr<consent::v1::ReadInquiryResponse>(const std::string& inquiry)>;

// `consent` and `stopping` outlive the functions.
ReadInquiry MakeReadInquiry(Client& consent, Cancellation& stopping);
ReadObjections MakeReadObjections(Client& consent, Cancellation& stopping);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_CONSENT_CALLS_H_
