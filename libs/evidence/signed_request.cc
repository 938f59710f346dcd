#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/evidence/evidence.h"

namespace safehaven {
namespace {

constexpr size_t kNonceBytes = 16;

absl::Status Refused(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::string_view KindText(SignerKind kind) { return kind == SignerKind::kProgram ? "program" : "environment"; }

std::string NonceKey(SignerKind kind, absl::string_view signer, absl::string_view nonce) {
  return absl::StrCat(KindText(kind), "\n", signer, "\n", nonce);
}

}  // namespace

std::string SignedRequestText(SignerKind kind, absl::string_view question_digest, const SignedRequest& request) {
  return absl::StrCat("safehaven-request/1\n", KindText(kind), "\n",
                      request.signer, "\n", absl::BytesToHexString(question_digest), "\n",
                      request.signed_unix_ms, "\n", absl::BytesToHexString(request.nonce), "\n");
}

SignedRequest SignRequest(SignerKind kind, absl::string_view question_digest, SignedRequest request,
                          const Ed25519PrivateKey& key) {
  request.signature = key.Sign(SignedRequestText(kind, question_digest, request));
  return request;
}

absl::Status VerifySignedRequest(SignerKind kind, absl::string_view question_digest,
                                 const SignedRequest& request, const Ed25519PublicKey& key, absl::Time now) {
  // A line break in the name could move the borders of the signed text.
  if (request.nonce.size() != kNonceBytes || request.signer.find('\n') != std::string::npos ||
      !key.Verifies(SignedRequestText(kind, question_digest, request), request.signature)) {
    return Refused("EVIDENCE_SIGNATURE", "the request's signature does not hold");
  }
  const absl::Time signed_time = absl::FromUnixMillis(request.signed_unix_ms);
  if (signed_time > now + kClockSkewMax) {
    return Refused("EVIDENCE_NOT_YET", "the request was signed in our future: compare the clocks");
  }
  if (signed_time < now - kClockSkewMax) {
    return Refused("EVIDENCE_EXPIRED", "the request was signed over a minute ago: sign it again");
  }
  return absl::OkStatus();
}

ReplayWindow::ReplayWindow(std::span<const UsedRequest> used_before, absl::Time begin_time)
    : begin_time_(begin_time) {
  absl::MutexLock lock(&mutex_);
  for (const UsedRequest& request : used_before) {
    Remember(NonceKey(request.kind, request.signer, request.nonce), request.use_time);
  }
}

absl::Status ReplayWindow::Use(SignerKind kind, const SignedRequest& request, UseKept kept, absl::Time now) {
  const absl::Time signed_time = absl::FromUnixMillis(request.signed_unix_ms);
  if (kept == UseKept::kInMemory && signed_time < begin_time_ + kClockSkewMax) {
    return Refused("EVIDENCE_BEFORE_START",
                   "the request may have been used before this service began: sign it again in a minute");
  }
  std::string key = NonceKey(kind, request.signer, request.nonce);
  absl::MutexLock lock(&mutex_);
  while (!order_.empty() && order_.front().forget_time < now) {
    keys_.erase(order_.front().key);
    order_.pop_front();
  }
  if (keys_.contains(key)) return Refused("EVIDENCE_REPLAYED", "this signed request was used before");
  if (keys_.size() >= kNoncesMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "EVIDENCE_WINDOW_FULL",
                   "too many signed requests in two minutes");
  }
  Remember(std::move(key), now);
  return absl::OkStatus();
}

void ReplayWindow::Remember(std::string key, absl::Time use_time) {
  keys_.insert(key);
  order_.push_back({.key = std::move(key), .forget_time = use_time + kNonceKept});
}

}  // namespace safehaven
