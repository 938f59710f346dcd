#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/costing/core/explain.h"

// Pictures are measured in pixels, so this one file of the core counts in floating
// point; every amount that it prints as text is exact.
namespace safehaven::costing {
namespace {

constexpr double kColumnWidth = 250, kBarWidth = 14, kHeight = 640, kTop = 60, kGap = 10;

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

double Size(Money amount) { return std::abs(static_cast<double>(amount.e8_pounds())); }

// A node of the picture, or several small ones as one.
struct Bar {
  std::string name;
  Money amount;
  double x = 0, y = 0, height = 0;
  double in = 0, out = 0;  // how much of its sides ribbons have taken
};

// Where each node of the flow is drawn.
struct Layout {
  std::vector<Bar> bars;
  std::vector<size_t> bar_of_node;
  double scale = 0;  // pixels a unit of money
};

Layout Arrange(const Flow& flow, size_t nodes_max) {
  Layout layout;
  layout.bar_of_node.resize(flow.nodes.size());
  std::array<std::vector<size_t>, kFlowStageCount> stages;  // bars
  std::array<size_t, kFlowStageCount> count{};
  for (size_t i = 0; i < flow.nodes.size(); ++i) {
    const auto stage = static_cast<size_t>(flow.nodes[i].stage);
    const bool is_rest = ++count[stage] > nodes_max;
    if (!is_rest || count[stage] == nodes_max + 1) {
      stages[stage].push_back(layout.bars.size());
      layout.bars.push_back({.name = is_rest ? "all others" : flow.nodes[i].name, .amount = Money(0)});
    }
    Bar& bar = layout.bars[stages[stage].back()];
    bar.amount = Money(bar.amount.e8_pounds() + flow.nodes[i].amount.e8_pounds());
    layout.bar_of_node[i] = stages[stage].back();
  }
  double fullest = 1;
  size_t most = 1;
  for (const std::vector<size_t>& stage : stages) {
    double total = 0;
    for (const size_t bar : stage) total += Size(layout.bars[bar].amount);
    fullest = std::max(fullest, total);
    most = std::max(most, stage.size());
  }
  layout.scale = (kHeight - kGap * static_cast<double>(most)) / fullest;
  double x = 20;
  for (const std::vector<size_t>& stage : stages) {
    if (stage.empty()) continue;
    double y = kTop;
    for (const size_t index : stage) {
      Bar& bar = layout.bars[index];
      bar.x = x;
      bar.y = y;
      bar.height = std::max(Size(bar.amount) * layout.scale, 1.0);
      y += bar.height + kGap;
    }
    x += kColumnWidth;
  }
  return layout;
}

void DrawRibbon(Bar& from, Bar& to, double height, bool is_negative, std::string* out) {
  const double x1 = from.x + kBarWidth, x2 = to.x, middle = (x1 + x2) / 2;
  const double y1 = from.y + from.out, y2 = to.y + to.in;
  from.out += height;
  to.in += height;
  absl::StrAppendFormat(out,
                        "<path d=\"M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f L%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f Z\" "
                        "fill=\"%s\" fill-opacity=\"0.35\"/>\n",
                        x1, y1, middle, y1, middle, y2, x2, y2, x2, y2 + height, middle, y2 + height, middle,
                        y1 + height, x1, y1 + height, is_negative ? "#b3261e" : "#4a7ebb");
}

}  // namespace

std::string FlowSvg(const Flow& flow, size_t nodes_max) {
  Layout layout = Arrange(flow, nodes_max);
  double width = kColumnWidth;
  for (const Bar& bar : layout.bars) width = std::max(width, bar.x + kColumnWidth);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\" "
      "role=\"img\">\n<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
      "<text x=\"20\" y=\"28\" font-size=\"16\">%s: %s pounds</text>\n",
      width, kTop + kHeight + 20, Escaped(flow.title), Escaped(flow.title), flow.total.ToString());
  std::map<std::pair<size_t, size_t>, Money> ribbons;
  for (const FlowLink& link : flow.links) {
    Money& amount = ribbons[{layout.bar_of_node[link.from], layout.bar_of_node[link.to]}];
    amount = Money(amount.e8_pounds() + link.amount.e8_pounds());
  }
  for (const auto& [ends, amount] : ribbons) {
    DrawRibbon(layout.bars[ends.first], layout.bars[ends.second], Size(amount) * layout.scale, amount < Money(0), &svg);
  }
  for (const Bar& bar : layout.bars) {
    absl::StrAppendFormat(&svg, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#1f3a5f\"><title>%s: %s</title></rect>\n",
                          bar.x, bar.y, kBarWidth, bar.height, Escaped(bar.name), bar.amount.ToString());
    absl::StrAppendFormat(&svg, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", bar.x + kBarWidth + 4,
                          bar.y + std::min(bar.height / 2 + 4, bar.height + 8), Escaped(bar.name));
  }
  absl::StrAppend(&svg, "</svg>\n");
  return svg;
}

}  // namespace safehaven::costing
