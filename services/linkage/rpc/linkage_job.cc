#include "services/linkage/rpc/linkage_job.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "libs/base/status.h"
#include "services/linkage/core/link.h"
#include "services/linkage/core/standardise/standardise.h"

namespace safehaven::linkage {
namespace {

constexpr char kRegisterSource[] = "gp";
constexpr char kSocialCareSource[] = "social_care";

std::vector<SourceRule> RulesOf(const storage::v1::LinkageRunRecord& run) {
  std::vector<SourceRule> rules;
  for (const std::string& source : run.sources()) {
    // No source promises one record a person: a register has a row for each time on a list.
    rules.push_back({.name = source, .duplicate_free = false, .is_register = source == kRegisterSource});
  }
  return rules;
}

RunProgress ProgressOf(LinkStage stage) {
  switch (stage) {
    case LinkStage::kSelecting: return {.stage = "train", .per_mille = 250};
    case LinkStage::kMatching: return {.stage = "compare", .per_mille = 300};
    case LinkStage::kAssigning: return {.stage = "cluster", .per_mille = 750};
    case LinkStage::kDescribing: return {.stage = "cluster", .per_mille = 800};
  }
  return {.stage = "compare", .per_mille = 300};
}

using PersonOfToken = absl::flat_hash_map<std::array<uint8_t, 16>, PersonNumber>;

PersonOfToken IndexPersons(const std::vector<RecordPerson>& records) {
  PersonOfToken persons;
  persons.reserve(records.size());
  for (const RecordPerson& record : records) persons[record.token.bytes] = record.person;
  return persons;
}

// The number that a person most probably has: verified before not verified, then on
// most records, then the smallest.
absl::flat_hash_map<PersonNumber, uint64_t> NumbersOf(const std::vector<StandardRecord>& records,
                                                      const PersonOfToken& persons) {
  std::map<std::pair<PersonNumber, uint64_t>, std::pair<bool, uint64_t>> found;
  for (const StandardRecord& record : records) {
    const auto person = persons.find(record.token.bytes);
    const StandardIdentity& identity = record.identity.Reveal();
    if (person == persons.end() || identity.nhs_number == 0) continue;
    auto& [verified, count] = found[{person->second, identity.nhs_number}];
    verified = verified || identity.nhs_number_verified;
    ++count;
  }
  absl::flat_hash_map<PersonNumber, uint64_t> numbers;
  absl::flat_hash_map<PersonNumber, std::pair<bool, uint64_t>> best;
  for (const auto& [key, weight] : found) {
    const auto [at, first] = best.try_emplace(key.first, weight);
    if (!first && weight <= at->second) continue;
    at->second = weight;
    numbers[key.first] = key.second;
  }
  return numbers;
}

// Cell keys of persons who had one, new ones for the others.
std::vector<PersonSecret> SecretsOf(const std::vector<PersonAttributes>& attributes, const StoredCrosswalk& previous,
                                    const absl::flat_hash_map<PersonNumber, uint64_t>& numbers,
                                    Randomness& randomness) {
  absl::flat_hash_map<PersonNumber, uint32_t> keys;
  for (size_t i = 0; i < previous.secrets.size(); ++i) {
    keys[previous.crosswalk.attributes[i].person] = previous.secrets[i].cell_key;
  }
  const std::string drawn = randomness.Bytes(attributes.size() * sizeof(uint32_t));
  std::vector<PersonSecret> secrets;
  secrets.reserve(attributes.size());
  for (size_t i = 0; i < attributes.size(); ++i) {
    PersonSecret secret;
    std::memcpy(&secret.cell_key, drawn.data() + i * sizeof(secret.cell_key), sizeof(secret.cell_key));
    const auto key = keys.find(attributes[i].person);
    if (key != keys.end()) secret.cell_key = key->second;
    const auto number = numbers.find(attributes[i].person);
    secret.nhs_number = Sensitive<uint64_t>(number == numbers.end() ? 0 : number->second);
    secrets.push_back(std::move(secret));
  }
  return secrets;
}

// Which places are social care records without an NHS number; counts them, and those
// whose person also has a health record.
std::vector<bool> MarkSocialCare(const std::vector<StandardRecord>& records, const std::vector<SourceRule>& rules,
                                 const PersonOfToken& persons, const std::vector<RecordPlace>& places,
                                 storage::v1::LinkageSummaryRecord& summary) {
  absl::flat_hash_set<PersonNumber> with_health_record;
  absl::flat_hash_set<std::array<uint8_t, 16>> without_number;
  for (const StandardRecord& record : records) {
    const bool social = rules[record.source].name == kSocialCareSource;
    const auto person = persons.find(record.token.bytes);
    if (!social && person != persons.end()) with_health_record.insert(person->second);
    if (social && !record.stripped && record.identity.Reveal().nhs_number_given == 0) {
      without_number.insert(record.token.bytes);
    }
  }
  std::vector<bool> marks;
  marks.reserve(places.size());
  uint64_t linked = 0;
  for (const RecordPlace& place : places) {
    const bool marked = without_number.contains(place.token.bytes);
    marks.push_back(marked);
    linked += marked && place.person != kNoPerson && with_health_record.contains(place.person);
  }
  summary.set_social_care_without_number_count(without_number.size());
  summary.set_social_care_without_number_linked_count(linked);
  return marks;
}

storage::v1::LinkageSummaryRecord SummaryOf(const LinkResult& result, const StandardiseReport& report) {
  storage::v1::LinkageSummaryRecord summary;
  summary.set_crosswalk_revision(result.crosswalk.revision);
  summary.set_record_count(result.counts.records);
  summary.set_person_count(result.counts.persons);
  summary.set_pair_count(result.counts.pairs_compared);
  summary.set_deterministic_link_count(result.counts.links_certain);
  summary.set_probabilistic_link_count(result.counts.links_by_weight);
  summary.set_review_count(result.counts.pairs_for_review);
  summary.set_stripped_count(result.counts.stripped);
  summary.set_model(result.model_identity);
  for (size_t i = 0; i < kChangeKindCount; ++i) {
    if (report.changed[i] == 0) continue;
    (*summary.mutable_standardised())[std::string(ChangeKindName(static_cast<ChangeKind>(i)))] = report.changed[i];
  }
  return summary;
}

// What happened to persons who were there before; that a new person is new needs no word.
std::vector<PersonEvent> TellingEvents(const std::vector<PersonEvent>& events) {
  std::vector<PersonEvent> telling;
  std::copy_if(events.begin(), events.end(), std::back_inserter(telling),
               [](const PersonEvent& event) { return event.kind != PersonEventKind::kCreated; });
  return telling;
}

std::vector<std::string> AllSets(const StoredCrosswalk& previous, const storage::v1::LinkageRunRecord& run) {
  std::set<std::string> sets(previous.objection_sets.begin(), previous.objection_sets.end());
  sets.insert(run.objection_sets().begin(), run.objection_sets().end());
  return {sets.begin(), sets.end()};
}

// What the data show of default dates and shared numbers.
StandardRules LearnedRules(const JobInput& input) {
  StandardRules rules;
  rules.numbers.test_numbers_allowed = input.test_numbers_allowed;
  rules.dates.latest = CivilDay(input.run.latest_day());
  rules.dates.defaults = WellKnownDefaultDates();
  return input.version.has_value() ? rules : LearnRules(input.records, std::move(rules));
}

// Those of the version: also in the run that makes it, so that it repeats itself.
StandardRules UsedRules(const JobInput& input, const StandardRules& learned) {
  const StandardRules frozen = input.version.has_value() && input.version->frozen.has_value()
                                   ? input.version->frozen->standard
                                   : FreezeRules(learned);
  StandardRules rules = frozen;
  rules.numbers.test_numbers_allowed = input.test_numbers_allowed;
  return rules;
}

// No date of birth of the version's records lies after its last day. Those of later births
// would be taken for mistakes, and newborns would be linked without one.
absl::Status CheckNotOutlived(const JobInput& input) {
  if (!input.version.has_value() || !input.version->frozen.has_value()) return absl::OkStatus();
  if (CivilDay(input.run.latest_day()) <= input.version->frozen->standard.dates.latest) return absl::OkStatus();
  return FailedPrecondition("VERSION_OUTGROWN", "the frozen version ends before the run's last day: train a new one");
}

// What officers keep apart counts as decided apart, and before what clerks said.
void DecideProtected(const std::vector<StandardRecord>& records, JobInput& input) {
  const std::vector<DecidedPair> apart = ApartBy(input.protected_pairs, records);
  input.decided.apart.insert(input.decided.apart.end(), apart.begin(), apart.end());
}

absl::Status NotRepeated() {
  return FailedPrecondition("CROSSWALK_NOT_REPEATED", "records or decisions have changed since the crosswalk was made");
}

// The same people in memory; none if they do not come out the same.
absl::StatusOr<LivePeople> MakeLive(const JobInput& input, const Model& model,
                                    const std::vector<StandardRecord>& records, const Crosswalk& crosswalk,
                                    PersonNumber next_person) {
  LivePeople live = {.index = nullptr,
                     .revision = crosswalk.revision,
                     .model = crosswalk.model,
                     .test_numbers_allowed = input.test_numbers_allowed};
  SH_ASSIGN_OR_RETURN(live.index, LiveIndex::Make({.model = model, .sources = RulesOf(input.run), .lanes = kMatchLanes}));
  live.index->StartFrom(crosswalk.records, next_person);
  SH_RETURN_IF_ERROR(live.index->Decide(input.decided.apart, input.decided.together));
  SH_RETURN_IF_ERROR(live.index->Update({.added = records, .removed = {}}));
  if (live.index->Records() != crosswalk.records) live.index.reset();
  return live;
}

}  // namespace

absl::StatusOr<JobResult> RunJob(JobInput input, Randomness& randomness) {
  const storage::v1::LinkageRunRecord& run = input.run;
  SH_RETURN_IF_ERROR(CheckNotOutlived(input));
  input.on_progress({.stage = "standardise", .per_mille = 100});
  const StandardRules learned = LearnedRules(input);
  const StandardisedRecords standard = StandardiseAll(input.records, UsedRules(input, learned));
  input.records = {};
  DecideProtected(standard.records, input);
  const std::vector<SourceRule> rules = RulesOf(run);
  LinkInput link = {.records = standard.records, .sources = rules};
  link.authority = {.reference = run.authority(), .sources = {run.sources().begin(), run.sources().end()}, .fields = {}};
  link.train = !input.version.has_value();
  link.model = input.version.has_value() ? *input.version : DefaultModel({});
  link.standard = learned;
  link.decided_apart = input.decided.apart;
  link.decided_together = input.decided.together;
  link.previous = input.previous.crosswalk;
  link.next_person = input.previous.next_person;
  link.revision = input.previous.crosswalk.revision + 1;
  link.reference_day = CivilDay(run.reference_day());
  link.on_stage = [&input](LinkStage stage) { input.on_progress(ProgressOf(stage)); };
  SH_ASSIGN_OR_RETURN(LinkResult result, Link(link));

  JobResult job;
  job.summary = SummaryOf(result, standard.report);
  SH_ASSIGN_OR_RETURN(job.live, MakeLive(input, result.model, standard.records, result.crosswalk, result.next_person));
  job.model = std::move(result.model);
  const PersonOfToken persons = IndexPersons(result.crosswalk.records);
  job.stored.social_without_number =
      MarkSocialCare(standard.records, rules, persons, result.places, job.summary);
  job.stored.secrets = SecretsOf(result.crosswalk.attributes, input.previous,
                                 NumbersOf(standard.records, persons), randomness);
  job.stored.crosswalk = std::move(result.crosswalk);
  job.stored.crosswalk.events = TellingEvents(job.stored.crosswalk.events);
  job.stored.places = std::move(result.places);
  job.stored.evidence = std::move(result.evidence);
  job.stored.next_person = result.next_person;
  job.stored.objection_sets = AllSets(input.previous, run);
  job.previous = std::move(input.previous.crosswalk);
  return job;
}

absl::StatusOr<LivePeople> RestoreLive(JobInput input) {
  if (!input.version.has_value()) return NotRepeated();
  const StandardisedRecords standard = StandardiseAll(input.records, UsedRules(input, {}));
  DecideProtected(standard.records, input);
  SH_ASSIGN_OR_RETURN(LivePeople live, MakeLive(input, *input.version, standard.records, input.previous.crosswalk,
                                                input.previous.next_person));
  if (live.index == nullptr) return NotRepeated();
  return live;
}

}  // namespace safehaven::linkage
