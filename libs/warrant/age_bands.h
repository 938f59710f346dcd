// Five-year age bands, as questions, filters and answers name them: the one table of their
// texts. Constant data; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_AGE_BANDS_H_
#define SAFEHAVEN_LIBS_WARRANT_AGE_BANDS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace safehaven {

inline constexpr int32_t kAgeBandYears = 5;
inline constexpr int32_t kAgeBandLast = 95;  // first age of the last band, which has no end

// Where the band that begins at `first_age` stands among AgeBandLabels(): 0 for any below 0,
// which is "unknown", 1 for the first band.
size_t AgeBandIndex(int32_t first_age);

// "unknown", "00-04", "05-09", ..., "90-94", "95+". Bands below 10 have two digits, so that
// the order of all but the first is also that of their texts.
const std::vector<std::string>& AgeBandLabels();

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_AGE_BANDS_H_
