#include "services/costing/rpc/linkage_follower.h"

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_set.h"
#include "libs/base/status.h"
#include "libs/separation/record_keys.h"
#include "libs/warrant/wire.h"

namespace safehaven::costing {
namespace {

namespace api = ::safehaven::linkage::v1;

// More than 60 million people need in chunks of a thousand.
constexpr uint32_t kChunksMax = 65'536;
constexpr char kLinkage[] = "safehaven.linkage.v1.LinkageService";

PersonAttributes AttributesOf(const api::PersonAttributes& wire, std::vector<ListMembership>& memberships) {
  memberships.clear();
  for (const api::ListMembership& membership : wire.memberships()) {
    memberships.push_back({.commissioner = membership.commissioner(),
                           .first_day = membership.first_day(),
                           .last_day = membership.last_day()});
  }
  return {.person = wire.person(),
          .cell_key = wire.cell_key(),
          .age_band = wire.age_band(),
          .sex = wire.sex(),
          .small_area = wire.small_area(),
          .practice = wire.practice(),
          .memberships = memberships,
          .death_month = wire.death_month()};
}

RecordKey KeyOf(const std::string& bytes, size_t index) {
  RecordKey key;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(index * kRecordKeyBytes), kRecordKeyBytes, key.begin());
  return key;
}

}  // namespace

PublicationCalls MakePublicationCalls(Client& linkage) {
  PublicationCalls calls;
  calls.watch = [&linkage](const api::WatchPublicationsRequest& request, Cancellation& cancellation) {
    CallOptions options;
    options.cancellation = &cancellation;
    return linkage.CallUnary<api::WatchPublicationsResponse>(kLinkage, "WatchPublications", request, options);
  };
  calls.read_crosswalk = [&linkage](const api::ReadCrosswalkRequest& request) {
    return linkage.CallUnary<api::ReadCrosswalkResponse>(kLinkage, "ReadCrosswalk", request, {});
  };
  calls.read_exclusions = [&linkage](const api::ReadExclusionsRequest& request) {
    return linkage.CallUnary<api::ReadExclusionsResponse>(kLinkage, "ReadExclusions", request, {});
  };
  return calls;
}

absl::StatusOr<std::vector<CrosswalkEntry>> LinkageFollower::OpenTokens(const std::string& tokens,
                                                                       const std::vector<uint64_t>& persons) {
  std::set<std::string> join_keys;
  SH_ASSIGN_OR_RETURN(const auto loads, activity_.loads().List(absl::InfiniteFuture()));
  for (const storage::v1::LoadRecord& load : loads) join_keys.insert(load.join_key());
  absl::flat_hash_set<RecordKey> held;
  for (const SharedSegment& segment : live_.segments()) {
    held.insert(segment->events.keys.begin(), segment->events.keys.end());
  }
  std::vector<CrosswalkEntry> entries;
  for (const std::string& join_key : join_keys) {
    SH_ASSIGN_OR_RETURN(const TokenOpener opener, TokenOpener::Make(join_key));
    SH_ASSIGN_OR_RETURN(const std::string keys, opener.RecordKeys(tokens));
    for (size_t i = 0; i < persons.size(); ++i) {
      const RecordKey key = KeyOf(keys, i);
      if (held.contains(key)) entries.push_back({.key = key, .person = persons[i]});
    }
  }
  return entries;
}

absl::StatusOr<LoadedCrosswalk> LinkageFollower::ReadCrosswalk(const api::Publication& publication) {
  LoadedCrosswalk crosswalk = {.authority = publication.authority(), .revision = publication.crosswalk_revision()};
  std::string tokens;
  std::vector<uint64_t> persons;
  std::vector<PeopleSegment> people;
  PeopleSegmentBuilder builder(crosswalk.authority, crosswalk.revision);
  std::vector<ListMembership> memberships;
  uint32_t chunk_count = 1;
  for (uint32_t chunk = 0; chunk < chunk_count; ++chunk) {
    api::ReadCrosswalkRequest request;
    request.set_authority(crosswalk.authority);
    request.set_crosswalk_revision(crosswalk.revision);
    request.set_chunk(chunk);
    SH_ASSIGN_OR_RETURN(const auto response, linkage_.read_crosswalk(request));
    chunk_count = response.chunk_count();
    if (chunk_count > kChunksMax) return DataLoss("CROSSWALK_DAMAGED", "it has more chunks than there are people");
    if (response.tokens().size() != static_cast<size_t>(response.persons_size()) * kRecordKeyBytes) {
      return DataLoss("CROSSWALK_DAMAGED", "a chunk's columns are of unequal length");
    }
    tokens += response.tokens();
    persons.insert(persons.end(), response.persons().begin(), response.persons().end());
    for (const api::PersonAttributes& attributes : response.attributes()) {
      if (builder.row_count() == kSegmentRowsMax) people.push_back(builder.Finish());
      SH_RETURN_IF_ERROR(builder.Append(AttributesOf(attributes, memberships)));
    }
  }
  people.push_back(builder.Finish());
  SH_ASSIGN_OR_RETURN(crosswalk.entries, OpenTokens(tokens, persons));
  std::vector<const PeopleSegment*> segments;
  for (const PeopleSegment& segment : people) segments.push_back(&segment);
  SH_ASSIGN_OR_RETURN(People made, People::Make(segments));
  crosswalk.people = std::make_shared<const People>(std::move(made));
  return crosswalk;
}

absl::Status LinkageFollower::Apply(const api::Publication& publication) {
  const auto held = live_.All();
  const auto found = held.find(publication.authority());
  const bool same_crosswalk = found != held.end() &&
                              found->second->crosswalk_revision == publication.crosswalk_revision();
  const Revision objections = RevisionFromProto(publication.objection_revision());
  if (same_crosswalk && found->second->objection_revision == objections) return absl::OkStatus();
  api::ReadExclusionsRequest request;
  *request.mutable_publication() = publication;
  SH_ASSIGN_OR_RETURN(const auto response, linkage_.read_exclusions(request));
  std::map<std::string, std::vector<uint64_t>> sets;
  for (const api::ExclusionSet& set : response.sets()) {
    sets[set.set()].assign(set.persons().begin(), set.persons().end());
  }
  if (same_crosswalk) {
    return live_.SetExclusions(publication.authority(), publication.crosswalk_revision(), objections, sets);
  }
  SH_ASSIGN_OR_RETURN(LoadedCrosswalk crosswalk, ReadCrosswalk(publication));
  return live_.SetCrosswalk(std::move(crosswalk), objections, sets);
}

absl::Status LinkageFollower::Poll(Cancellation& cancellation) {
  api::WatchPublicationsRequest request;
  for (const auto& [authority, snapshot] : live_.All()) {
    api::Publication* have = request.add_have();
    have->set_authority(authority);
    have->set_crosswalk_revision(snapshot->crosswalk_revision);
    *have->mutable_objection_revision() = RevisionToProto(snapshot->objection_revision);
  }
  SH_ASSIGN_OR_RETURN(const auto response, linkage_.watch(request, cancellation));
  {
    absl::MutexLock lock(&mutex_);
    if (ReasonOf(health_) == "LINKAGE_INCARNATION_CHANGED") return health_;
    if (incarnation_.empty()) incarnation_ = response.incarnation();
    if (incarnation_ != response.incarnation()) {
      health_ = FailedPrecondition("LINKAGE_INCARNATION_CHANGED", "linkage runs on another store than before");
      return health_;
    }
  }
  for (const api::Publication& publication : response.publications()) SH_RETURN_IF_ERROR(Apply(publication));
  absl::MutexLock lock(&mutex_);
  health_ = absl::OkStatus();
  return absl::OkStatus();
}

absl::Status LinkageFollower::Health() const {
  absl::MutexLock lock(&mutex_);
  return health_;
}

}  // namespace safehaven::costing
