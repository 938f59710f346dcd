// Pictures of clusters, and of records that could never be linked. As charts.h: no value
// is in them. Pure.
#ifndef SAFEHAVEN_CLI_LINKAGE_CLUSTER_CHARTS_H_
#define SAFEHAVEN_CLI_LINKAGE_CLUSTER_CHARTS_H_

#include <cstdint>
#include <span>
#include <string>

#include "services/linkage/core/match.h"

namespace safehaven::cli {

// Identities drawn in one picture of clusters.
inline constexpr size_t kPictureProfilesMax = 60;

// Number of clusters by number of records.
std::string ClustersChart(const linkage::MatchResult& match);

// What share of the identities could never be linked, by where the threshold is put: those
// that say so little that even their own copy would stay below it.
std::string UnlinkablesChart(const linkage::MatchResult& match);

// The clusters of some records: a dot an identity with its number of records, a line a
// kept pair with its bits; green if it links, grey if not.
std::string ClusterPicture(const linkage::MatchResult& match, std::span<const uint32_t> records);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_CLUSTER_CHARTS_H_
