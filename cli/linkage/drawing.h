// What pictures of a linkage are drawn with: text, bars, lines, dots, and a plot over
// weights. Internal to the charts. Pure.
#ifndef SAFEHAVEN_CLI_LINKAGE_DRAWING_H_
#define SAFEHAVEN_CLI_LINKAGE_DRAWING_H_

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/weight.h"

namespace safehaven::cli {

inline constexpr double kWidth = 760;
inline constexpr double kTextWidth = 330;
inline constexpr double kRowHeight = 18;
inline constexpr absl::string_view kFor = "#2b7a78";
inline constexpr absl::string_view kAgainst = "#c05746";
inline constexpr absl::string_view kNeutral = "#56667a";

inline std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') escaped += "&lt;";
    else if (c == '>') escaped += "&gt;";
    else if (c == '&') escaped += "&amp;";
    else escaped.push_back(c);
  }
  return escaped;
}

// A picture being drawn.
class Drawing {
 public:
  explicit Drawing(absl::string_view title) { Text(10, 20, title, "bold"); }

  void Text(double x, double y, absl::string_view text, absl::string_view weight = "normal") {
    absl::StrAppendFormat(&body_, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"%s\">%s</text>\n", x, y, weight,
                          Escaped(text));
  }
  void Bar(double x, double y, double width, double height, absl::string_view colour) {
    absl::StrAppendFormat(&body_, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y,
                          std::max(width, 0.5), height, colour);
  }
  void Line(double x1, double y1, double x2, double y2, absl::string_view colour) {
    absl::StrAppendFormat(&body_,
                          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\"/>\n",
                          x1, y1, x2, y2, colour);
  }
  void Dot(double x, double y, double radius, absl::string_view colour) {
    absl::StrAppendFormat(&body_, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", x, y, radius, colour);
  }
  std::string Done(double height) const {
    return absl::StrFormat(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s</svg>\n",
        kWidth, height, kWidth, height, body_);
  }

 private:
  std::string body_;
};

inline double BitsOf(linkage::Weight weight) { return static_cast<double>(weight) / linkage::kWeightPerBit; }

// A plot over weights in bits.
inline constexpr int kBitsMin = -20;
inline constexpr int kBitsMax = 60;
inline constexpr double kPlotLeft = 60;
inline constexpr double kPlotTop = 40;
inline constexpr double kPlotHeight = 260;

inline double PlaceOfBits(double bits) {
  return kPlotLeft + (std::clamp(bits, double{kBitsMin}, double{kBitsMax} + 1) - kBitsMin) *
                         (kWidth - kPlotLeft - 20) / (kBitsMax - kBitsMin + 1);
}

inline void DrawAxis(Drawing& drawing) {
  drawing.Line(kPlotLeft, kPlotTop + kPlotHeight, kWidth - 20, kPlotTop + kPlotHeight, kNeutral);
  for (int bits = kBitsMin; bits <= kBitsMax; bits += 10) {
    drawing.Text(PlaceOfBits(bits) - 6, kPlotTop + kPlotHeight + 16, absl::StrCat(bits));
  }
  drawing.Text(kPlotLeft, kPlotTop + kPlotHeight + 34, "weight of a pair, bits");
}

inline void DrawThreshold(Drawing& drawing, linkage::Weight threshold, absl::string_view name) {
  const double x = PlaceOfBits(BitsOf(threshold));
  drawing.Line(x, kPlotTop, x, kPlotTop + kPlotHeight, kAgainst);
  drawing.Text(x + 3, kPlotTop + 10, name);
}

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_DRAWING_H_
