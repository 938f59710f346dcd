// The report of a tour: points with lines for people and facts for programs. Printed
// as it grows; written as JSON at the end (docs/report.schema.json). Single-threaded.
#ifndef SAFEHAVEN_CLI_TOUR_REPORT_H_
#define SAFEHAVEN_CLI_TOUR_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/output/table.h"

namespace safehaven::cli {

class Report {
 public:
  // Begins point `number`, 1 to 9.
  void Begin(int number, absl::string_view title);

  // For people, to standard output at once.
  void Say(absl::string_view line);
  void Show(const TextTable& table);

  // For programs: facts of the point. Names are lower_snake.
  void Fact(absl::string_view name, absl::string_view text);
  void Fact(absl::string_view name, uint64_t number);
  void Fact(absl::string_view name, double number);

  // {"format": "safehaven-demo-report/1", "points": [{"number": 1, "title": ..., ...}]}
  std::string ToJson() const;

 private:
  struct Point {
    int number = 0;
    std::string title;
    std::vector<std::pair<std::string, std::string>> facts;  // name -> JSON value
  };
  std::vector<Point> points_;
};

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_TOUR_REPORT_H_
