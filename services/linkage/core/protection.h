// Protected identities: two NHS numbers of one human being that must never be found to be
// one person's. A child that is adopted and somebody whose acquired gender is recognised
// get a new number and a new record by law, a protected witness does, and who joins the
// old to the new undoes it (Adoption and Children Act 2002 s.57; Gender Recognition Act
// 2004 s.22).
//
// A record is of an identity if it gives that identity's number, whether linkage uses the
// number or not. No cluster holds records of both; what ties the two together otherwise
// (one address, one birthday) is no link, no possible link and nothing to review. Records
// without either number go to whom they fit best, never to both. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_PROTECTION_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_PROTECTION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "libs/base/nhs_number.h"
#include "services/linkage/core/crosswalk.h"
#include "services/linkage/core/link.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

struct ProtectedPair {
  NhsNumber former;
  NhsNumber present;
};

// Records of the one with records of the other: to be decided apart (MatchInput).
// O(records + pairs).
std::vector<DecidedPair> ApartBy(std::span<const ProtectedPair> pairs, std::span<const StandardRecord> records);

// Persons with a record of a protected identity, ascending: nobody is told of them, and
// nothing about them is reviewed or explained.
std::vector<PersonNumber> ShieldedPersons(std::span<const ProtectedPair> pairs, std::span<const RecordPlace> places);

// What a crosswalk is made of, so far as taking persons apart changes it.
struct TornCrosswalk {
  Crosswalk crosswalk;
  std::vector<RecordPlace> places;
  std::vector<PairEvidence> evidence;
  PersonNumber next_person = 1;
  // New persons and the number that each gives; their attributes are not known.
  std::vector<std::pair<PersonNumber, NhsNumber>> made;
};

// Takes every person apart who has records of both identities, without linking anew: the
// person ends, the records of each identity are a new person's, of whom nothing is known
// until the next run and who is on no list, and the person's other records are nobody's
// until then. Events say so, so that whom an objection kept out stays out. Neither new
// number goes on from the old one, and no pseudonym does. False, with nothing changed, if
// there is no such person.
bool TakeApart(std::span<const ProtectedPair> pairs, TornCrosswalk& torn);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_PROTECTION_H_
