// One call, as its handler sees it: who calls, what it is called, how long it may take
// and whether anybody still waits for the answer. The runtime makes it after the
// method's policy has let the caller in. Knows nothing of gRPC, so that handlers are
// tested without a server. Thread-safe.
#ifndef SAFEHAVEN_LIBS_SERVER_CALL_H_
#define SAFEHAVEN_LIBS_SERVER_CALL_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "libs/base/sensitive.h"
#include "libs/transport/method_terms.h"

namespace safehaven {

// The program at the other end, from its verified certificate.
struct Peer {
  // SPIFFE path in our own trust domain ("gateway"); empty where the method is for
  // anyone and the transport asks for no certificate.
  std::string spiffe_path;
  // 32 bytes: SHA-256 of the DER certificate; empty likewise.
  std::string thumbprint;
};

struct CallFacts {
  std::string id;  // 24 lower-case hex digits: names the call in logs and in the answer
  const MethodTerms* terms = nullptr;  // required; the server's, which outlives the call
  absl::Time deadline;  // the caller's, cut to the method's longest
  Peer peer;
  Sensitive<std::string> authorization;  // metadata "authorization", as it came
};

class Call {
 public:
  // `is_abandoned` says whether the caller has gone; it must be thread-safe.
  Call(CallFacts facts, std::function<bool()> is_abandoned)
      : facts_(std::move(facts)), is_abandoned_(std::move(is_abandoned)) {}

  const std::string& id() const { return facts_.id; }
  const MethodTerms& terms() const { return *facts_.terms; }
  absl::Time deadline() const { return facts_.deadline; }
  const Peer& peer() const { return facts_.peer; }
  const Sensitive<std::string>& authorization() const { return facts_.authorization; }

  // Has the caller gone, or the deadline passed? A handler looks between pieces of
  // work and gives up; the answer would reach nobody.
  bool IsCancelled() const { return is_abandoned_(); }

 private:
  const CallFacts facts_;
  const std::function<bool()> is_abandoned_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_SERVER_CALL_H_
