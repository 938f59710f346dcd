#include "tests/unit/protos/descriptor_rules.h"

#include <cctype>
#include <cstdint>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "safehaven/options/v1/options.pb.h"

namespace safehaven {
namespace {

namespace pb = google::protobuf;
namespace declared = safehaven::options::v1;

constexpr char kOptionsPackage[] = "safehaven.options.v1";
constexpr char kPresentedWarrant[] = "safehaven.type.v1.PresentedWarrant";
// AppendPayload streams a whole extract: an hour.
constexpr int64_t kDeadlineMsMax = 3600 * 1000;

using MessageVisitor = std::function<void(const pb::Descriptor&)>;

void VisitMessage(const pb::Descriptor& message, const MessageVisitor& visit) {
  if (message.options().map_entry()) return;  // made by protoc, not written by us
  visit(message);
  for (int i = 0; i < message.nested_type_count(); ++i) {
    VisitMessage(*message.nested_type(i), visit);
  }
}

void VisitMessages(const ProtoTree& tree, const MessageVisitor& visit) {
  for (const pb::FileDescriptor* file : tree.files()) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      VisitMessage(*file->message_type(i), visit);
    }
  }
}

void VisitFields(const pb::Descriptor& message,
                 const std::function<void(const pb::FieldDescriptor&)>& visit) {
  for (int i = 0; i < message.field_count(); ++i) visit(*message.field(i));
}

void VisitMethods(const ProtoTree& tree,
                  const std::function<void(const pb::MethodDescriptor&)>& visit) {
  for (const pb::FileDescriptor* file : tree.files()) {
    for (int i = 0; i < file->service_count(); ++i) {
      const pb::ServiceDescriptor& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j) visit(*service.method(j));
    }
  }
}

void VisitEnums(const ProtoTree& tree,
                const std::function<void(const pb::EnumDescriptor&)>& visit) {
  for (const pb::FileDescriptor* file : tree.files()) {
    for (int i = 0; i < file->enum_type_count(); ++i) visit(*file->enum_type(i));
  }
  VisitMessages(tree, [&visit](const pb::Descriptor& message) {
    for (int i = 0; i < message.enum_type_count(); ++i) visit(*message.enum_type(i));
  });
}

// `message` and every message below it, map entries included.
void Reach(const pb::Descriptor* message, std::set<const pb::Descriptor*>& reached) {
  if (!reached.insert(message).second) return;
  VisitFields(*message, [&reached](const pb::FieldDescriptor& field) {
    if (field.message_type() != nullptr) Reach(field.message_type(), reached);
  });
}

std::string PackageWord(const std::string& package) {
  const std::vector<std::string> parts = absl::StrSplit(package, '.');
  return parts.size() > 1 ? parts[1] : package;
}

// EffectOfX -> EFFECT_OF_X.
std::string UpperSnake(const std::string& camel) {
  std::string snake;
  for (const char c : camel) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return snake;
}

bool IsKnownCaller(const std::string& caller, const std::string& package_word) {
  static const std::set<std::string>& programs =
      *new std::set<std::string>{"consent", "linkage", "costing", "gateway", "tool", "source/*", "witness/*"};
  return programs.count(caller) > 0 || (caller == "anyone" && package_word == "gateway");
}

bool CarriesWarrant(const pb::Descriptor& request) {
  bool carries = false;
  VisitFields(request, [&carries](const pb::FieldDescriptor& field) {
    carries |= field.message_type() != nullptr &&
               field.message_type()->full_name() == kPresentedWarrant;
  });
  return carries;
}

bool IsNumber(const pb::FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32:
    case pb::FieldDescriptor::CPPTYPE_INT64:
    case pb::FieldDescriptor::CPPTYPE_UINT32:
    case pb::FieldDescriptor::CPPTYPE_UINT64:
    case pb::FieldDescriptor::CPPTYPE_FLOAT:
    case pb::FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    default:
      return false;
  }
}

bool IsDate(const pb::FieldDescriptor& field) {
  if (field.message_type() == nullptr) return false;
  const std::string& type = field.message_type()->full_name();
  return type == "safehaven.type.v1.Date" || absl::StartsWith(type, "google.");
}

bool IsNamedLikeATime(const pb::FieldDescriptor& field) {
  static const std::set<std::string>& words = *new std::set<std::string>{
      "time", "timestamp", "day",   "date",   "at",    "now",   "when",  "instant",
      "ms",   "unix",      "clock", "moment", "since", "until", "known", "effective"};
  const std::vector<std::string> parts = absl::StrSplit(field.name(), '_');
  for (const std::string& part : parts) {
    if (words.count(part) > 0) return true;
  }
  return absl::StrContains(field.name(), "as_of");
}

template <typename Element>
void RequireComment(const Element& element, Breaches& breaches) {
  pb::SourceLocation location;
  if (!element.GetSourceLocation(&location) || location.leading_comments.empty()) {
    breaches.push_back(absl::StrCat(element.full_name(), ": no comment before it"));
  }
}

}  // namespace

Breaches IncompletePolicies(const ProtoTree& tree) {
  Breaches breaches;
  std::set<std::string> permissions;
  VisitMethods(tree, [&](const pb::MethodDescriptor& method) {
    const auto say = [&](absl::string_view what) {
      breaches.push_back(absl::StrCat(method.full_name(), ": ", what));
    };
    if (!method.options().HasExtension(declared::method_policy)) return say("no method_policy");
    const declared::MethodPolicy& policy = method.options().GetExtension(declared::method_policy);
    const std::string word = PackageWord(method.file()->package());
    if (!absl::StartsWith(policy.permission(), absl::StrCat(word, "."))) {
      say("the permission does not begin with the package's word");
    }
    if (!permissions.insert(policy.permission()).second) say("another rpc has this permission");
    if (policy.callers().empty()) say("nobody may call it");
    for (const std::string& caller : policy.callers()) {
      if (!IsKnownCaller(caller, word)) say(absl::StrCat("unknown caller ", caller));
    }
    if (policy.deadline_ms_max() < 1 || policy.deadline_ms_max() > kDeadlineMsMax) {
      say("deadline_ms_max is not between 1 ms and an hour");
    }
    if (policy.needs_warrant() != CarriesWarrant(*method.input_type())) {
      say("needs_warrant and the request's fields disagree");
    }
  });
  return breaches;
}

Breaches UndeclaredSensitivities(const ProtoTree& tree) {
  Breaches breaches;
  VisitMessages(tree, [&breaches](const pb::Descriptor& message) {
    if (message.file()->package() == kOptionsPackage) return;
    VisitFields(message, [&breaches](const pb::FieldDescriptor& field) {
      const declared::Sensitivity sensitivity =
          field.options().GetExtension(declared::sensitivity);
      if (sensitivity == declared::SENSITIVITY_UNSPECIFIED) {
        breaches.push_back(absl::StrCat(field.full_name(), ": no sensitivity"));
      }
      if (sensitivity == declared::SENSITIVITY_SEALED &&
          field.type() != pb::FieldDescriptor::TYPE_BYTES) {
        breaches.push_back(absl::StrCat(field.full_name(), ": sealed, but not bytes"));
      }
    });
  });
  return breaches;
}

Breaches IdentifiableFields(const ProtoTree& tree, const std::string& package) {
  std::set<const pb::Descriptor*> reached;
  VisitMessages(tree, [&](const pb::Descriptor& message) {
    if (message.file()->package() == package) Reach(&message, reached);
  });
  Breaches breaches;
  if (reached.empty()) breaches.push_back(absl::StrCat(package, ": no such package"));
  for (const pb::Descriptor* message : reached) {
    VisitFields(*message, [&](const pb::FieldDescriptor& field) {
      if (field.options().GetExtension(declared::sensitivity) ==
          declared::SENSITIVITY_IDENTIFIABLE) {
        breaches.push_back(absl::StrCat(package, " reaches ", field.full_name()));
      }
    });
  }
  return breaches;
}

Breaches TimesOfDecision(const ProtoTree& tree, const std::string& message,
                         const std::set<std::string>& allowed) {
  const pb::Descriptor* root = tree.FindMessage(message);
  if (root == nullptr) return {absl::StrCat(message, ": no such message")};
  std::set<const pb::Descriptor*> reached;
  Reach(root, reached);
  Breaches breaches;
  for (const pb::Descriptor* inner : reached) {
    VisitFields(*inner, [&](const pb::FieldDescriptor& field) {
      if (allowed.count(field.full_name()) > 0) return;
      if (IsDate(field) || IsNumber(field) || IsNamedLikeATime(field)) {
        breaches.push_back(
            absl::StrCat(message, " reaches ", field.full_name(), ", which could be a time"));
      }
    });
  }
  return breaches;
}

Breaches ForbiddenContents(const ProtoTree& tree, const std::string& message,
                           const std::set<std::string>& forbidden) {
  const pb::Descriptor* root = tree.FindMessage(message);
  if (root == nullptr) return {absl::StrCat(message, ": no such message")};
  Breaches breaches;
  for (const std::string& name : forbidden) {
    // A renamed type must not make the rule silently empty.
    if (tree.FindMessage(name) == nullptr) {
      breaches.push_back(absl::StrCat(name, ": no such message"));
    }
  }
  std::set<const pb::Descriptor*> reached;
  Reach(root, reached);
  for (const pb::Descriptor* inner : reached) {
    if (forbidden.count(inner->full_name()) > 0) {
      breaches.push_back(absl::StrCat(message, " reaches ", inner->full_name()));
    }
  }
  return breaches;
}

Breaches MissingComments(const ProtoTree& tree) {
  Breaches breaches;
  for (const pb::FileDescriptor* file : tree.files()) {
    for (int i = 0; i < file->service_count(); ++i) RequireComment(*file->service(i), breaches);
  }
  VisitMethods(tree, [&breaches](const pb::MethodDescriptor& method) {
    RequireComment(method, breaches);
  });
  VisitMessages(tree, [&breaches](const pb::Descriptor& message) {
    RequireComment(message, breaches);
    VisitFields(message, [&breaches](const pb::FieldDescriptor& field) {
      RequireComment(field, breaches);
    });
  });
  VisitEnums(tree, [&breaches](const pb::EnumDescriptor& type) {
    RequireComment(type, breaches);
    for (int i = 0; i < type.value_count(); ++i) RequireComment(*type.value(i), breaches);
  });
  return breaches;
}

Breaches BadEnums(const ProtoTree& tree) {
  Breaches breaches;
  VisitEnums(tree, [&breaches](const pb::EnumDescriptor& type) {
    const std::string prefix = absl::StrCat(UpperSnake(type.name()), "_");
    for (int i = 0; i < type.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *type.value(i);
      if (!absl::StartsWith(value.name(), prefix)) {
        breaches.push_back(absl::StrCat(value.full_name(), ": does not begin with ", prefix));
      }
      if (value.number() == 0 && value.name() != absl::StrCat(prefix, "UNSPECIFIED")) {
        breaches.push_back(absl::StrCat(value.full_name(), ": zero is not ..._UNSPECIFIED"));
      }
    }
  });
  return breaches;
}

Breaches MisplacedPackages(const ProtoTree& tree) {
  Breaches breaches;
  for (const pb::FileDescriptor* file : tree.files()) {
    std::vector<std::string> folders = absl::StrSplit(file->name(), '/');
    folders.pop_back();
    const bool shaped = folders.size() == 3 && folders[0] == "safehaven" && folders[2] == "v1";
    if (!shaped || file->package() != absl::StrJoin(folders, ".")) {
      breaches.push_back(absl::StrCat(file->name(), ": package ", file->package()));
    }
  }
  return breaches;
}

Breaches ForbiddenImports(const ProtoTree& tree) {
  Breaches breaches;
  for (const pb::FileDescriptor* file : tree.files()) {
    const std::string own = absl::StrCat("safehaven/", PackageWord(file->package()), "/");
    for (int i = 0; i < file->dependency_count(); ++i) {
      const std::string& import = file->dependency(i)->name();
      const bool allowed = absl::StartsWith(import, own) || absl::StartsWith(import, "google/") ||
                           absl::StartsWith(import, "safehaven/options/") ||
                           absl::StartsWith(import, "safehaven/type/");
      if (!allowed) breaches.push_back(absl::StrCat(file->name(), " imports ", import));
    }
  }
  return breaches;
}

}  // namespace safehaven
