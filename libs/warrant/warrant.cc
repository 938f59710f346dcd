#include "libs/warrant/warrant.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "safehaven/type/v1/warrant.pb.h"

namespace safehaven {
namespace {

namespace v1 = ::safehaven::type::v1;

constexpr std::array<absl::string_view, 3> kModeNames = {"remove_record", "strip_identifiers", "ignore"};
constexpr size_t kDigestBytes = 32;
constexpr size_t kIdDigits = 32;
constexpr size_t kParseBlockBytes = 4096;  // more than a warrant's messages take

absl::Status Malformed(absl::string_view why) {
  return InvalidArgument("WARRANT_MALFORMED", absl::StrCat("not a warrant: ", why));
}

// Does `message`, or any message in it, hold fields that this program does not know?
bool HasUnknownFields(const google::protobuf::Message& message) {
  const google::protobuf::Reflection* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return true;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (HasUnknownFields(reflection->GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      if (HasUnknownFields(reflection->GetRepeatedMessage(message, field, i))) return true;
    }
  }
  return false;
}

absl::Status ParseLists(const v1::Warrant& wire, Warrant& warrant) {
  for (const v1::Reliance& reliance : wire.relied_on()) {
    warrant.relied_on.push_back({.document = reliance.document(), .version = reliance.version()});
  }
  warrant.flows.assign(wire.flows().begin(), wire.flows().end());
  for (const v1::ObjectionRule& rule : wire.objections()) {
    const absl::StatusOr<ObjectionMode> mode = ParseObjectionMode(rule.mode());
    if (!mode.ok()) return Malformed("an objection rule's mode");
    warrant.objections.push_back({.source = rule.source(),
                                  .sets = {rule.sets().begin(), rule.sets().end()},
                                  .mode = *mode});
  }
  return absl::OkStatus();
}

absl::Status ParseKinds(const v1::Warrant& wire, Warrant& warrant) {
  const auto operation = ParseOperation(wire.operation());
  const auto purpose = ParsePurpose(wire.purpose());
  const auto identifiability = ParseIdentifiability(wire.identifiability());
  if (!operation.ok() || !purpose.ok() || !identifiability.ok()) {
    return Malformed("operation, purpose or identifiability");
  }
  warrant.operation = *operation;
  warrant.purpose = *purpose;
  warrant.identifiability = *identifiability;
  return absl::OkStatus();
}

absl::Status CheckComplete(const v1::Warrant& wire) {
  if (wire.id().size() != kIdDigits) return Malformed("id");
  if (wire.question_digest().size() != kDigestBytes) return Malformed("question_digest");
  if (wire.presenter_thumbprint().size() != kDigestBytes) return Malformed("presenter_thumbprint");
  if (wire.caller_digest().size() != kDigestBytes) return Malformed("caller_digest");
  if (!wire.environment_key().empty() && wire.environment_key().size() != kDigestBytes) {
    return Malformed("environment_key");
  }
  if (wire.audience().empty() || wire.organisation().empty() || wire.approval().empty()) {
    return Malformed("audience, organisation or approval");
  }
  if (!wire.has_population() || !wire.has_disclosure() || !wire.has_objection_revision() ||
      !wire.has_register_revision()) {
    return Malformed("population, disclosure or revisions");
  }
  if (wire.disclosure().count_min() < 1 || wire.disclosure().rounding_base() < 1 ||
      wire.disclosure().p_percent() < 0 || wire.disclosure().p_percent() > 100) {
    return Malformed("disclosure parameters");
  }
  if (wire.expire_unix_ms() <= wire.issue_unix_ms() ||
      absl::Milliseconds(wire.expire_unix_ms() - wire.issue_unix_ms()) > kWarrantLifeMax) {
    return Malformed("times");
  }
  return absl::OkStatus();
}

}  // namespace

std::string SerialiseWarrant(const Warrant& warrant) {
  v1::Warrant wire;
  wire.set_id(warrant.id);
  wire.set_question_digest(warrant.question_digest);
  wire.set_operation(std::string(Name(warrant.operation)));
  wire.set_purpose(std::string(Name(warrant.purpose)));
  wire.set_identifiability(std::string(Name(warrant.identifiability)));
  wire.set_audience(warrant.audience);
  wire.set_presenter_thumbprint(warrant.presenter_thumbprint);
  wire.set_organisation(warrant.organisation);
  wire.set_role(warrant.role);
  wire.set_caller_digest(warrant.caller_digest);
  wire.set_environment(warrant.environment);
  wire.set_environment_key(warrant.environment_key);
  wire.set_approval(warrant.approval);
  for (const Reliance& reliance : warrant.relied_on) {
    v1::Reliance* out = wire.add_relied_on();
    out->set_document(reliance.document);
    out->set_version(reliance.version);
  }
  wire.mutable_population()->set_commissioner(warrant.population.commissioner);
  *wire.mutable_population()->mutable_list_day() = DateToProto(warrant.population.list_day);
  wire.set_disclosure_domain(warrant.disclosure_domain);
  wire.set_pseudonym_domain(warrant.pseudonym_domain);
  for (const std::string& flow : warrant.flows) wire.add_flows(flow);
  wire.set_crosswalk(warrant.crosswalk);
  for (const ObjectionRule& rule : warrant.objections) {
    v1::ObjectionRule* out = wire.add_objections();
    out->set_source(rule.source);
    for (const std::string& set : rule.sets) out->add_sets(set);
    out->set_mode(std::string(Name(rule.mode)));
  }
  wire.mutable_disclosure()->set_count_min(warrant.disclosure.count_min);
  wire.mutable_disclosure()->set_rounding_base(warrant.disclosure.rounding_base);
  wire.mutable_disclosure()->set_p_percent(warrant.disclosure.p_percent);
  *wire.mutable_objection_revision() = RevisionToProto(warrant.objection_revision);
  *wire.mutable_register_revision() = RevisionToProto(warrant.register_revision);
  wire.set_issue_unix_ms(absl::ToUnixMillis(warrant.issue_time));
  wire.set_expire_unix_ms(absl::ToUnixMillis(warrant.expire_time));
  return wire.SerializeAsString();
}

absl::StatusOr<Warrant> ParseWarrant(absl::string_view bytes) {
  // Everything that the message is made of lies here and goes at once.
  alignas(16) char block[kParseBlockBytes];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof(block);
  google::protobuf::Arena arena(options);
  v1::Warrant& wire = *google::protobuf::Arena::CreateMessage<v1::Warrant>(&arena);
  if (!wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Malformed("unparsable bytes");
  if (HasUnknownFields(wire)) return Malformed("a field that this version does not know");
  SH_RETURN_IF_ERROR(CheckComplete(wire));
  Warrant warrant;
  SH_RETURN_IF_ERROR(ParseKinds(wire, warrant));
  SH_RETURN_IF_ERROR(ParseLists(wire, warrant));
  warrant.id = wire.id();
  warrant.question_digest = wire.question_digest();
  warrant.audience = wire.audience();
  warrant.presenter_thumbprint = wire.presenter_thumbprint();
  warrant.organisation = wire.organisation();
  warrant.role = wire.role();
  warrant.caller_digest = wire.caller_digest();
  warrant.environment = wire.environment();
  warrant.environment_key = wire.environment_key();
  warrant.approval = wire.approval();
  const auto list_day = DateFromProto(wire.population().list_day(), "population.list_day");
  if (!list_day.ok()) return Malformed("population.list_day");
  warrant.population = {.commissioner = wire.population().commissioner(), .list_day = *list_day};
  warrant.disclosure_domain = wire.disclosure_domain();
  warrant.pseudonym_domain = wire.pseudonym_domain();
  warrant.crosswalk = wire.crosswalk();
  warrant.disclosure = {.count_min = wire.disclosure().count_min(),
                        .rounding_base = wire.disclosure().rounding_base(),
                        .p_percent = wire.disclosure().p_percent()};
  warrant.objection_revision = RevisionFromProto(wire.objection_revision());
  warrant.register_revision = RevisionFromProto(wire.register_revision());
  warrant.issue_time = absl::FromUnixMillis(wire.issue_unix_ms());
  warrant.expire_time = absl::FromUnixMillis(wire.expire_unix_ms());
  return warrant;
}

absl::string_view Name(ObjectionMode mode) { return kModeNames[static_cast<size_t>(mode)]; }

absl::StatusOr<ObjectionMode> ParseObjectionMode(absl::string_view name) {
  for (size_t i = 0; i < kModeNames.size(); ++i) {
    if (kModeNames[i] == name) return static_cast<ObjectionMode>(i);
  }
  return InvalidArgument("NAME_UNKNOWN", "no such mode of honouring objections");
}

}  // namespace safehaven
