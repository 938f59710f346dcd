// Looking back: which releases should not have been made as they were.
//
// A late objection lists each release it should have stopped; an approval found invalid
// lists each release that rested on it; and what was released is judged against what was
// approved on its day (drift). consent can only name candidates: whether a person's
// record was in a release, the service that made it confirms from its own immutable
// revisions. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_IMPACT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_IMPACT_H_

#include <span>
#include <string>
#include <vector>

#include "services/consent/core/decide.h"
#include "services/consent/core/people.h"
#include "services/consent/core/release.h"

namespace safehaven::consent {

// A release that objections should have changed. Counts objections, names nobody.
struct AffectedRelease {
  const Release* release = nullptr;
  ObjectionKind kind = ObjectionKind::kNational;
  std::string source;  // whose records
  size_t objection_count = 0;
  std::string why;  // "RECEIVED_LATE", "NOT_ACTIONED", "SYSTEM_FAULT"
};

// Releases made while an objection should have been honoured and was not: received or
// put into effect only after the release, or held back by a fault of its system; in
// order of release, kind and why. Releases whose approval waives the objection on their
// day are none.
std::vector<AffectedRelease> ImpactOfObjections(const RegisterSnapshot& snapshot, const People& people,
                                                std::span<const Release> releases);

// Releases from `from` on under the approval, or under one that depends on it.
std::vector<const Release*> ImpactOfApproval(const RegisterSnapshot& snapshot, std::span<const Release> releases,
                                             const Reference& approval, CivilDay from);

// A gate that a release does not pass on its own day.
struct Drift {
  const Release* release = nullptr;
  GateVerdict verdict;
};

// In order of release and gate. What is not known of a release (role, place) is not
// judged, nor is what it holds beside other releases.
std::vector<Drift> DriftOf(const RegisterSnapshot& snapshot, std::span<const Release> releases);

// Releases beyond the volume that an approved flow foresaw.
struct VolumeDrift {
  const Release* release = nullptr;  // the first one beyond
  std::string dataset;
  std::string reason;  // "RECORDS_BEYOND_APPROVED_VOLUME", "RELEASES_BEYOND_APPROVED_VOLUME"
  int64_t seen = 0;      // records of the release, or releases of its month
  int64_t approved = 0;
};

// In order of release and data set; one a month and data set where releases are too
// many. Flows that state no volume, and releases of which no number is known, are not
// judged.
std::vector<VolumeDrift> VolumeDriftOf(const RegisterSnapshot& snapshot, std::span<const Release> releases);

// A pair of releases by which one disclosure domain holds overlapping data of one data
// set with objections honoured in two ways: comparing them would name the objectors.
struct Overlap {
  const Release* earlier = nullptr;
  const Release* later = nullptr;
  std::string dataset;
};
std::vector<Overlap> OverlapsOf(const RegisterSnapshot& snapshot, std::span<const Release> releases);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_IMPACT_H_
