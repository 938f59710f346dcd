#include "services/consent/core/screening/number_filter.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "libs/base/status.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace safehaven::consent {
namespace {

constexpr size_t kDigits = 10;
// Numbers whose words of the index are fetched before the first of them is read.
constexpr size_t kBlock = 64;
// All ten digits alike: 1111111111 divides the number.
constexpr uint64_t kAlike = 1'111'111'111;
constexpr uint64_t kNumberMax = 9'999'999'999;

// Sums, modulo 11, of digits times weights: the check of an NHS number is that its
// digits times 10, 9, ..., 1 sum to a multiple of 11 (NHS Data Dictionary, NHS NUMBER).
template <size_t size>
constexpr std::array<uint8_t, size> WeightedSums(int lowest_weight) {
  std::array<uint8_t, size> sums{};
  for (size_t value = 0; value < size; ++value) {
    size_t rest = value;
    int sum = 0;
    for (int weight = lowest_weight; rest > 0; ++weight, rest /= 10) sum += static_cast<int>(rest % 10) * weight;
    sums[value] = static_cast<uint8_t>(sum % 11);
  }
  return sums;
}
constexpr auto kLowSums = WeightedSums<10'000>(1);    // digits 7 to 10
constexpr auto kMiddleSums = WeightedSums<1'000>(5);  // digits 4 to 6
constexpr auto kHighSums = WeightedSums<1'000>(8);    // digits 1 to 3
// Bit n: n is a multiple of 11; three sums are at most 30.
constexpr uint32_t kMultiplesOf11 = 1u | 1u << 11 | 1u << 22;

bool IsValid(uint64_t value) {
  if (value > kNumberMax) return false;
  const uint64_t upper = value / 10'000;
  const uint32_t sum = uint32_t{kLowSums[value % 10'000]} + kMiddleSums[upper % 1'000] + kHighSums[upper / 1'000];
  const bool checks = ((kMultiplesOf11 >> sum) & 1) != 0;
  return checks && value % kAlike != 0;
}

// One number of a block; an invalid one has base 0.
struct Candidate {
  uint32_t base = 0;
  bool valid = false;
};

Candidate CandidateOf(uint64_t value) {
  const bool valid = IsValid(value);
  return {.base = valid ? static_cast<uint32_t>(value / 10) : 0, .valid = valid};
}

// A line and what it says.
struct Line {
  Candidate candidate;
  size_t size = 0;  // with its end
};
// Lines that were read before any of them is judged, and where the next one begins. Their
// bits are asked for as they are read, so that the memory is there when they are judged.
struct Block {
  std::array<Line, kBlock> lines;
  size_t count = 0;
  const char* next = nullptr;
};

Line ReadLine(const char* begin, const char* end) {
  const void* found = std::memchr(begin, '\n', static_cast<size_t>(end - begin));
  const char* after = found == nullptr ? end : static_cast<const char*>(found) + 1;
  absl::string_view text(begin, static_cast<size_t>(after - begin));
  Line line = {.candidate = {}, .size = text.size()};
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (!text.empty() && text.back() == ',') text.remove_suffix(1);
  if (text.size() != kDigits) return line;
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return line;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  line.candidate = CandidateOf(value);
  return line;
}

// Fills `block` from `begin` on, until it is full or the text ends.
using ReadBlock = void (*)(const char* begin, const char* end, const ObjectionIndex& objections, Block& block);

void ReadBlockPlainly(const char* begin, const char* end, const ObjectionIndex& objections, Block& block) {
  block.count = 0;
  for (; block.count < kBlock && begin < end; ++block.count) {
    Line& line = block.lines[block.count];
    line = ReadLine(begin, end);
    objections.PrefetchBase(line.candidate.base);
    begin += line.size;
  }
  block.next = begin;
}

FilterCounts FilterLines(absl::string_view text, const ObjectionIndex& objections, ReadBlock read,
                         std::string& passed) {
  // Short lines are copied 16 bytes at a time: room for the last.
  constexpr size_t kSlack = 16;
  const size_t before = passed.size();
  passed.resize(before + text.size() + kSlack);
  char* out = passed.data() + before;
  const char* at = text.data();
  const char* const end = at + text.size();
  FilterCounts counts;
  // One block is read while the bits of the one before are on their way.
  std::array<Block, 2> blocks;
  read(at, end, objections, blocks[0]);
  for (size_t turn = 0; blocks[turn].count > 0; turn = 1 - turn) {
    const Block& block = blocks[turn];
    read(block.next, end, objections, blocks[1 - turn]);
    for (size_t i = 0; i < block.count; ++i) {
      const Line& line = block.lines[i];
      const bool valid = line.candidate.valid;
      const bool objects = valid && objections.ContainsBase(line.candidate.base);
      const bool passes = valid && !objects;
      if (line.size <= kSlack && end - at >= static_cast<std::ptrdiff_t>(kSlack)) {
        // Always copied, kept if it passes: no branch on what nobody can predict.
        std::memcpy(out, at, kSlack);
      } else if (passes) {
        std::memcpy(out, at, line.size);
      }
      out += passes ? line.size : 0;
      counts.passed += passes ? 1 : 0;
      counts.invalid += valid ? 0 : 1;
      counts.objecting += objects ? 1 : 0;
      at += line.size;
    }
  }
  passed.resize(static_cast<size_t>(out - passed.data()));
  return counts;
}

#if defined(__x86_64__)
// 1 at the multiples of 11. Ten digits times their weights are at most 495.
constexpr std::array<uint8_t, 496> MultiplesOf11() {
  std::array<uint8_t, 496> multiples{};
  for (size_t n = 0; n < multiples.size(); n += 11) multiples[n] = 1;
  return multiples;
}
constexpr auto kIsMultipleOf11 = MultiplesOf11();

// A line in one load of 16 bytes: digits by a comparison, nine of them to a number by
// three multiplications of neighbours, the check by a fourth. Lines of another form,
// and those at the end of the text, are left to ReadLine().
__attribute__((target("sse4.1"), always_inline)) inline Line ReadLineAtOnce(const char* begin, const char* end) {
  if (end - begin < 16) return ReadLine(begin, end);
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
  const __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  const int are_digits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits)) & 0x3FF;
  const int ends = _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('\n')));
  const bool plain = (ends & 1 << 10) != 0;
  const bool with_comma = (ends & 1 << 11) != 0 && begin[10] == ',';
  if (are_digits != 0x3FF || !(plain || with_comma)) return ReadLine(begin, end);

  const __m128i nine =
      _mm_shuffle_epi8(digits, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8));
  const __m128i pairs = _mm_maddubs_epi16(nine, _mm_set1_epi16(1 << 8 | 10));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10'000));
  const auto first_and_rest = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  const uint32_t base =
      static_cast<uint32_t>(first_and_rest) * 100'000'000 + static_cast<uint32_t>(first_and_rest >> 32);

  const __m128i products =
      _mm_maddubs_epi16(digits, _mm_setr_epi8(10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0));
  const __m128i sums = _mm_sad_epu8(products, _mm_setzero_si128());
  const int sum = _mm_extract_epi16(sums, 0) + _mm_extract_epi16(sums, 4);
  const __m128i first = _mm_shuffle_epi8(digits, _mm_setzero_si128());
  const bool alike = (_mm_movemask_epi8(_mm_cmpeq_epi8(digits, first)) & 0x3FF) == 0x3FF;
  const bool valid = kIsMultipleOf11[static_cast<size_t>(sum)] != 0 && !alike;
  return {.candidate = {.base = valid ? base : 0, .valid = valid}, .size = plain ? size_t{11} : size_t{12}};
}

__attribute__((target("sse4.1"))) void ReadBlockAtOnce(const char* begin, const char* end,
                                                       const ObjectionIndex& objections, Block& block) {
  block.count = 0;
  for (; block.count < kBlock && begin < end; ++block.count) {
    Line& line = block.lines[block.count];
    line = ReadLineAtOnce(begin, end);
    objections.PrefetchBase(line.candidate.base);
    begin += line.size;
  }
  block.next = begin;
}
#endif

}  // namespace

bool IsNhsNumber(uint64_t value) { return IsValid(value); }

FilterCounts FilterNumbers(std::span<const uint64_t> numbers, const ObjectionIndex& objections,
                           std::span<uint8_t> allowed) {
  SH_CHECK(numbers.size() == allowed.size());
  FilterCounts counts;
  std::array<Candidate, kBlock> block;
  for (size_t begin = 0; begin < numbers.size(); begin += kBlock) {
    const size_t count = std::min(kBlock, numbers.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      block[i] = CandidateOf(numbers[begin + i]);
      objections.PrefetchBase(block[i].base);
    }
    for (size_t i = 0; i < count; ++i) {
      const bool objects = objections.ContainsBase(block[i].base);
      const bool passes = block[i].valid && !objects;
      allowed[begin + i] = passes ? 1 : 0;
      counts.passed += passes ? 1 : 0;
      counts.invalid += block[i].valid ? 0 : 1;
      counts.objecting += block[i].valid && objects ? 1 : 0;
    }
  }
  return counts;
}

FilterCounts FilterTextPlainly(absl::string_view text, const ObjectionIndex& objections, std::string& passed) {
  return FilterLines(text, objections, ReadBlockPlainly, passed);
}

FilterCounts FilterText(absl::string_view text, const ObjectionIndex& objections, std::string& passed) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.1")) return FilterLines(text, objections, ReadBlockAtOnce, passed);
#endif
  return FilterTextPlainly(text, objections, passed);
}

}  // namespace safehaven::consent
