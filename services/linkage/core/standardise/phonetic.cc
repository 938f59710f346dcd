#include "services/linkage/core/standardise/phonetic.h"

#include <utility>

#include "absl/strings/match.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kKeyLengthMax = 5;

// Spellings that stand for another one. At the start of the name:
constexpr std::pair<absl::string_view, absl::string_view> kAtStart[] = {
    {"KN", "N"}, {"GN", "N"},  {"PN", "N"},  {"WR", "R"}, {"PH", "F"}, {"PS", "S"},
    {"WH", "W"}, {"MAC", "MC"}, {"SCH", "S"}, {"X", "S"},  {"Q", "K"},  {"GEO", "JEO"}, {"GE", "JE"}};
// And anywhere after it:
constexpr std::pair<absl::string_view, absl::string_view> kInside[] = {
    {"GHT", "T"}, {"GH", ""}, {"PH", "F"}, {"CK", "K"}, {"SCH", "S"}, {"TCH", "C"}, {"DG", "J"},
    {"MB", "M"},  {"WR", "R"}, {"LM", "M"}, {"TH", "T"}, {"KS", "X"}};

std::string Respelt(absl::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') text.push_back(c);
  }
  for (const auto& [from, to] : kAtStart) {
    if (absl::StartsWith(text, from)) {
      text.replace(0, from.size(), to.data(), to.size());
      break;
    }
  }
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t taken = 0;
    for (const auto& [from, to] : kInside) {
      if (i > 0 && absl::string_view(text).substr(i, from.size()) == from) {
        out.append(to.data(), to.size());
        taken = from.size();
        break;
      }
    }
    if (taken == 0) out.push_back(text[i]);
    i += taken == 0 ? 1 : taken;
  }
  return out;
}

// Class of a consonant; 0 for a vowel and for H, W, Y, which carry no class.
char ClassOf(char c) {
  switch (c) {
    case 'B': case 'F': case 'P': case 'V': return '1';
    case 'C': case 'G': case 'J': case 'K': case 'Q': case 'S': case 'X': case 'Z': return '2';
    case 'D': case 'T': return '3';
    case 'L': return '4';
    case 'M': case 'N': return '5';
    case 'R': return '6';
    default: return 0;
  }
}

// First letters that begin with the same sound are written alike; vowels are one.
char FirstSound(char c) {
  switch (c) {
    case 'A': case 'E': case 'I': case 'O': case 'U': case 'Y': return 'A';
    case 'C': case 'K': case 'Q': return 'K';
    case 'S': case 'Z': case 'X': return 'S';
    case 'J': case 'G': return 'J';
    default: return c;
  }
}

}  // namespace

std::string PhoneticKey(absl::string_view name) {
  const std::string text = Respelt(name);
  if (text.empty()) return "";
  std::string key(1, FirstSound(text[0]));
  char last = ClassOf(text[0]);
  for (size_t i = 1; i < text.size() && key.size() < kKeyLengthMax; ++i) {
    const char sound = ClassOf(text[i]);
    if (sound != 0 && sound != last) key.push_back(sound);
    // H and W do not separate two letters of one class; a vowel does.
    if (text[i] != 'H' && text[i] != 'W') last = sound;
  }
  return key;
}

}  // namespace safehaven::linkage
