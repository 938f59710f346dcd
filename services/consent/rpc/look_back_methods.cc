// Makes the handlers of look_back.h and suppose.h and registers their methods.
#include "absl/functional/bind_front.h"
#include "services/consent/rpc/look_back.h"
#include "services/consent/rpc/suppose.h"

namespace safehaven::consent {
namespace {

constexpr char kConsentService[] = "safehaven.consent.v1.ConsentService";

}  // namespace

ConsentHandlers::ConsentHandlers(ConsentWorld& world)
    : decide(world),
      registers(world),
      objections(world),
      watch(world),
      batch(std::make_unique<BatchHandlers>(decide)),
      look_back(std::make_unique<LookBackHandlers>(world)),
      patient(std::make_unique<PatientHandlers>(world)),
      retention(std::make_unique<RetentionHandlers>(world)),
      suppose(std::make_unique<SupposeHandlers>(world)) {}

ConsentHandlers::~ConsentHandlers() = default;

void ConsentHandlers::RegisterLookingBack(MethodRegistry& registry) {
  using absl::bind_front;
  registry.BidiStream<v1::DecideBatchRequest, v1::DecideBatchResponse>(
      kConsentService, "DecideBatch", bind_front(&BatchHandlers::DecideBatch, batch.get()));
  registry.Unary<v1::WhatIfRequest, v1::WhatIfResponse>(kConsentService, "WhatIf",
                                                        bind_front(&SupposeHandlers::WhatIf, suppose.get()));
  registry.Unary<v1::NearestLawfulRequest, v1::NearestLawfulResponse>(
      kConsentService, "NearestLawful", bind_front(&SupposeHandlers::NearestLawful, suppose.get()));
  registry.Unary<v1::ReconstructRequest, v1::ReconstructResponse>(
      kConsentService, "Reconstruct", bind_front(&LookBackHandlers::Reconstruct, look_back.get()));
  registry.Unary<v1::ListDueRequest, v1::ListDueResponse>(kConsentService, "ListDue",
                                                          bind_front(&LookBackHandlers::ListDue, look_back.get()));
  registry.Unary<v1::ListDriftRequest, v1::ListDriftResponse>(
      kConsentService, "ListDrift", bind_front(&LookBackHandlers::ListDrift, look_back.get()));
  registry.Unary<v1::ImpactOfRequest, v1::ImpactOfResponse>(
      kConsentService, "ImpactOf", bind_front(&LookBackHandlers::ImpactOf, look_back.get()));
  registry.Unary<v1::AnswerPatientRequest, v1::AnswerPatientResponse>(
      kConsentService, "AnswerPatient", bind_front(&PatientHandlers::AnswerPatient, patient.get()));
  registry.Unary<v1::ReadInquiryRequest, v1::ReadInquiryResponse>(
      kConsentService, "ReadInquiry", bind_front(&PatientHandlers::ReadInquiry, patient.get()));
  registry.Unary<v1::AuthoriseInquiryRequest, v1::AuthoriseInquiryResponse>(
      kConsentService, "AuthoriseInquiry", bind_front(&PatientHandlers::AuthoriseInquiry, patient.get()));
  registry.Unary<v1::EraseEndedRequest, v1::EraseEndedResponse>(
      kConsentService, "EraseEnded", bind_front(&RetentionHandlers::EraseEnded, retention.get()));
}

}  // namespace safehaven::consent
