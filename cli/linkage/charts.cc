#include "cli/linkage/charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/linkage/drawing.h"

namespace safehaven::cli {
namespace {

std::string BitsText(linkage::Weight weight) {
  return absl::StrFormat("%+.1f", static_cast<double>(weight) / linkage::kWeightPerBit);
}

using Histogram = std::array<uint64_t, static_cast<size_t>(kBitsMax - kBitsMin + 1)>;

Histogram CountWeights(const linkage::MatchResult& match) {
  Histogram histogram{};
  for (const linkage::ScoredPair& pair : match.scores.pairs) {
    const int bits = std::clamp(static_cast<int>(std::floor(BitsOf(pair.weight))), kBitsMin, kBitsMax);
    ++histogram[static_cast<size_t>(bits - kBitsMin)];
  }
  return histogram;
}

}  // namespace

std::string WaterfallChart(const linkage::Waterfall& waterfall) {
  struct Row {
    std::string text;
    linkage::Weight weight;
  };
  std::vector<Row> rows = {{"prior", waterfall.prior}};
  for (const linkage::WaterfallStep& step : waterfall.steps) {
    rows.push_back({absl::StrCat(step.field, ": ", step.level), step.weight});
    if (step.rarity != 0) rows.push_back({absl::StrCat(step.field, ": rarity of the values"), step.rarity});
  }
  if (waterfall.rarity_capped != 0) rows.push_back({"rarity beyond the cap", waterfall.rarity_capped});
  if (waterfall.household != 0) rows.push_back({"another person of the household", waterfall.household});
  double least = 0;
  double most = 1;
  double sum = 0;
  for (const Row& row : rows) {
    sum += BitsOf(row.weight);
    least = std::min(least, sum);
    most = std::max(most, sum);
  }
  Drawing drawing(absl::StrCat("Total ", BitsText(waterfall.total), " bits: ", linkage::DecisionName(waterfall.decision)));
  const double scale = (kWidth - kTextWidth - 70) / (most - least);
  const auto place = [&](double bits) { return kTextWidth + (bits - least) * scale; };
  double y = 36;
  sum = 0;
  for (const Row& row : rows) {
    const double next = sum + BitsOf(row.weight);
    drawing.Text(10, y + 12, row.text);
    drawing.Bar(place(std::min(sum, next)), y, std::abs(next - sum) * scale, kRowHeight - 5,
                row.weight >= 0 ? kFor : kAgainst);
    drawing.Text(place(std::max(sum, next)) + 4, y + 12, BitsText(row.weight));
    sum = next;
    y += kRowHeight;
  }
  drawing.Line(place(BitsOf(waterfall.thresholds.link)), 30, place(BitsOf(waterfall.thresholds.link)), y, kNeutral);
  drawing.Text(10, y + 16, absl::StrCat("Line: link threshold. Model ", waterfall.model.substr(0, 12)));
  return drawing.Done(y + 30);
}

std::string LevelsChart(const linkage::Model& model) {
  Drawing drawing("Probability of each level among matches (m) and strangers (u), logarithmic");
  // From one in a thousand million to 1.
  constexpr double kDecades = 9;
  const double scale = (kWidth - kTextWidth - 20) / kDecades;
  const auto width = [&](double p) { return std::max(0.0, (std::log10(p) + kDecades) * scale); };
  double y = 36;
  for (const linkage::FieldModel& field : model.fields) {
    const auto levels = linkage::LevelsOf(field.comparator);
    for (size_t i = 0; i < levels.size(); ++i) {
      drawing.Text(10, y + 12, absl::StrCat(field.name, ": ", levels[i].name));
      drawing.Bar(kTextWidth, y, width(field.m[i]), kRowHeight / 2 - 2, kFor);
      drawing.Bar(kTextWidth, y + kRowHeight / 2 - 2, width(field.u[i]), kRowHeight / 2 - 2, kAgainst);
      y += kRowHeight;
    }
  }
  return drawing.Done(y + 20);
}

std::string WeightsChart(const linkage::MatchResult& match) {
  const Histogram histogram = CountWeights(match);
  const double most = std::log10(1.0 + static_cast<double>(*std::max_element(histogram.begin(), histogram.end())));
  Drawing drawing("Kept pairs by weight (height: logarithm of the number)");
  for (size_t i = 0; i < histogram.size(); ++i) {
    if (histogram[i] == 0) continue;
    const double bits = static_cast<double>(i) + kBitsMin;
    const double height = kPlotHeight * std::log10(1.0 + static_cast<double>(histogram[i])) / std::max(most, 0.1);
    const bool linked = bits >= BitsOf(match.model.thresholds.link) - 1;
    drawing.Bar(PlaceOfBits(bits) + 1, kPlotTop + kPlotHeight - height, PlaceOfBits(bits + 1) - PlaceOfBits(bits) - 2,
                height, linked ? kFor : kNeutral);
  }
  DrawAxis(drawing);
  DrawThreshold(drawing, match.model.thresholds.link, "link");
  DrawThreshold(drawing, match.model.thresholds.review, "review");
  return drawing.Done(kPlotTop + kPlotHeight + 50);
}

std::string ThresholdsChart(const linkage::MatchResult& match) {
  const Histogram histogram = CountWeights(match);
  // Expected matches and others by weight.
  std::vector<double> matches(histogram.size());
  std::vector<double> others(histogram.size());
  double all_matches = 0;
  for (size_t i = 0; i < histogram.size(); ++i) {
    const double bits = static_cast<double>(i) + kBitsMin + 0.5;
    const double p = 1 / (1 + std::exp2(-bits));
    matches[i] = p * static_cast<double>(histogram[i]);
    others[i] = (1 - p) * static_cast<double>(histogram[i]);
    all_matches += matches[i];
  }
  Drawing drawing("Expected share of false links (red) and of missed matches (green) by threshold");
  double linked = 0;
  double wrong = 0;
  double last_x = 0;
  std::array<double, 2> last_y{};
  for (size_t i = histogram.size(); i-- > 0;) {
    linked += matches[i];
    wrong += others[i];
    const double rates[2] = {wrong / std::max(1.0, linked + wrong), 1 - linked / std::max(1.0, all_matches)};
    const double x = PlaceOfBits(static_cast<double>(i) + kBitsMin);
    for (size_t k = 0; k < 2; ++k) {
      const double y = kPlotTop + kPlotHeight * (1 - std::clamp(rates[k], 0.0, 1.0));
      if (last_x != 0) drawing.Line(last_x, last_y[k], x, y, k == 0 ? kAgainst : kFor);
      last_y[k] = y;
    }
    last_x = x;
  }
  DrawAxis(drawing);
  DrawThreshold(drawing, match.model.thresholds.link, "link");
  return drawing.Done(kPlotTop + kPlotHeight + 50);
}

}  // namespace safehaven::cli
