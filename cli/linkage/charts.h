// Pictures of a linkage for whoever has to judge it, as SVG: no script, no font, no link
// to anywhere, so that they open in any browser and can be kept with a report. They show
// levels, weights and counts, never a value. Pure.
#ifndef SAFEHAVEN_CLI_LINKAGE_CHARTS_H_
#define SAFEHAVEN_CLI_LINKAGE_CHARTS_H_

#include <string>

#include "services/linkage/core/explain.h"
#include "services/linkage/core/match.h"

namespace safehaven::cli {

// How a pair's weight adds up, a bar a step.
std::string WaterfallChart(const linkage::Waterfall& waterfall);

// m and u of every level that can occur, side by side on a logarithmic scale.
std::string LevelsChart(const linkage::Model& model);

// Number of kept pairs by weight, with the thresholds as lines.
std::string WeightsChart(const linkage::MatchResult& match);

// Expected false and missed links among the kept pairs by where the threshold is put:
// false discovery is the mean of 1 - P above it, misses the sum of P below.
std::string ThresholdsChart(const linkage::MatchResult& match);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_CHARTS_H_
