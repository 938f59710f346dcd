#include "libs/yaml/strict_document.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/utf8.h"

namespace safehaven {
namespace {

// Looks for what we do not read: aliases can hide a huge tree in a small file, and a
// second document would be passed over in silence.
class Inspector : public YAML::EventHandler {
 public:
  explicit Inspector(int depth_max) : depth_max_(depth_max) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Refuse(mark, "holds a second document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Check(mark, "", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { Refuse(mark, "holds an alias"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    Check(mark, tag, anchor);
    // yaml-cpp makes lone bytes of the escapes \N and \_.
    if (FirstLineNotUtf8(value) != 0) Refuse(mark, "holds an escape that is no UTF-8");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor);
  }
  void OnMapEnd() override { --depth_; }

  const std::optional<YamlFault>& fault() const { return fault_; }

 private:
  void Enter(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Check(mark, tag, anchor);
    if (++depth_ > depth_max_) Refuse(mark, "nests too deep");
  }
  void Check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) Refuse(mark, "holds an anchor");
    // "?" is a plain scalar's tag and "!" a quoted one's; neither was written.
    if (!tag.empty() && tag != "?" && tag != "!") Refuse(mark, "holds a tag");
  }
  void Refuse(const YAML::Mark& mark, const char* why) {
    if (!fault_) fault_ = YamlFault{mark.is_null() ? 1 : mark.line + 1, why};
  }

  const int depth_max_;
  int documents_ = 0;
  int depth_ = 0;
  std::optional<YamlFault> fault_;
};

YamlDocument Refused(int64_t line, std::string why) { return {YAML::Node(), YamlFault{line, std::move(why)}}; }

}  // namespace

YamlDocument LoadYamlDocument(absl::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes_max) return Refused(1, absl::StrCat("is longer than ", limits.bytes_max, " bytes"));
  if (const int64_t line = FirstLineNotUtf8(text); line != 0) return Refused(line, "is not UTF-8: save it as UTF-8");
  const std::string copy(text);
  try {
    std::istringstream stream(copy);
    YAML::Parser parser(stream);
    Inspector inspector(limits.depth_max);
    // The parser does not get past a stray bracket: it finds an empty document there, and
    // another, for ever. The first refusal is enough.
    while (!inspector.fault() && parser.HandleNextDocument(inspector)) {
    }
    if (inspector.fault()) return {YAML::Node(), inspector.fault()};
    return {YAML::Load(copy), std::nullopt};
  } catch (const YAML::Exception& error) {
    return Refused(error.mark.is_null() ? 1 : error.mark.line + 1, absl::StrCat("is not YAML: ", error.msg));
  }
}

}  // namespace safehaven
