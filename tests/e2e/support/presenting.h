// What a program with real keys can try at a service: to be decided for, and to present
// what it got, as it is or changed. Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_PRESENTING_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_PRESENTING_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "cli/tour/truth.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "safehaven/consent/v1/consent_service.pb.h"
#include "safehaven/costing/v1/costing_service.pb.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::testing_support {

// The identity that these tests abuse.
inline constexpr char kGateway[] = "gateway";

// A permitted decision for `person`'s question, asked for by `program`.
absl::StatusOr<consent::v1::DecideResponse> PermittedFor(cli::Session& session, const std::string& program,
                                                         const std::string& person, const Question& question);

// The request that an honest gateway makes of it.
costing::v1::AnswerRequest AnswerRequestOf(const consent::v1::DecideResponse& decided, const Question& question);

absl::StatusOr<costing::v1::AnswerResponse> AnswerAt(cli::Session& session, const std::string& program,
                                                     const costing::v1::AnswerRequest& request);
absl::StatusOr<linkage::v1::ResolvePersonsResponse> ResolveAt(cli::Session& session, const std::string& program,
                                                              const linkage::v1::ResolvePersonsRequest& request);

// The proven leaf with its warrant changed.
type::v1::ProvenLeaf Changed(type::v1::ProvenLeaf leaf, const std::function<void(Warrant&)>& change);

// Decides and presents in one go, as an honest gateway would: OK, or why not.
absl::Status AskCosting(cli::Session& session, const std::string& person, const Question& question);

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_PRESENTING_H_
