#include "services/linkage/rpc/protection_book.h"

#include <cstring>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/base/status.h"

namespace safehaven::linkage {

absl::Status ProtectionBook::Read(absl::Time deadline) {
  // One reads after the other, so that nobody's older list takes a newer one's place.
  absl::MutexLock reading(&reading_mutex_);
  SH_ASSIGN_OR_RETURN(const std::vector<CustodyAct> acts, custody_.All(deadline));
  auto standing = std::make_shared<const std::vector<ProtectedPair>>(StandingProtections(acts));
  absl::MutexLock lock(&mutex_);
  standing_ = std::move(standing);
  return absl::OkStatus();
}

std::shared_ptr<const std::vector<ProtectedPair>> ProtectionBook::Standing() const {
  absl::MutexLock lock(&mutex_);
  return standing_;
}

std::shared_ptr<const std::vector<PersonNumber>> ProtectionBook::ShieldedIn(
    const std::shared_ptr<const StoredCrosswalk>& crosswalk) {
  const std::string& authority = crosswalk->crosswalk.authority;
  Shielded shielded = {.crosswalk = crosswalk, .standing = nullptr, .persons = nullptr};
  {
    absl::MutexLock lock(&mutex_);
    shielded.standing = standing_;
    const auto known = shielded_.find(authority);
    if (known != shielded_.end() && known->second.crosswalk == crosswalk && known->second.standing == standing_) {
      return known->second.persons;
    }
  }
  shielded.persons = std::make_shared<const std::vector<PersonNumber>>(
      ShieldedPersons(*shielded.standing, crosswalk->places));
  absl::MutexLock lock(&mutex_);
  shielded_[authority] = shielded;
  return shielded.persons;
}

bool TakeApartIn(std::span<const ProtectedPair> pairs, StoredCrosswalk& stored, Randomness& randomness) {
  if (pairs.empty()) return false;
  absl::flat_hash_map<PersonNumber, PersonSecret> secrets;
  for (size_t i = 0; i < stored.secrets.size(); ++i) {
    secrets[stored.crosswalk.attributes[i].person] = stored.secrets[i];
  }
  TornCrosswalk torn = {.crosswalk = std::move(stored.crosswalk),
                        .places = std::move(stored.places),
                        .evidence = std::move(stored.evidence),
                        .next_person = stored.next_person,
                        .made = {}};
  const bool anybody = TakeApart(pairs, torn);
  for (const auto& [person, number] : torn.made) {
    PersonSecret secret;
    const std::string drawn = randomness.Bytes(sizeof(secret.cell_key));
    std::memcpy(&secret.cell_key, drawn.data(), sizeof(secret.cell_key));
    secret.nhs_number = Sensitive<uint64_t>(number.value());
    secrets[person] = secret;
  }
  stored.crosswalk = std::move(torn.crosswalk);
  stored.places = std::move(torn.places);
  stored.evidence = std::move(torn.evidence);
  stored.next_person = torn.next_person;
  stored.secrets.clear();
  for (const PersonAttributes& known : stored.crosswalk.attributes) stored.secrets.push_back(secrets.at(known.person));
  return anybody;
}

}  // namespace safehaven::linkage
