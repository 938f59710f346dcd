// linkage's messages to and from its domain types and its records at rest: the one
// place. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_RPC_CONVERT_H_
#define SAFEHAVEN_SERVICES_LINKAGE_RPC_CONVERT_H_

#include <string>

#include "safehaven/linkage/v1/linkage_service.pb.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "safehaven/storage/v1/load.pb.h"
#include "services/linkage/rpc/publications.h"
#include "services/linkage/store/crosswalk_store.h"

namespace safehaven::linkage {

storage::v1::IdentityRecord IdentityToRecord(const v1::IdentityRow& row);

v1::LoadState LoadStateOf(storage::v1::LoadPhase phase);

v1::LinkageSummary SummaryToProto(const storage::v1::LinkageRunRecord& run);

v1::Publication PublicationToProto(const PublishedPair& pair);
PublishedPair PublicationFromProto(const v1::Publication& publication);

v1::ReadCrosswalkResponse ChunkToProto(const CrosswalkChunk& chunk);

v1::ExclusionSet ExclusionSetToProto(const std::string& name, const ExclusionSet& set);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_RPC_CONVERT_H_
