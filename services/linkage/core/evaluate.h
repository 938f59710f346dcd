// How good a linkage is, against the truth where that is known: counts only, so that
// an answer says nothing about any record. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_EVALUATE_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_EVALUATE_H_

#include <cstdint>
#include <span>

namespace safehaven::linkage {

// One record with what was found and what is true. Labels are compared only.
struct JudgedRecord {
  uint64_t person = 0;  // as linked; give unlinked records a label of their own
  uint64_t truth = 0;
  // Which of the two groups of PairsBetween it is in.
  bool in_first = true;
  bool in_second = true;
};

struct PairCounts {
  uint64_t true_links = 0;    // linked and one person's
  uint64_t false_links = 0;   // linked and not
  uint64_t missed_links = 0;  // one person's and not linked

  // 1 where there is nothing to be wrong about.
  double Precision() const { return Ratio(true_links, true_links + false_links); }
  double Recall() const { return Ratio(true_links, true_links + missed_links); }
  double F1() const {
    return Ratio(2 * true_links, 2 * true_links + false_links + missed_links);
  }

 private:
  static double Ratio(uint64_t part, uint64_t whole) {
    return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

// Counts pairs of which one record is in the first group and the other in the second
// (a record may be in both; with the defaults, all pairs). A source pair, or "social
// care records without an NHS number against all", are such groups. O(n log n).
PairCounts CountPairs(std::span<const JudgedRecord> records);

struct BCubed {
  double precision = 1;
  double recall = 1;
  double F1() const {
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }
};

// B-cubed (Bagga and Baldwin 1998): for each record the share of its cluster that is
// truly its person's, and the share of its person that is in its cluster, averaged
// over records. Groups are ignored. O(n log n).
BCubed ScoreBCubed(std::span<const JudgedRecord> records);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_EVALUATE_H_
