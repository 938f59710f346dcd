// The map of the sample region: postcodes with their streets, small areas and GP
// practices, for the pioneer's area and the neighbour's. All are fictional: no real
// postcode area begins ZX or ZY, no small area has a code from E01990000 on, and
// practice codes Z81... and Z82... belong to nobody. Thread-compatible.
#ifndef SAFEHAVEN_CLI_SAMPLE_PLACES_H_
#define SAFEHAVEN_CLI_SAMPLE_PLACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/sample/names.h"
#include "cli/sample/random.h"

namespace safehaven::sample {

// The commissioners: index 0 is the pioneer, index 1 the neighbour.
inline constexpr int kCommissionerCount = 2;
inline constexpr char kCommissioners[kCommissionerCount][4] = {"ZC1", "ZC2"};
// Of 10,000 households, those of the neighbour.
inline constexpr uint32_t kNeighbourRate = 2'000;

struct Postcode {
  std::string text;        // "ZX1 2AB"
  std::string small_area;  // "E01990001"
  std::string street;
  int commissioner = 0;
  uint32_t practice = 0;   // the nearest; index into Places::practices
  uint32_t next_house = 1;
};

struct Practice {
  std::string code;  // "Z81001"
  int commissioner = 0;
};

// Where a household lives.
struct Address {
  uint32_t postcode = 0;  // index into Places::postcodes
  std::string line;       // "12 Marine Parade"
};

class Places {
 public:
  // A region for about `persons` people.
  static Places Make(int64_t persons, const Names& names, Random& random);

  // A home that nobody else has, in the area of `commissioner`.
  Address TakeHome(int commissioner, Random& random);

  // A practice for somebody who lives at `postcode`: mostly the nearest one.
  uint32_t ChoosePractice(uint32_t postcode, Random& random) const;

  const std::vector<Postcode>& postcodes() const { return postcodes_; }
  const std::vector<Practice>& practices() const { return practices_; }
  int CommissionerOf(const Address& address) const {
    return postcodes_[address.postcode].commissioner;
  }

 private:
  void AddArea(int commissioner, uint32_t postcode_count, uint32_t practice_count,
               const Names& names, Random& random);

  std::vector<Postcode> postcodes_;
  std::vector<Practice> practices_;
  uint32_t first_postcode_[kCommissionerCount + 1] = {};
  uint32_t first_practice_[kCommissionerCount + 1] = {};
};

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_PLACES_H_
