// Judges a linkage of tables against labels of the true people. Nothing of it flows
// back into linking. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_JUDGE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_JUDGE_H_

#include <span>
#include <string>
#include <vector>

#include "services/linkage/core/table/link_tables.h"

namespace safehaven::linkage {

// Pairs of one person that a truth knows, as profiles: asks blocking about each.
double BlockingRecall(std::span<const std::string> truth, const Profiles& profiles, const Blocks& blocks);

// Records without a label are left out. `truth` has one label a record.
Judgement Judge(std::span<const std::string> truth, const MatchResult& match);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_JUDGE_H_
